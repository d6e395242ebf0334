"""What a project costs and who pays, by budget year: versions of its plan, of which an approved one never changes."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.limits import event_moves_its_thing, events_follow_each_other, state_is_of_the_last_event
from partners.acts import NEVER_CHANGED, Act, Event, only_acts
from partners.models import User
from projects.models import Project


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")


_S = PlanState
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
SUBMIT = Act("submit", _("Submit"), (_S.DRAFT,), _S.SUBMITTED)
TAKE_BACK = Act("take_back", _("Take back"), (_S.SUBMITTED,), _S.DRAFT)
APPROVE = Act("approve", _("Approve"), (_S.SUBMITTED,), _S.APPROVED)
ACTS = {act.name: act for act in (SUBMIT, TAKE_BACK, APPROVE)}
STATE_COLORS: dict[str, str] = {_S.DRAFT: "neutral", _S.SUBMITTED: "info", _S.APPROVED: "success"}


class Plan(models.Model):
    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, related_name="plan", verbose_name=_("project"), primary_key=True
    )

    class Meta:
        verbose_name = _("plan of costs and financing")
        verbose_name_plural = _("plans of costs and financing")

    def __str__(self) -> str:
        return str(self.project)


@pghistory.track(model_name="PlanVersionHistory")
class PlanVersion(models.Model):
    """One version; the latest approved one counts, those before it are replaced by it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState, editable=False)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    title = models.CharField(_("what it is called"), max_length=200, blank=True)
    why = models.TextField(_("why there is a new version"), blank=True, max_length=2000)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"), editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="a_plan_version_has_its_number"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state=_S.DRAFT),
                name="one_draft_a_plan",
                violation_error_message=_("There is a draft already. Change that one."),
            ),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_is_known"),
        ]
        triggers = [state_is_of_the_last_event("planversion")]

    def __str__(self) -> str:
        return f"{self.plan} ({self.number})"

    @property
    def state_color(self) -> str:
        return STATE_COLORS[self.state]


class PlanVersionEvent(Event):
    planversion = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [only_acts(ACTS.values(), "plan_moves_by_its_acts", first=[BEGIN])]
        triggers = [NEVER_CHANGED, events_follow_each_other("planversion"), event_moves_its_thing("planversion")]
        verbose_name = _("event of a plan")
        verbose_name_plural = _("events of plans")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(PlanState(self.to_state).label)
