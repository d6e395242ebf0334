"""Legal entities and their units: employers, providers, funders, counties and partners, several at once."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import orgnr

from partners.fields import WebAddressField
from partners.models.places import County, Municipality
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES
from partners.models.users import User
from partners.ordering import Norwegian


def valid_organisation_number(number: str) -> None:
    """Nine digits whose last one is the modulus 11 check digit (Brønnøysundregistrene)."""
    try:
        orgnr.validate(number)
    except (InvalidFormat, InvalidLength) as error:
        wrong = _("An organisation number is nine digits; “%(number)s” is not.")
        raise ValidationError(wrong, params={"number": number}) from error
    except InvalidNumber as error:
        mistyped = _("“%(number)s” must be mistyped: its last digit does not fit the others. Look at it once more.")
        raise ValidationError(mistyped, params={"number": number}) from error


class Role(models.TextChoices):
    EMPLOYER = "employer", _("Employer")
    PROVIDER = "provider", _("Provider")
    FUNDER = "funder", _("Funder")
    COUNTY = "county", _("County council")
    PARTNER = "partner", _("Partner")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def employers(self) -> "OrganisationQuerySet":
        return self.filter(roles__contains=[Role.EMPLOYER])

    def providers(self) -> "OrganisationQuerySet":
        return self.filter(roles__contains=[Role.PROVIDER])

    def brokers(self) -> "OrganisationQuerySet":
        """Those that broker competence for some municipality."""
        return self.filter(serves__isnull=False).distinct()

    def overseeing(self, place: Municipality) -> "OrganisationQuerySet":
        """The county councils whose staff, here, see the shared needs of a municipality."""
        return self.filter(county=place.county_id, memberships__role__in=COUNTY_ROLES).distinct()

    def of(self, user: User) -> "OrganisationQuerySet":
        """Those where the person has a role, of whatever kind."""
        return self.filter(memberships__user=user).distinct()

    def with_role(self, user: User, *roles: str) -> "OrganisationQuerySet":
        """Those where the person has one of these roles."""
        return self.filter(memberships__user=user, memberships__role__in=roles).distinct()

    def brokered_by(self, user: User) -> "OrganisationQuerySet":
        """Those in a municipality that the person's organisation brokers for, whose needs it handles, or it visited."""
        brokering = Organisation.objects.with_role(user, *BROKERING_ROLES)
        # `needs` and `visits` come from above, as does every name of the reverse of a foreign key.
        handled = Organisation.objects.filter(needs__handled_by__in=brokering)
        visited = Organisation.objects.filter(visits__handled_by__in=brokering)
        near = Q(municipality__in=Municipality.objects.filter(brokers__in=brokering))
        return self.filter(near | Q(pk__in=handled) | Q(pk__in=visited))

    def visible_to(self, user: User) -> "OrganisationQuerySet":
        """One's own with their units and parents, those one registered, and for brokers those they broker for."""
        mine = Organisation.objects.of(user)
        near = Q(pk__in=mine) | Q(parent__in=mine) | Q(pk__in=mine.values("parent")) | Q(registered_by=user)
        return self.filter(near | Q(pk__in=Organisation.objects.brokered_by(user)))

    def matching(self, text: str) -> "OrganisationQuerySet":
        return self.filter(Q(name__icontains=text) | Q(number=text.replace(" ", "")))

    def like(self, name: str) -> "OrganisationQuerySet":
        """Likely the same: names that are nearly equal, the nearest first (pg_trgm ≥ 0.5)."""
        return self.annotate(alike=TrigramSimilarity("name", name)).filter(alike__gte=0.5).order_by("-alike", "pk")

    def for_listing(self) -> "OrganisationQuerySet":
        return self.select_related("municipality", "parent")


@pghistory.track(model_name="OrganisationHistory")
class Organisation(models.Model):
    name = models.CharField(_("name"), max_length=200)
    number = models.CharField(
        _("organisation number"),
        max_length=9,
        unique=True,
        null=True,
        blank=True,
        validators=[valid_organisation_number],
        help_text=_("Nine digits, as in the Brønnøysund register. Leave it empty when it is not known yet."),
        error_messages={"unique": _("An organisation with this number is already registered.")},
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("part of")
    )
    roles = ArrayField(models.CharField(max_length=10, choices=Role), verbose_name=_("roles"), default=list)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("municipality")
    )
    county = models.ForeignKey(County, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("county"))
    serves = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="brokers",
        verbose_name=_("brokers competence for"),
        help_text=_("The municipalities whose firms this organisation helps."),
    )
    about = models.TextField(_("about"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = WebAddressField(_("website"), blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    registered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registered by"),
        editable=False,
    )
    key = models.CharField(_("key at the source"), max_length=200, unique=True, null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = [Norwegian("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=Role.values),
                name="organisation_roles_are_known",
                violation_error_message=_("That is not a role an organisation can have."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="organisation_is_not_part_of_itself",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.pk])

    def clean(self) -> None:
        self.number = orgnr.compact(self.number) if self.number else None

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
