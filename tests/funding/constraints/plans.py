"""Plans and accounts."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from funding.models import (
    ActualLine,
    CostLine,
    CostStatement,
    CostStatementEvent,
    CostYear,
    FinancingLine,
    FinancingYear,
    PlanVersion,
    PlanVersionEvent,
)
from tests.factories import UserFactory
from tests.funding.factories_plans import plan, statement


def _again(rows: "QuerySet[CostLine] | QuerySet[FinancingLine] | QuerySet[CostYear] | QuerySet[FinancingYear]") -> None:
    row = rows.get()
    row.pk = None
    row._state.adding = True
    row.save()


def _draft(change: Callable[[], object]) -> Callable[[], object]:
    return lambda: (plan(state="draft"), change())


def _version(**facts: object) -> Callable[[], object]:
    return _draft(lambda: PlanVersion.objects.create(**{"plan": PlanVersion.objects.get().plan, **facts}))


def _by_nobody(kind: type[PlanVersionEvent | CostStatementEvent], **facts: object) -> object:
    return kind.objects.create(act="guess", from_state="draft", to_state="draft", at=timezone.now(), **facts)


def _accounts(state: str, change: Callable[[], object]) -> Callable[[], object]:
    return lambda: (statement(state=state), change())


def _of_oneself() -> None:
    accounts, person = statement(state="sent"), UserFactory.create()
    CostStatement.objects.filter(pk=accounts.pk).update(state="approved", sent_by=person, approved_by=person)


def _line_twice() -> None:
    line = statement(state="draft").lines.get()
    ActualLine.objects.create(statement=line.statement, line=line.line, claimed=1)


BREAKS: dict[str, Callable[[], object]] = {
    "a_plan_version_has_its_number": _version(number=1, state="submitted"),
    "one_draft_a_plan": _version(number=2, state="draft"),
    "plan_state_is_known": _version(number=2, state="lost"),
    "plan_moves_by_its_acts": lambda: _by_nobody(PlanVersionEvent, planversion=plan(state="draft")),
    "a_cost_is_in_a_version_once": _draft(lambda: _again(CostLine.objects.all())),
    "cost_kind_is_known": _draft(lambda: CostLine.objects.update(kind="weather")),
    "rate_is_more_than_nothing": _draft(lambda: CostLine.objects.update(rate=0)),
    "a_cost_has_a_year_once": _draft(lambda: _again(CostYear.objects.all())),
    "either_kroner_or_hours": _draft(lambda: CostYear.objects.update(hours=1)),
    "a_financing_is_in_a_version_once": _draft(lambda: _again(FinancingLine.objects.all())),
    "financing_kind_is_known": _draft(lambda: FinancingLine.objects.update(kind="weather")),
    "a_financing_has_a_year_once": _draft(lambda: _again(FinancingYear.objects.all())),
    "financing_is_not_negative": _draft(lambda: FinancingYear.objects.update(amount=-1)),
    "statement_state_is_known": _accounts("draft", lambda: CostStatement.objects.update(state="lost")),
    "nobody_approves_their_own_accounts": _of_oneself,
    "accounts_say_by_whom": _accounts("draft", lambda: CostStatement.objects.update(state="sent")),
    "a_statement_has_a_cost_once": _line_twice,
    "less_needs_a_reason": _accounts("sent", lambda: ActualLine.objects.update(approved=1)),
    "approved_is_not_more_than_spent": _accounts("sent", lambda: ActualLine.objects.update(approved=500_000, why="x")),
    "statement_moves_by_its_acts": lambda: _by_nobody(CostStatementEvent, coststatement=statement(state="draft")),
}
