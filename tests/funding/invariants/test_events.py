"""States move by named acts that leave events: I16."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from funding.models import Strength
from tests.funding.factories_cases import case
from tests.funding.invariants.attempts import insert, move_by_sql, refused, sql, told
from tests.funding.invariants.chain import ORE, accounts, ask, plan_of, released, year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# Of each kind of thing that has states: one, an act that is no act, and a state that no act leads to from there.
THINGS: dict[str, Callable[[], Any]] = {
    "application": lambda: case("review").application,
    "commitment": lambda: case("accepted").commitment,
    "condition": lambda: case("accepted").commitment.conditions.get(),
    "coststatement": lambda: accounts(case("review"), ORE, "sent"),
    "decision": lambda: case("proposed").decision,
    "disbursementrequest": lambda: ask(released(), ORE),
    "planversion": lambda: plan_of(case("review"), "submitted"),
    "tranche": lambda: year_of(case("accepted")),
}
ELSEWHERE = {
    "application": "granted",
    "commitment": "settled",
    "condition": "waived",
    "coststatement": "approved",
    "decision": "decided",
    "disbursementrequest": "paid",
    "planversion": "approved",
    "tranche": "settled",
}


class TestI16:
    """A state moves by a named act only, and every act leaves an event that says who, when and why."""

    pytestmark = pytest.mark.parametrize("kind", THINGS)

    def test_the_model_says_so(self, kind: str) -> None:
        """Replaying the events gives today's state."""
        thing = THINGS[kind]()
        events = list(thing.events.order_by("pk"))
        assert events[0].from_state == ""
        assert [event.from_state for event in events[1:]] == [event.to_state for event in events[:-1]]
        assert events[-1].to_state == type(thing).objects.get(pk=thing.pk).state

    def test_raw_sql_is_refused(self, kind: str) -> None:
        thing = THINGS[kind]()
        table = thing._meta.db_table
        rule = "state_follows_its_events|held_out_is_never_released|decided_says_by_whom|approved_once_controlled"
        rule += "|paid_says_when|release_is_earned|accounts_say_by_whom|decider_is_delegated"
        rule += "|settled_by_the_final_payment"
        with refused(rule):
            sql(f"UPDATE {table} SET state = %s WHERE id = %s", ELSEWHERE[kind], thing.pk)

    def test_nor_is_there_an_event_without_its_move(self, kind: str) -> None:
        thing = THINGS[kind]()
        last = thing.events.order_by("-pk")[0]
        again = {
            field.attname: getattr(last, field.attname) for field in last._meta.concrete_fields if not is_key(field)
        }
        with refused("events_follow_each_other", "each_hand_is_another_person"):
            insert(type(last), **again)
        with refused("Cannot update or delete rows"):  # by the trigger "never_changed"
            sql(f"UPDATE {last._meta.db_table} SET why = 'noe annet' WHERE id = %s", last.pk)
        with refused("Cannot update or delete rows"):
            sql(f"DELETE FROM {last._meta.db_table} WHERE id = %s", last.pk)

    def test_nor_an_act_that_is_none(self, kind: str) -> None:
        with refused(
            "moves_by_its_acts",
            "only_a_decision_answers",
            "only_a_decision_makes_money_surer",
            "an_assessment_builds_on_something",
        ):
            move_by_sql(THINGS[kind](), "conjure", ELSEWHERE[kind])


def is_key(field: models.Field[Any, Any]) -> bool:
    return field.primary_key


def test_an_event_alone_is_refused(db: None) -> None:
    """One that follows the last in good order, but nothing moves."""
    thing = case("review").application
    with refused("event_moves_its_thing"):
        thing.events.create(act="withdraw", from_state="review", to_state="withdrawn", by=thing.case_officer, why="x")


def test_money_gets_surer_by_a_decision_only(db: None) -> None:
    tranche = year_of(case("accepted"), 2028)
    with told():
        tranche.correct(Strength.FIRM, None, "Fordi")
