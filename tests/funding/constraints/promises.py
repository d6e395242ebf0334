"""Commitments, their years and conditions."""

from collections.abc import Callable
from decimal import Decimal

from funding.models import Commitment, Condition, ConditionEvent, Tranche, TrancheEvent
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory


def same_year(year: int | None) -> None:
    commitment = CommitmentFactory.create()
    for _time in range(2):
        commitment.add(year, Decimal(1), "firm", None)


def event(kind: type[TrancheEvent | ConditionEvent], **facts: object) -> object:
    thing = TrancheFactory.create(state="held_out") if kind is TrancheEvent else ConditionFactory.create()
    return thing.events.create(**facts)


BREAKS: dict[str, Callable[[], object]] = {
    "commitment_is_more_than_nothing": lambda: (CommitmentFactory.create(), Commitment.objects.update(amount=0)),
    "commitment_state_is_known": lambda: (CommitmentFactory.create(), Commitment.objects.update(state="lost")),
    "a_commitment_has_a_year_once": lambda: same_year(2026),
    "tranche_is_more_than_nothing": lambda: (TrancheFactory.create(), Tranche.objects.update(amount=-1)),
    "held_out_is_never_released": lambda: (TrancheFactory.create(), Tranche.objects.update(state="likely")),
    "only_a_decision_makes_money_surer": lambda: event(
        TrancheEvent, act="correct", from_state="held_out", to_state="firm"
    ),
    "condition_kind_is_known": lambda: (ConditionFactory.create(), Condition.objects.update(kind="weather")),
    "condition_binds_somebody": lambda: (ConditionFactory.create(), Condition.objects.update(binds="nobody")),
    "condition_state_is_known": lambda: (ConditionFactory.create(), Condition.objects.update(state="lost")),
    "an_assessment_builds_on_something": lambda: event(ConditionEvent, act="guess", from_state="open", to_state="met"),
}
