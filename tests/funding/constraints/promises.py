"""The rules of commitments, of the money of their years, and of conditions."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from funding.models import Commitment, Condition, Tranche
from partners.models.roles import MemberRole
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory
from tests.funding.factories_promises import hand, promised


def commitment(**facts: object) -> object:
    return CommitmentFactory.create(), Commitment.objects.update(**facts)


def tranche(**facts: object) -> object:
    return TrancheFactory.create(), Tranche.objects.update(**facts)


def condition(**facts: object) -> object:
    return ConditionFactory.create(), Condition.objects.update(**facts)


def same_year(year: int | None) -> None:
    commitment = CommitmentFactory.create()
    for _time in range(2):
        commitment.add(year, Decimal(1), "firm", None)


def event(thing: Any, act: str, before: str, after: str) -> object:
    return thing.events.create(act=act, from_state=before, to_state=after)


def nameless() -> object:
    tranche = TrancheFactory.create(state="held_out")
    decider = hand(tranche.commitment.funder, MemberRole.DECIDER)
    return tranche.events.create(act="decide", from_state="held_out", to_state="firm", by=decider)


BREAKS: dict[str, Callable[[], object]] = {
    "commitment_is_more_than_nothing": lambda: commitment(amount=0),
    "commitment_state_is_known": lambda: commitment(state="lost"),
    "priority_is_from_1_to_5": lambda: commitment(priority=6),
    "commitment_share_is_a_share": lambda: commitment(share=0),
    "commitment_advance_is_a_share": lambda: commitment(advance_share=Decimal("1.1")),
    "commitment_moves_by_its_acts": lambda: event(CommitmentFactory.create(), "settle", "reported", "settled"),
    "a_commitment_has_a_year_once": lambda: same_year(2026),
    "tranche_is_more_than_nothing": lambda: CommitmentFactory.create().add(2026, Decimal(-1), "firm", None),
    "held_out_is_never_released": lambda: (promised(released=(2026,)), Tranche.objects.update(released_at=None)),
    "only_a_decision_makes_money_surer": lambda: event(
        TrancheFactory.create(state="held_out"), "correct", "held_out", "firm"
    ),
    "a_decision_is_named": nameless,
    "condition_kind_is_known": lambda: condition(kind="weather"),
    "condition_binds_somebody": lambda: condition(binds="nobody"),
    "condition_state_is_known": lambda: condition(state="lost"),
    "tolerance_is_a_share": lambda: condition(kind="allocation", tolerance=1),
    "a_baseline_is_of_an_allocation": lambda: condition(baseline_year=2025),
    "an_assessment_builds_on_something": lambda: event(ConditionFactory.create(), "guess", "open", "met"),
    "condition_moves_by_its_acts": lambda: ConditionFactory.create().events.create(
        act="guess", from_state="open", to_state="met", why="-"
    ),
}
