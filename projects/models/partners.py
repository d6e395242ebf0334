"""Which organisations take part in a project, as what, and from when to when."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Membership, Organisation
from partners.ordering import Norwegian
from projects.models.projects import Project, ProjectEvent, remembered, span
from projects.models.states import ENDED

LAST_ONE = "the last partner that carries a project out stays"


class PartnerRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    PARTNER = "partner", _("Partner")
    FUNDER = "funder", _("Funder")
    PROVIDER = "provider", _("Provider")
    OBSERVER = "observer", _("Observer")


class ProjectPartnerQuerySet(models.QuerySet["ProjectPartner"]):
    def lasting(self, on: date | None = None) -> "ProjectPartnerQuerySet":
        """Those that have not left; whoever stayed to the project's end has not, and reads it ever after.

        The end is the project's last day, so that those who carried it out can write the final report after it; or
        the day it was closed or cancelled. Who is to come later is in already: they plan it together.
        """
        was_there = ProjectEvent.objects.filter(
            project=OuterRef("project"), to_state__in=ENDED, at__date__lte=OuterRef("ends_on")
        )
        to_the_end = (
            Q(ends_on__gte=F("project__ends_on"))
            | Q(project__ends_on=None, ends_on__year__gte=F("project__last_year"))
            | Q(Exists(was_there), project__state__in=ENDED)
        )
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on or timezone.localdate()) | to_the_end)

    def running(self) -> "ProjectPartnerQuerySet":
        """Those that carry their project out."""
        return self.filter(runs=True)

    def of(self, organisations: models.QuerySet[Organisation]) -> "ProjectPartnerQuerySet":
        """The parts of these organisations, and of those that they are units of."""
        return self.filter(
            Q(organisation__in=organisations.order_by().values("pk"))
            | Q(organisation__in=organisations.order_by().values("parent"))
        )

    def members(self) -> models.QuerySet[Membership]:
        """The people of these organisations, and of their units."""
        houses = self.order_by().values("organisation")
        return Membership.objects.filter(Q(organisation__in=houses) | Q(organisation__parent__in=houses)).order_by()

    def for_listing(self) -> "ProjectPartnerQuerySet":
        return self.select_related("organisation__municipality")


SOMEBODY_RUNS_IT = pgtrigger.Trigger(
    name="somebody_carries_it_out",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(old__runs=True),
    # The lock lets one transaction at a time take a partner away; a project that is deleted itself needs none.
    func=f"""
        PERFORM 1 FROM projects_project WHERE id = OLD.project_id FOR UPDATE;
        IF FOUND AND NOT EXISTS (SELECT 1 FROM projects_projectpartner WHERE project_id = OLD.project_id AND runs) THEN
            RAISE EXCEPTION '{LAST_ONE}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,  # noqa: S608 - no value from outside
)


@remembered("ProjectPartnerHistory")
class ProjectPartner(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="participations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=PartnerRole)
    runs = models.BooleanField(
        _("carries the project out"),
        default=False,
        help_text=_("Its leaders and brokers then keep the project: its plans, agreements and reports."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    note = models.CharField(_("what they do in it"), max_length=300, blank=True)

    objects = ProjectPartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("project partner")
        verbose_name_plural = _("project partners")
        ordering = ["project", Norwegian("organisation__name"), "pk"]
        triggers = [SOMEBODY_RUNS_IT]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation", "role"],
                name="a_partner_has_a_role_once",
                violation_error_message=_("This organisation already has that role in the project."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(role="owner", ends_on=None),
                name="a_project_has_one_owner",
                violation_error_message=_("The project has an owner already. End that one’s part first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="partner_does_not_leave_before_it_joins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(condition=Q(role__in=PartnerRole.values), name="partner_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def is_last_to_run(self) -> bool:
        """Whether nobody else carries the project out now. SOMEBODY_RUNS_IT holds that there is one at all."""
        others = ProjectPartner.objects.filter(project=self.project_id).running().lasting().exclude(pk=self.pk)
        return not others.exists()

    @property
    def period_label(self) -> str:
        """From when to when, as far as it is known."""
        return span(self.starts_on, self.ends_on)
