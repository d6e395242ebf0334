"""Accounts against the plan: what was spent on each line of it, sent by the project, approved by who pays."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.plans import (
    ACCOUNTS_ARE_COMPLETE,
    ACCOUNTS_OF_AN_APPROVED_PLAN,
    ACCOUNTS_STAY_AS_SENT,
    APPROVED_STATEMENT_STAYS,
    DOCUMENTS_STAY_AS_SENT,
    REVIEWS_ACCOUNTS,
    payer_answers,
)
from funding.models.plan_lines import CostLine
from funding.models.plans import PlanVersion
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import Organisation, User
from partners.models.roles import MONEY_ROLES
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


class Approval(NamedTuple):
    """How much of a line is approved; why, when that is less than was spent."""

    amount: Decimal
    why: str = ""


class CostStatementQuerySet(models.QuerySet["CostStatement"]):
    def approved(self) -> "CostStatementQuerySet":
        return self.filter(state=_S.APPROVED)

    def visible_to(self, user: object) -> "CostStatementQuerySet":
        """All of the projects one takes part in; what was sent, to those who pay."""
        if not isinstance(user, User):
            return self.none()
        payers = Organisation.objects.with_role(user, *MONEY_ROLES).values("pk")
        paid = Project.objects.filter(commitments__funder__in=payers).order_by().values("pk")
        sent = ~Q(state=_S.DRAFT) & Q(project__in=paid)
        return self.filter(sent | Q(project__in=Project.objects.of(user).order_by().values("pk")))

    def for_listing(self) -> "CostStatementQuerySet":
        return self.select_related("project", "version__plan", "sent_by", "approved_by")

    @within_limits()
    def begin(self, project: Project, year: int, by: User | None, **facts: Any) -> "CostStatement":
        """Accounts of a year, held against the plan in force. ValidationError when there is none."""
        version = facts.pop("version", None) or PlanVersion.objects.of(project).in_force().first()
        if version is None:
            raise ValidationError(_("There is no approved plan to hold accounts against."))
        statement = self.create(project=project, version=version, year=year, state=_S.DRAFT, **facts)
        statement.events.create(act=BEGIN.name, to_state=_S.DRAFT, by=by)
        return statement


def approved_costs(project: Project) -> Decimal:
    """What of a project's costs has been approved in accounts up to now and counts as a basis for grants. NOK.

    All of it is documented: accounts are not sent without a document (limits.plans: accounts_are_documented).
    The same in SQL, for triggers: limits.plans.approved_costs.
    """
    lines = ActualLine.objects.filter(statement__project=project, statement__state=_S.APPROVED, line__eligible=True)
    return lines.aggregate(sum=Sum("approved"))["sum"] or Decimal(0)


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

    objects = CostStatementQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=(
                    Q(state=_S.APPROVED, approved_by__isnull=False) | ~Q(state=_S.APPROVED) & Q(approved_by=None)
                )
                & (Q(sent_by__isnull=False) | ~Q(state__in=[_S.SENT, _S.APPROVED])),
                name="accounts_say_by_whom",
            ),
        ]
        triggers = [
            state_is_of_the_last_event("coststatement"),
            APPROVED_STATEMENT_STAYS,
            ACCOUNTS_OF_AN_APPROVED_PLAN,
            ACCOUNTS_ARE_COMPLETE,
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS[self.state]

    @property
    def is_unsent(self) -> bool:
        return self.state in (_S.DRAFT, _S.RETURNED)

    def hindrances(self) -> list[str]:
        """What is to be done before it is sent, a sentence each."""
        told = [] if self.lines.exists() else [str(_("Nothing that was spent is written down."))]
        return told if self.documents.exists() else [*told, str(_("There is no document that shows what was spent."))]

    @within_limits()
    def write(self, spent: Mapping[int, Decimal]) -> None:
        """Make these its lines: of each cost of the plan, by its key in the database, what was spent. NOK."""
        self.lines.all().delete()
        self.lines.bulk_create(ActualLine(statement=self, line_id=pk, claimed=claimed) for pk, claimed in spent.items())
        self.save(update_fields=["updated_at"])

    @within_limits()
    def send(self, by: User) -> None:
        """From here on its lines and documents are fixed. ValidationError with what is missing."""
        if self.is_unsent and (told := self.hindrances()):
            raise ValidationError(told)
        move(self, SEND, by, sent_by=by)

    @within_limits()
    def give_back(self, by: User, why: str) -> None:
        """Those who send it change it."""
        move(self, RETURN, by, why)

    @within_limits()
    def approve(self, by: User, approvals: Mapping[int, Approval] | None = None, why: str = "") -> None:
        """Approve so much of each line, by its key in the database; all of what is not named. Then it stays."""
        CostStatement.objects.select_for_update(no_key=True).get(pk=self.pk)
        for line in self.lines.all():
            line.approved, line.why = (approvals or {}).get(line.pk, Approval(line.claimed))
            line.validate_constraints()
            line.save(update_fields=["approved", "why"])
        move(self, APPROVE, by, why, approved_by=by)


class StatementDocument(CostStatement.documents.through):  # type: ignore[misc,name-defined]  # made by Django
    """The table between accounts and their documents. Carries the rule that those stay which were sent."""

    class Meta:
        proxy = True
        triggers = [DOCUMENTS_STAY_AS_SENT]


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
        triggers = [ACCOUNTS_STAY_AS_SENT]

    def __str__(self) -> str:
        return f"{self.line}: {self.claimed}"


class CostStatementEvent(Event):
    coststatement = models.ForeignKey(CostStatement, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [only_acts(ACTS.values(), "statement_moves_by_its_acts", first=[BEGIN])]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("coststatement"),
            event_moves_its_thing("coststatement"),
            payer_answers("coststatement", (RETURN.name, APPROVE.name), REVIEWS_ACCOUNTS, SEND.name),
        ]
        verbose_name = _("event of a statement of costs")
        verbose_name_plural = _("events of statements of costs")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(StatementState(self.to_state).label)
