"""The state of a run follows from its dates and seats: on each boundary day, and whatever the dates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokering.matching import columns, index, packing
from brokering.models import CourseRun
from brokering.models.runs import ATTENDABLE, RunState
from tests.factories import CourseOfferFactory, CourseRunFactory

pytestmark = pytest.mark.django_db
OPENS, DEADLINE, START, END = date(2026, 3, 1), date(2026, 4, 10), date(2026, 5, 4), date(2026, 5, 6)
DAY = timedelta(days=1)
DATES = {"opens": OPENS, "deadline": DEADLINE, "start": START, "end": END}
LATE = {"deadline": START + 20 * DAY, "end": START + 90 * DAY}
CANCELLED = datetime(2026, 3, 20, tzinfo=UTC)


def state(on: date, **run: Any) -> str:
    pk = CourseRunFactory.create(**(DATES | run)).pk
    return CourseRun.objects.with_state(on).get(pk=pk).state


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (OPENS - DAY, RunState.COMING),
        (OPENS, RunState.OPEN),
        (DEADLINE - 15 * DAY, RunState.OPEN),
        (DEADLINE - 14 * DAY, RunState.DEADLINE_NEAR),
        (DEADLINE, RunState.DEADLINE_NEAR),
        (DEADLINE + DAY, RunState.CLOSED),
        (START - DAY, RunState.CLOSED),
        (START, RunState.RUNNING),
        (END, RunState.RUNNING),
        (END + DAY, RunState.ENDED),
    ],
)
def test_on_the_days_when_it_changes(on: date, expected: RunState) -> None:
    assert state(on) == expected


@pytest.mark.parametrize(
    ("run", "on", "expected"),
    [
        ({"seats": 8, "seats_taken": 8}, OPENS, RunState.FULL),
        ({"seats": 8, "seats_taken": 7}, OPENS, RunState.OPEN),
        ({"seats": None, "seats_taken": 40}, OPENS, RunState.OPEN),
        ({"seats": 0}, OPENS, RunState.FULL),
        ({"seats": 8, "seats_taken": 8}, START, RunState.RUNNING),
        ({"cancelled_at": CANCELLED}, OPENS, RunState.CANCELLED),
        ({"cancelled_at": CANCELLED}, END + DAY, RunState.CANCELLED),
        ({"deadline": None}, START - DAY, RunState.OPEN),
        ({"opens": None}, OPENS - 90 * DAY, RunState.OPEN),
        ({"end": None}, START + DAY, RunState.ENDED),
        ({"start": None, "end": None, "deadline": None}, START, RunState.COMING),
        (LATE, START, RunState.OPEN),
        (LATE, START + 20 * DAY, RunState.DEADLINE_NEAR),
        (LATE, START + 21 * DAY, RunState.RUNNING),
        (LATE | {"end": START + 3 * DAY}, START + 4 * DAY, RunState.ENDED),
        (LATE | {"end": None}, START + DAY, RunState.OPEN),
        (LATE | {"end": None}, START + 21 * DAY, RunState.ENDED),
        (LATE | {"seats": 8, "seats_taken": 8}, START + DAY, RunState.FULL),
        (LATE | {"cancelled_at": CANCELLED}, START + DAY, RunState.CANCELLED),
    ],
)
def test_seats_cancellation_and_what_is_not_known(run: dict[str, Any], on: date, expected: RunState) -> None:
    assert state(on, **run) == expected


@pytest.mark.parametrize("gone", [RunState.FULL, RunState.CLOSED, RunState.RUNNING, RunState.ENDED])
def test_one_gets_no_seat_on_a_run_that_is_past_it(gone: RunState) -> None:
    days = {RunState.FULL: OPENS, RunState.CLOSED: DEADLINE + DAY, RunState.RUNNING: START, RunState.ENDED: END + DAY}
    CourseRunFactory.create(**DATES, seats=8, seats_taken=8 if gone == RunState.FULL else 0)
    assert not CourseRun.objects.attendable(days[gone]).exists()


@pytest.mark.parametrize(
    ("run", "on", "until"),
    [
        (LATE, START - DAY, None),
        (LATE, START, START + 20 * DAY),
        (LATE | {"end": START + 3 * DAY}, START, START + 3 * DAY),
        (LATE | {"end": None}, START, START + 20 * DAY),
        (LATE, START + 21 * DAY, None),
        (LATE | {"seats": 8, "seats_taken": 8}, START, None),
        ({}, START, None),
    ],
)
def test_one_that_has_begun_says_until_when_it_takes_people(run: dict[str, Any], on: date, until: date | None) -> None:
    CourseRunFactory.create(**(DATES | run))
    assert CourseRun.objects.with_state(on).get().joined_until == until


def test_the_earliest_comes_first_and_those_without_a_date_last() -> None:
    undated = CourseRunFactory.create(start=None, end=None, deadline=None)
    late, early = CourseRunFactory.create(**DATES), CourseRunFactory.create(**DATES | {"start": START - DAY})
    assert list(CourseRun.objects.attendable(OPENS)) == [early, late, undated]


def in_plain_words(run: CourseRun, on: date) -> RunState:
    """The rule as the domain says it, a second time."""
    takes_people = run.deadline is not None and run.deadline >= on
    if run.cancelled_at:
        return RunState.CANCELLED
    if (run.end and run.end < on) or (not run.end and run.start and run.start < on and not takes_people):
        return RunState.ENDED
    if run.start and run.start <= on and not takes_people:
        return RunState.RUNNING
    if run.seats is not None and run.seats_taken >= run.seats:
        return RunState.FULL
    if run.deadline and run.deadline < on:
        return RunState.CLOSED
    if not run.start or (run.opens and run.opens > on):
        return RunState.COMING
    if run.deadline and (run.deadline - on).days <= 14:
        return RunState.DEADLINE_NEAR
    return RunState.OPEN


days = st.none() | st.integers(0, 45).map(lambda number: OPENS + number * DAY)
runs = st.fixed_dictionaries(
    {
        "start": days,
        "end": days,
        "deadline": days,
        "opens": days,
        "seats": st.none() | st.integers(0, 3),
        "seats_taken": st.integers(0, 3),
        "cancelled_at": st.sampled_from([None, None, None, CANCELLED]),
    }
)


def possible(run: dict[str, Any]) -> dict[str, Any]:
    """The same within what the database takes: it ends after it starts, and takes no more than its seats."""
    if run["seats"] is not None:
        run["seats_taken"] = min(run["seats"], run["seats_taken"])
    if run["start"] and run["end"]:
        run["start"], run["end"] = sorted([run["start"], run["end"]])
    return run


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(runs.map(possible), min_size=1, max_size=20), on=st.integers(-2, 50))
def test_the_database_plain_words_and_what_is_packed_agree(many: list[dict[str, Any]], on: int) -> None:
    offer = CourseOfferFactory.create()
    CourseRun.objects.bulk_create(CourseRun(offer=offer, **run) for run in many)
    day = OPENS + on * DAY
    for run in CourseRun.objects.with_state(day).filter(offer=offer):
        assert run.state == in_plain_words(run, day)
    index.refresh([offer.pk])
    known = columns.current()
    rows, _begins = columns.rows_of(known, known.slots(np.array([offer.pk])))
    found = CourseRun.objects.with_state(day).filter(offer=offer).order_by("pk")
    for run, closes in zip(found, known.ways.only(rows)["closes"], strict=True):
        assert (run.state in ATTENDABLE) == (closes >= packing.day(day))
