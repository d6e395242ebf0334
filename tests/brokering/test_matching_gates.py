"""What makes attendance impossible."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from brokering.matching import gates, index, match
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.reverse import held
from brokering.matching.wish import Wish
from brokering.models.choices import Mode
from brokering.models.runs import RunState
from tests.factories import CourseRunFactory, searchable

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


def test_one_that_has_begun_is_begun_on_any_day_until_its_deadline() -> None:
    """Held against the day nearest the wanted ones: not against that on which it began, which is past."""
    begun = Way(start=date(2026, 4, 20), until=date(2026, 6, 1))
    wanted = {
        Wish(latest_start=date(2026, 4, 1)): 19,
        Wish(latest_start=date(2026, 4, 20)): 0,
        Wish(earliest_start=date(2026, 5, 10), latest_start=date(2026, 5, 20)): 0,
        Wish(earliest_start=date(2026, 6, 1)): 0,
        Wish(earliest_start=date(2026, 6, 4)): -3,
    }
    assert {wish: gates.days_outside(wish, begun) for wish in wanted} == wanted
    assert barred(Wish(earliest_start=date(2026, 7, 2)), begun) == ["window"]


@pytest.mark.django_db
@pytest.mark.parametrize(("deadline", "is_open"), [(30, True), (None, False), (-1, False)])
def test_a_run_that_has_begun_is_open_while_a_stated_deadline_is_ahead(deadline: int | None, is_open: bool) -> None:
    offer, today = searchable(title="Sveising i aluminium"), timezone.localdate()
    run = CourseRunFactory.create(
        offer=offer,
        start=today - timedelta(days=90),
        end=today + timedelta(days=200),
        deadline=None if deadline is None else today + timedelta(days=deadline),
    )
    index.refresh([offer.pk])
    wish = Wish(text="sveise aluminium", earliest_start=today + timedelta(days=20))
    found = match(wish)
    assert [hit.run_id for hit in found.hits] == ([run.pk] if is_open else [])
    way = held([offer], today)[offer.pk][0].way
    assert (gates.bars(wish, OFFER, way) == []) == is_open
    if is_open:
        assert found.hits[0].parts["time"]["days"] == 0
        assert (way.start, way.until) == (today, run.deadline)


@pytest.mark.django_db
def test_of_runs_that_fit_alike_the_first_to_start_is_shown() -> None:
    today = timezone.localdate()
    offer = searchable(title="Sveising")
    for days in (90, 30, 60):
        CourseRunFactory.create(offer=offer, start=today + timedelta(days=days), end=None)
    (hit,) = match(Wish(text="sveising"), on=today).hits
    assert hit.run_id == offer.runs.earliest("start").pk
