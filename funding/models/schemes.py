"""Schemes that money comes from, and how much they give."""

from calendar import monthrange
from datetime import date

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.models.frames import FundingSource
from funding.models.limits.frames import ceiling_above_tranches
from partners.models import Organisation
from partners.ordering import Norwegian
from projects.models import Programme


def day_before(year: int, month: int, day: int) -> date:
    """That day of the year before; the month's last where it has no such day."""
    return date(year - 1, month, min(day, monthrange(year - 1, month)[1]))


class SchemeQuerySet(models.QuerySet["FundingScheme"]):
    def matching(self, text: str) -> "SchemeQuerySet":
        named = Q(name__icontains=text) | Q(about__icontains=text) | Q(manager__name__icontains=text)
        return self.filter(named) if text else self

    def for_listing(self) -> "SchemeQuerySet":
        """With all that says what a scheme is, in four queries."""
        joined = self.select_related("manager", "programme", "source")
        return joined.prefetch_related("ceilings", "requirements", "calls")


@pghistory.track(model_name="FundingSchemeHistory")
class FundingScheme(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="schemes", verbose_name=_("programme")
    )
    manager = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="managed_schemes", verbose_name=_("managed by")
    )
    share_cap = models.DecimalField(
        _("largest share of the costs"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("From 0 to 1: 0.7 is 70 %."),
    )
    source = models.ForeignKey(
        FundingSource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schemes",
        verbose_name=_("funding source"),
    )
    about = models.TextField(_("what it is for"), blank=True, max_length=4000)
    is_open = models.BooleanField(_("takes applications outside calls"), default=False)
    advance_share = models.DecimalField(
        _("largest advance, as a share of the year’s money"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("From 0 to 1: 0.5 is 50 %. Leave it empty when nothing is paid in advance."),
    )
    auditor_from = models.DecimalField(
        _("an auditor confirms the accounts from, NOK"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    acceptance_days = models.PositiveSmallIntegerField(_("days to accept"), null=True, blank=True)
    claim_months = models.PositiveSmallIntegerField(
        _("months after the year in which the last claim is taken"), null=True, blank=True
    )
    effort_rate = models.DecimalField(
        _("own effort, NOK an hour"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    firm_by_month = models.PositiveSmallIntegerField(_("month when next year’s money is to be firm"), default=12)
    firm_by_day = models.PositiveSmallIntegerField(_("day of that month"), default=31)
    is_aid = models.BooleanField(_("is state aid (de minimis)"), default=False)
    note = models.TextField(_("note"), blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding scheme")
        verbose_name_plural = _("funding schemes")
        ordering = [Norwegian("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share_cap__gt=0, share_cap__lte=1),
                name="share_cap_is_a_share",
                violation_error_message=_("A share is more than 0 and at most 1."),
            ),
            models.CheckConstraint(
                condition=Q(advance_share__gt=0, advance_share__lte=1),
                name="advance_share_is_a_share",
                violation_error_message=_("A share is more than 0 and at most 1."),
            ),
            models.CheckConstraint(
                condition=Q(firm_by_month__range=(1, 12), firm_by_day__range=(1, 31)),
                name="firm_by_is_a_day",
                violation_error_message=_("That is no day of a year."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scheme", args=[self.pk])


class Counts(models.TextChoices):
    PROJECT = "project", _("each project")
    RECIPIENT = "recipient", _("each recipient")
    SCHEME = "scheme", _("the scheme in all")


@pghistory.track(model_name="SchemeCeilingHistory")
class SchemeCeiling(models.Model):
    """The most that a scheme gives in a budget year, in NOK: to a project, to a recipient, or in all.

    All that one has of the scheme that year counts, whatever its strength, over all its commitments; what is not
    split on years, or of an unknown amount, counts nowhere until it is; what was withdrawn counts no more. A year
    without a ceiling has no limit.
    """

    scheme = models.ForeignKey(
        FundingScheme, on_delete=models.CASCADE, related_name="ceilings", verbose_name=_("funding scheme")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    counts = models.CharField(_("counted for"), max_length=10, choices=Counts, default=Counts.PROJECT)
    amount = models.DecimalField(_("the most, NOK"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("ceiling of a scheme")
        verbose_name_plural = _("ceilings of schemes")
        ordering = ["scheme", "year"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "year", "counts"], name="a_scheme_has_one_ceiling_a_year"),
            models.CheckConstraint(condition=Q(counts__in=Counts.values), name="ceiling_counts_for_somebody"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ceiling_is_more_than_nothing"),
        ]
        triggers = [ceiling_above_tranches()]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"


class RequirementKind(models.TextChoices):
    COUNTY = "county", _("County")
    MUNICIPALITY = "municipality", _("Municipality")
    TARGET_GROUP = "target_group", _("Target group")
    APPLICANT_ROLE = "applicant_role", _("Who applies")
    PROGRAMME = "programme", _("Programme")
    WANTS_NEW = "wants_new", _("Something new to the place")
    MIN_OWN_SHARE = "min_own_share", _("Least own share of the costs")
    MAX_YEARS = "max_years", _("Most years")
    STARTS_AFTER = "starts_after", _("Starts after the application")


@pghistory.track(model_name="SchemeRequirementHistory")
class SchemeRequirement(models.Model):
    """What a scheme asks of a project, as data that the guide compares with; `wanted` holds any of what is asked."""

    scheme = models.ForeignKey(
        FundingScheme, on_delete=models.CASCADE, related_name="requirements", verbose_name=_("funding scheme")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=RequirementKind)
    wanted = ArrayField(models.CharField(max_length=50), verbose_name=_("any of"), default=list, blank=True)
    is_hard = models.BooleanField(_("nothing is given without it"), default=True)
    text = models.CharField(_("in words"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("requirement of a scheme")
        verbose_name_plural = _("requirements of schemes")
        ordering = ["scheme", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RequirementKind.values), name="requirement_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.text or self.get_kind_display()
