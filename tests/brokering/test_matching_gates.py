"""What makes attendance impossible, in Python and in SQL alike."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokering.matching import gates
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.wish import Wish
from brokering.models.choices import Mode, TeachingLanguage
from brokering.models.runs import RunState

OFFER = Offer(1, Signals())
SPRING = Wish(earliest_start=date(2026, 3, 1), latest_start=date(2026, 4, 1))


def barred(wish: Wish, way: Way, offer: Offer = OFFER) -> list[str]:
    return [bar["gate"] for bar in gates.bars(wish, offer, way)]


@pytest.mark.parametrize(
    ("wish", "way", "gate"),
    [
        (Wish(), Way(state=RunState.FULL), "runs"),
        (Wish(), Way(state=RunState.ENDED), "runs"),
        (Wish(municipality="5605", max_travel_km=50), Way(km=51, modes=(Mode.ON_SITE,)), "reach"),
        (Wish(modes=(Mode.ONLINE,)), Way(modes=(Mode.ON_SITE,)), "mode"),
        (SPRING, Way(start=date(2026, 9, 1)), "window"),
        (SPRING, Way(start=date(2026, 1, 10)), "window"),
    ],
)
def test_it_is_barred(wish: Wish, way: Way, gate: str) -> None:
    assert barred(wish, way) == [gate]


@pytest.mark.parametrize(
    ("wish", "way"),
    [
        (Wish(), Way(state=RunState.OPEN)),
        (Wish(municipality="5605", max_travel_km=50), Way(km=50)),
        (Wish(municipality="5605", max_travel_km=50), Way(km=900, modes=(Mode.ONLINE,))),
        (Wish(municipality="5605"), Way(km=900)),
        (Wish(modes=(Mode.ONLINE, Mode.HYBRID)), Way(modes=(Mode.HYBRID,))),
        (SPRING, Way(start=date(2026, 6, 1))),
        (SPRING, Way()),
        (Wish(municipality="5605", max_travel_km=50, modes=(Mode.ONLINE,), language="nb"), Way()),
    ],
)
def test_it_is_open(wish: Wish, way: Way) -> None:
    assert barred(wish, way) == []


def test_who_reads_bokmal_reads_nynorsk_but_need_not_read_english() -> None:
    assert barred(Wish(language="nb"), Way(), Offer(1, Signals(), language="nn")) == []
    assert barred(Wish(language="nb"), Way(), Offer(1, Signals(), language="en")) == ["language"]


def test_every_bar_is_told() -> None:
    wish = Wish(municipality="5605", max_travel_km=50, modes=(Mode.ONLINE,))
    assert barred(wish, Way(km=80, modes=(Mode.ON_SITE,), state=RunState.FULL)) == ["runs", "mode", "reach"]


WISHES = st.builds(
    Wish,
    municipality=st.just("5605"),
    max_travel_km=st.none() | st.integers(0, 200),
    modes=st.sets(st.sampled_from(Mode.values)).map(tuple),
    language=st.sampled_from(["", *TeachingLanguage.values]),
    earliest_start=st.none() | st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    latest_start=st.none() | st.dates(date(2026, 7, 1), date(2026, 12, 31)),
)
WAYS = st.builds(
    Way,
    state=st.sampled_from(["", *RunState.values]),
    modes=st.sets(st.sampled_from(Mode.values), max_size=2).map(tuple),
    km=st.none() | st.floats(0, 400),
    start=st.none() | st.dates(date(2025, 6, 1), date(2027, 6, 30)),
)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(WISHES, WAYS, st.sampled_from(["", *TeachingLanguage.values]))
def test_sql_and_python_agree(wish: Wish, way: Way, language: str) -> None:
    values: dict[str, Any] = {
        "state": way.state,
        "way_modes": list(way.modes),
        "km": way.km,
        "start": way.start,
        "language": language,
    }
    row = """SELECT %(state)s::text AS state, %(way_modes)s::text[] AS modes, %(km)s::float8 AS km,
             %(start)s::date AS start, %(language)s::text AS language"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {gates.ALL_OPEN} FROM ({row}) ways", values | dict(gates.parameters(wish)))  # noqa: S608
        (is_open,) = cursor.fetchone()
    assert is_open == (gates.bars(wish, Offer(1, Signals(), language=language), way) == [])
