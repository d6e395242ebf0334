"""Applications and decisions."""

from collections.abc import Callable
from typing import Any

import pgtrigger
from django.db import transaction
from django.utils import timezone

from funding.models import Application, ApplicationYear, Call, Decision, DecisionKind
from tests.funding.factories_cases import Case, applied, case
from tests.funding.test_limits import sql


def changed(model: Any, **facts: object) -> None:
    """Of what a draft of a decision and its application are made of."""
    case("drafted")
    model.objects.update(**facts)


def twice_to_a_call() -> None:
    first = applied()
    call = Call.objects.create(scheme=first.house.scheme, title="Vår", opens_on=timezone.localdate())
    facts = {"scheme": call.scheme, "funder": first.house.funder, "applicant": first.application.applicant}
    for _time in range(2):
        Application.objects.begin(first.leader, call=call, project=first.project, title="Igjen", **facts)


def year_twice() -> None:
    applied().application.years.create(year=2026, amount=1)


def event(made: Case, of: str) -> None:
    thing = made.application if of == "application" else made.decision
    thing.events.create(act="jump", from_state=thing.state, to_state="draft")


def second_decision() -> None:
    made = case("drafted")
    Decision.objects.create(application=made.application, kind=DecisionKind.REJECT, state="draft")


def decided_by_preparer() -> None:
    made = case("drafted")
    sql("UPDATE funding_decision SET decided_by_id = %s", made.house.officer.pk)


def item_twice() -> None:
    item = case("drafted").decision.items.first()
    item.decision.items.create(tranche=item.tranche, to_state="firm")  # type: ignore[union-attr]


def without_a_day() -> None:
    case("proposed")
    with pgtrigger.ignore("funding.Decision:decider_is_delegated"), transaction.atomic():
        Decision.objects.update(state="decided")


BREAKS: dict[str, Callable[[], object]] = {
    "application_state_is_known": lambda: changed(Application, state="lost"),
    "application_has_a_language": lambda: (applied(), Application.objects.update(language="xx")),
    "one_application_a_call": twice_to_a_call,
    "an_application_has_a_year_once": year_twice,
    "applied_for_more_than_nothing": lambda: (applied(), ApplicationYear.objects.update(amount=0)),
    "application_moves_by_its_acts": lambda: event(case("review"), "application"),
    "decision_state_is_known": lambda: changed(Decision, state="lost"),
    "decision_kind_is_known": lambda: changed(Decision, kind="whim"),
    "decision_result_is_known": lambda: changed(Decision, result="maybe"),
    "aid_basis_is_known": lambda: changed(Decision, aid_basis="hope"),
    "a_decision_is_about_something": lambda: Decision.objects.create(kind=DecisionKind.CHANGE, state="draft"),
    "nobody_decides_what_they_prepared": decided_by_preparer,
    "decided_says_by_whom": without_a_day,
    "one_live_decision_a_case": second_decision,
    "decision_moves_by_its_acts": lambda: event(case("drafted"), "decision"),
    "a_decision_has_a_year_once": item_twice,
    "an_item_makes_money_surer_or_ends_it": lambda: _items(to_state="released"),
    "decided_more_than_nothing": lambda: _items(amount=0),
    "decided_condition_is_known": lambda: _conditions(kind="weather"),
    "decided_condition_binds_somebody": lambda: _conditions(binds="nobody"),
}


def _items(**facts: object) -> None:
    case("drafted").decision.items.update(**facts)


def _conditions(**facts: object) -> None:
    case("drafted").decision.conditions.update(**facts)
