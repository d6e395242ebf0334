"""What the units of an organisation do for people and firms, and for which places."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from partners.models import Membership, Municipality, Organisation
from partners.models.roles import MemberRole

# Who takes the public's enquiries in a unit, and who alone reads them.
GUIDES = (MemberRole.GUIDE, MemberRole.LEADER)


class ServiceKind(models.TextChoices):
    GUIDANCE = "guidance", _("Career guidance")
    MAPPING = "mapping", _("Mapping of competence")
    REFERRAL = "referral", _("Referral to training")
    RECOGNITION = "recognition", _("Recognition of prior learning")
    UPPER_SECONDARY = "upper_secondary", _("Upper secondary education for adults")
    COLLEGE = "college", _("Vocational college")
    STUDY_SUPPORT = "study_support", _("Support while studying")
    OTHER = "other", _("Other help")


class Audience(models.TextChoices):
    PEOPLE = "people", _("Everybody")
    YOUNG = "young", _("Young people without completed education")
    UNEMPLOYED = "unemployed", _("Unemployed people")
    FIRMS = "firms", _("Firms, public and private")
    TRAINING_OFFICES = "training_offices", _("Training offices")


class UnitServiceQuerySet(models.QuerySet["UnitService"]):
    def of(self, organisation: Organisation) -> "UnitServiceQuerySet":
        """What it does itself."""
        return self.filter(unit=organisation)

    def reachable(self) -> "UnitServiceQuerySet":
        """Those that take enquiries in a unit where somebody reads them, so that none is lost."""
        guides = Membership.objects.filter(organisation=OuterRef("unit"), role__in=GUIDES, user__is_active=True)
        return self.filter(Exists(guides), takes_enquiries=True)

    def for_listing(self) -> "UnitServiceQuerySet":
        return self.select_related("unit__municipality__county", "unit__parent").prefetch_related(
            "municipalities", "unit__serves", "unit__parent__serves"
        )


class UnitService(models.Model):
    unit = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="services", verbose_name=_("unit"))
    kind = models.CharField(_("service"), max_length=16, choices=ServiceKind)
    audiences = ArrayField(
        models.CharField(max_length=16, choices=Audience),
        verbose_name=_("who it is for"),
        default=list,
        blank=True,
        help_text=_("Leave it empty when it is not stated."),
    )
    about = models.TextField(_("what one gets"), max_length=1000, blank=True)
    contact = models.CharField(
        _("how to get in touch"), max_length=300, blank=True, help_text=_("Opening hours, telephone, where to come.")
    )
    takes_enquiries = models.BooleanField(
        _("takes enquiries"),
        default=False,
        help_text=_("Enquiries from the public about this service then come to the unit’s guides and leaders."),
    )
    municipalities = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="services",
        verbose_name=_("municipalities"),
        help_text=_("Leave it empty for all the places that the unit, or the organisation it is part of, covers."),
    )

    objects = UnitServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service of a unit")
        verbose_name_plural = _("services of units")
        ordering = ["unit", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=~Q(kind=ServiceKind.OTHER),
                name="a_unit_has_a_service_once",
                violation_error_message=_("The unit has this service already. Change that one."),
            ),
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="service_kind_is_known"),
            models.CheckConstraint(
                condition=Q(audiences__contained_by=Audience.values),
                name="service_audiences_are_known",
                violation_error_message=_("That is not somebody a service can be for."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()}"

    @property
    def audience_labels(self) -> list[str]:
        return [str(Audience(one).label) for one in self.audiences]

    @property
    def named_places(self) -> list[Municipality]:
        """The municipalities it is for: its own list, else what the unit serves, else what its organisation serves.

        Empty when none of them names any: then it is for the county the unit is in. Fetch it for_listing().
        """
        parent = self.unit.parent
        lists = [self.municipalities.all(), self.unit.serves.all(), parent.serves.all() if parent else []]
        return next((list(places) for places in lists if places), [])

    @property
    def places(self) -> str:
        """The same in words; empty when not even the county is known."""
        home = self.unit.municipality
        return ", ".join(map(str, self.named_places)) or (str(home.county) if home else "")

    def covers(self, place: Municipality) -> bool:
        if places := self.named_places:
            return place in places
        home = self.unit.municipality
        return home is not None and home.county_id == place.county_id
