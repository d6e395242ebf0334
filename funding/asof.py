"""What had been promised on a day, and how surely: told from the events alone, which nothing changes afterwards."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from funding.models import (
    Commitment,
    CommitmentEvent,
    Condition,
    ConditionEvent,
    Tranche,
    TrancheEvent,
)
from funding.models.commitments import CommitmentQuerySet
from partners.acts import Event

E = TypeVar("E", bound=Event)


class State(NamedTuple):
    """Where events lead to. `state` is "" before the first; `amount` is that of a year's money. NOK."""

    state: str = ""
    amount: Decimal | None = None


class Standing(NamedTuple):
    """A commitment as it stood: its state, and that of its years and conditions by their keys."""

    state: str
    years: dict[int, State]
    conditions: dict[int, str]


def replay(events: Iterable[Event]) -> State:
    """Where these events of one thing lead, in the order they were written.

    ValueError when one of them does not begin where the last one ended.
    """
    now = State()
    for event in events:
        if event.from_state != now.state:
            raise ValueError(f"{event} does not follow “{now.state}”")
        now = State(event.to_state, getattr(event, "amount", None))
    return now


def end_of(day: date) -> datetime:
    """The first moment after the day, in Oslo."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def standing(on: date, commitments: "QuerySet[Commitment]") -> dict[int, Standing]:
    """Those that were there when the day ended, as they stood then. Three queries."""
    before = {"at__lt": end_of(on)}
    whole = CommitmentEvent.objects.filter(commitment__in=commitments, **before)
    stood = {
        commitment: Standing(state, {}, {})
        for commitment, state in _last(whole, "commitment").values_list("commitment", "to_state")
    }
    years = TrancheEvent.objects.filter(tranche__commitment__in=commitments, **before)
    told = ("tranche__commitment", "tranche", "to_state", "amount")
    for commitment, tranche, state, amount in _last(years, "tranche").values_list(*told):
        stood[commitment].years[tranche] = State(state, amount)
    conditions = ConditionEvent.objects.filter(condition__commitment__in=commitments, **before)
    rows = _last(conditions, "condition").values_list("condition__commitment", "condition", "to_state")
    for commitment, condition, state in rows:
        stood[commitment].conditions[condition] = state
    return stood


def _last(events: "QuerySet[E]", thing: str) -> "QuerySet[E]":
    """The last event of each thing."""
    return events.order_by(thing, "-pk").distinct(thing)


def as_they_stood(commitments: CommitmentQuerySet, on: date) -> list[Commitment]:
    """Those that were there that day with the years and conditions they had, in the states and amounts of then.

    They are for showing: nothing of it is to be saved. What they are called is told as it is now.
    """
    stood = standing(on, commitments)
    years = [key for one in stood.values() for key in one.years]
    conditions = [key for one in stood.values() for key in one.conditions]
    shown = commitments.filter(pk__in=stood).select_related("funder", "recipient", "scheme__manager")
    shown = shown.prefetch_related(
        Prefetch("tranches", Tranche.objects.filter(pk__in=years)),
        Prefetch("conditions", Condition.objects.filter(pk__in=conditions).select_related("tranche")),
        Prefetch("conditions__events", ConditionEvent.objects.filter(at__lt=end_of(on)).select_related("by")),
    )
    return [_as_it_stood(commitment, stood[commitment.pk]) for commitment in shown]


def _as_it_stood(commitment: Commitment, stood: Standing) -> Commitment:
    commitment.state = stood.state
    for tranche in commitment.tranches.all():
        tranche.state, tranche.amount = stood.years[tranche.pk]
    for condition in commitment.conditions.all():
        condition.state = stood.conditions[condition.pk]
    return commitment
