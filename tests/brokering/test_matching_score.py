"""The graded parts and how they become one figure."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokering.matching import parts, score
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.understanding import Asked, Understood
from brokering.matching.wish import Wish
from brokering.models.choices import Level, Mode

OFFER = Offer(1, Signals())


def grade(part: str, wish: Wish, way: Way = Way(), offer: Offer = OFFER, level: str = "") -> float | None:  # noqa: B008
    found = parts.graded(wish, Understood(level=level), offer, way).get(part)
    return float(found["value"]) if found else None


def test_nearer_is_better_and_half_at_the_farthest_one_would_travel() -> None:
    wish = Wish(municipality="5605", max_travel_km=50)
    at = {km: grade("place", wish, Way(km=km)) or 0 for km in (0, 20, 50, 200)}
    assert at[0] == 1
    assert at[50] == 0.5
    assert sorted(at.values(), reverse=True) == list(at.values())


def test_a_place_that_the_text_only_mentions_counts_half() -> None:
    mentioned = Understood(place="5605", place_name="Kirkenes")
    for km in (0, 80, 2000):
        stated = grade("place", Wish(municipality="5605"), Way(km=km)) or 0
        part = parts.place(Wish(), mentioned, OFFER, Way(km=km))
        assert part is not None
        assert part["value"] == pytest.approx((1 + stated) / 2, abs=0.03)


def test_online_needs_no_travel() -> None:
    assert grade("place", Wish(municipality="5605"), Way(km=900, modes=(Mode.ONLINE,))) == 1


@pytest.mark.parametrize(
    ("start", "least", "most"), [(date(2026, 3, 10), 1, 1), (date(2026, 4, 11), 0.6, 0.9), (date(2026, 2, 1), 0.3, 0.5)]
)
def test_a_start_outside_the_wanted_dates_counts_less(start: date, least: float, most: float) -> None:
    wish = Wish(earliest_start=date(2026, 3, 1), latest_start=date(2026, 3, 25))
    assert least <= (grade("time", wish, Way(start=start)) or 0) <= most


def test_a_master_is_far_from_a_short_course() -> None:
    wanted = {
        level: grade("level", Wish(), offer=Offer(1, Signals(), level=level), level=Level.SHORT_COURSE)
        for level in Level
    }
    assert wanted[Level.SHORT_COURSE] == 1
    assert (wanted[Level.MASTER] or 0) < 0.3 < (wanted[Level.FURTHER_EDUCATION] or 0)


def test_seats_for_half_of_the_people_are_half_good() -> None:
    assert grade("seats", Wish(headcount=4), Way(seats_left=2)) == 0.5
    assert grade("seats", Wish(headcount=4), Way(seats_left=9)) == 1


def test_a_price_over_budget_counts_by_its_share() -> None:
    assert grade("price", Wish(budget_nok=Decimal(5000)), Way(price_nok=Decimal(10000))) == 0.5
    assert grade("price", Wish(budget_nok=Decimal(5000)), Way(price_nok=Decimal(0))) == 1


def test_what_is_not_known_has_no_part() -> None:
    wish = Wish(
        municipality="5605", headcount=3, latest_start=date(2026, 3, 1), budget_nok=Decimal(1), modes=("online",)
    )
    found = parts.graded(wish, Understood(), OFFER, Way())
    assert found == {}
    assert parts.unknown(wish, Understood(), found) == ["place", "time", "price", "mode"]


def test_what_nobody_asked_is_not_called_unknown() -> None:
    assert parts.unknown(Wish(), Understood(), {}) == []


GRADES = st.floats(0.05, 1)
SOME = st.dictionaries(st.sampled_from(sorted(score.WEIGHTS)), GRADES)


@given(st.floats(0.01, 1), SOME)
def test_an_unknown_part_takes_nothing_away(subject: float, known: dict[str, float]) -> None:
    """Its weight is lent to the others: the score stays between those of the worst and the best known part."""
    total = score.total(subject, {name: {"value": value} for name, value in known.items()})
    assert subject * min(known.values(), default=1) - 1e-9 <= total <= subject * max(known.values(), default=1) + 1e-9


@given(st.floats(0.01, 1), SOME.filter(bool), GRADES)
def test_a_better_part_never_lowers_the_score(subject: float, known: dict[str, float], better: float) -> None:
    name = min(known)
    now = {name: {"value": value} for name, value in known.items()}
    then = now | {name: {"value": max(better, known[name])}}
    assert score.total(subject, then) >= score.total(subject, now) - 1e-9


def test_nearness_never_makes_up_for_the_wrong_subject() -> None:
    assert score.total(0.02, {"place": {"value": 1.0}}) == 0.02


def subject(offer: Offer = OFFER, level: str = "") -> float:
    return score.subject(score.features(offer.signals, Signals(), offer, level))


def test_more_in_common_is_more_likely() -> None:
    nothing, words = Offer(1, Signals()), Offer(1, Signals(words=0.5))
    competence, both = Offer(1, Signals(competence=0.9)), Offer(1, Signals(words=0.5, competence=0.9))
    assert subject(nothing) < min(subject(words), subject(competence))
    assert max(subject(words), subject(competence)) < subject(both)


def test_five_years_of_study_are_less_likely_unless_they_are_asked_for() -> None:
    usual, long = Offer(1, Signals(words=0.5)), Offer(1, Signals(words=0.5), level=Level.MASTER, is_long=True)
    assert subject(long) < subject(usual)
    assert subject(long, level=Level.MASTER) == subject(usual)


@pytest.mark.parametrize(
    ("value", "shared", "band"),
    [
        (0.9, 0.9, "strong"),
        (score.STRONG, score.SHARED, "strong"),
        (score.STRONG - 0.01, 0.9, "possible"),
        (score.POSSIBLE, 0.0, "possible"),
        (0.01, 0.9, ""),
    ],
)
def test_bands(value: float, shared: float, band: str) -> None:
    assert score.band(value, shared) == band


COMMON, RARE = Asked("fisk", 3.1, "fisk"), Asked("lastsikr", 5.9, "lastsikring")


@pytest.mark.parametrize(
    ("terms", "signals", "is_enough"),
    [
        ((COMMON,), Signals(words=0.9, competence=0.75), False),
        ((COMMON,), Signals(words=0.7, competence=0.95), True),
        ((RARE,), Signals(words=0.9, competence=0.2), True),
        ((RARE,), Signals(words=0.3, competence=0.2), False),
        ((COMMON, RARE), Signals(words=0.3, competence=0.75), True),
    ],
)
def test_one_common_word_is_not_enough_for_strong(terms: tuple[Asked, ...], signals: Signals, is_enough: bool) -> None:
    assert (score.band(0.9, score.in_common(signals, Understood(terms))) == "strong") == is_enough


@pytest.mark.parametrize("shared", [0.0, 0.3, score.SHARED - 0.01])
def test_words_alone_make_no_strong_match(shared: float) -> None:
    assert score.band(0.99, shared) == "possible"
