"""Counties, regions and municipalities, with their official codes, and how far it is between them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.ordering import Norwegian


class Named(models.Model):
    """What every official place has: a Norwegian name, the official one, and names in Sámi and Kven where they are."""

    name = models.CharField(_("name"), max_length=100)
    official_name = models.CharField(_("official name"), max_length=150)
    name_se = models.CharField(_("Northern Sámi name"), max_length=100, blank=True)
    name_smj = models.CharField(_("Lule Sámi name"), max_length=100, blank=True)
    name_sma = models.CharField(_("Southern Sámi name"), max_length=100, blank=True)
    name_fkv = models.CharField(_("Kven name"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_se if get_language() == "se" and self.name_se else self.name


class County(Named):
    number = models.CharField(_("number"), max_length=2, primary_key=True)
    predecessors = ArrayField(
        models.CharField(max_length=10), verbose_name=_("earlier codes"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        ordering = [Norwegian("name")]


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def named(self, name: str) -> "MunicipalityQuerySet":
        """Those that go by this name in any of their languages, or have a settlement of that name."""
        name = name.strip()
        return self.filter(
            Q(name__iexact=name)
            | Q(official_name__iexact=name)
            | Q(name_se__iexact=name)
            | Q(name_smj__iexact=name)
            | Q(name_sma__iexact=name)
            | Q(name_fkv__iexact=name)
            | Q(centre__iexact=name)
            | Q(settlements__contains=[name.lower()])
        )

    def within(self, km: float, of: str) -> "MunicipalityQuerySet":
        """Those at most so many kilometres (straight line) from the municipality with this number, itself included."""
        return self.filter(distances_from__origin=of, distances_from__km__lte=km)


class Municipality(Named):
    number = models.CharField(_("number"), max_length=4, primary_key=True)
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, related_name="municipalities", verbose_name=_("county")
    )
    code_2023 = models.CharField(_("code of 2023"), max_length=4, blank=True)
    codes_2019 = ArrayField(models.CharField(max_length=4), verbose_name=_("codes of 2019"), default=list, blank=True)
    centre = models.CharField(_("administrative centre"), max_length=100, blank=True)
    settlements = ArrayField(models.CharField(max_length=60), verbose_name=_("settlements"), default=list, blank=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    point = models.CharField(
        _("what the point is"),
        max_length=8,
        choices=[("centre", _("administrative centre")), ("centroid", _("middle of the area"))],
    )
    sami_area = models.BooleanField(_("in the Sámi administrative area"), default=False)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = [Norwegian("name")]


class Boundary(models.Model):
    """Of a municipality, for maps; there once `manage.py load_boundaries` has read them."""

    municipality = models.OneToOneField(
        Municipality,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="boundary",
        verbose_name=_("municipality"),
    )
    rings = models.JSONField(
        _("rings"), help_text="Closed lines around its parts and their holes: pairs of longitude and latitude (WGS 84)."
    )

    class Meta:
        verbose_name = _("boundary of a municipality")
        verbose_name_plural = _("boundaries of municipalities")

    def __str__(self) -> str:
        return self.municipality_id


class Region(models.Model):
    slug = models.SlugField(_("slug"), primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    name_se = models.CharField(_("Northern Sámi name"), max_length=100, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="regions", verbose_name=_("county"))
    municipalities = models.ManyToManyField(Municipality, related_name="regions", verbose_name=_("municipalities"))

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = [Norwegian("name")]

    def __str__(self) -> str:
        return self.name_se if get_language() == "se" and self.name_se else self.name


class Distance(models.Model):
    """Kilometres in a straight line between the points of two municipalities: an estimate, and shown as one."""

    pk = models.CompositePrimaryKey("origin_id", "destination_id")
    origin = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="distances_to")
    destination = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="distances_from")
    km = models.FloatField(_("kilometres"))

    class Meta:
        verbose_name = _("distance")
        verbose_name_plural = _("distances")
        indexes = [models.Index(fields=["origin", "km"], name="distance_from_origin")]

    def __str__(self) -> str:
        return f"{self.origin_id}–{self.destination_id}: {self.km:.0f} km"
