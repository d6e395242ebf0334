"""Accounts against the plan: what was spent on each line of it, sent by the project, approved by who pays."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.limits import event_moves_its_thing, events_follow_each_other, state_is_of_the_last_event
from funding.models.plan_lines import CostLine
from funding.models.plans import PlanVersion
from partners.acts import NEVER_CHANGED, Act, Event, only_acts
from partners.models import User
from projects.models import Document, Project


class StatementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


_S = StatementState
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
SEND = Act("send", _("Send"), (_S.DRAFT, _S.RETURNED), _S.SENT)
RETURN = Act("return", _("Return"), (_S.SENT,), _S.RETURNED, with_reason=True)
APPROVE = Act("approve", _("Approve"), (_S.SENT,), _S.APPROVED)
ACTS = {act.name: act for act in (SEND, RETURN, APPROVE)}
STATE_COLORS: dict[str, str] = {
    _S.DRAFT: "neutral",
    _S.SENT: "info",
    _S.RETURNED: "warning",
    _S.APPROVED: "success",
}


@pghistory.track(model_name="CostStatementHistory")
class CostStatement(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="cost_statements", verbose_name=_("project")
    )
    version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="statements", verbose_name=_("plan")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=StatementState, editable=False)
    auditor_confirmed = models.BooleanField(_("an auditor has confirmed it"), default=False)
    documents = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("documents"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("statement of costs")
        verbose_name_plural = _("statements of costs")
        ordering = ["project", "year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StatementState.values), name="statement_state_is_known"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("sent_by")),
                name="nobody_approves_their_own_accounts",
                violation_error_message=_("Somebody else than the one who sent it has to do this."),
            ),
        ]
        triggers = [state_is_of_the_last_event("coststatement")]

    def __str__(self) -> str:
        return self.title

    @property
    def state_color(self) -> str:
        return STATE_COLORS[self.state]


class ActualLine(models.Model):
    """What was spent on a line; a correction of an approved one is a line, maybe negative, of the next statement."""

    statement = models.ForeignKey(CostStatement, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(CostLine, on_delete=models.PROTECT, related_name="actuals", verbose_name=_("cost"))
    claimed = models.DecimalField(_("spent, NOK"), max_digits=14, decimal_places=2)
    approved = models.DecimalField(_("approved, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    why = models.CharField(_("why less is approved"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("spent on a cost")
        verbose_name_plural = _("spent on costs")
        ordering = ["statement", "line__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "line"], name="a_statement_has_a_cost_once"),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved=models.F("claimed")) | ~Q(why=""),
                name="less_needs_a_reason",
                violation_error_message=_("Say why less is approved."),
            ),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved__lte=models.F("claimed")),
                name="approved_is_not_more_than_spent",
                violation_error_message=_("No more can be approved than was spent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.claimed}"


class CostStatementEvent(Event):
    coststatement = models.ForeignKey(CostStatement, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [only_acts(ACTS.values(), "statement_moves_by_its_acts", first=[BEGIN])]
        triggers = [NEVER_CHANGED, events_follow_each_other("coststatement"), event_moves_its_thing("coststatement")]
        verbose_name = _("event of a statement of costs")
        verbose_name_plural = _("events of statements of costs")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(StatementState(self.to_state).label)
