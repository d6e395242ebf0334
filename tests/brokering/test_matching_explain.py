"""Parts and gates in words."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from brokering.matching import explain, gates, parts
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models.choices import Level, Mode
from brokering.models.runs import RunState

pytestmark = pytest.mark.usefixtures("english")
WISH = Wish(
    municipality="5605",
    max_travel_km=50,
    headcount=3,
    latest_start=date(2026, 3, 1),
    modes=(Mode.ON_SITE,),
    budget_nok=Decimal(5000),
    formal="formal",
    language="nb",
)
OFFER = Offer(1, Signals(), level=Level.MASTER, formal=False)
WAY = Way(km=32, start=date(2026, 3, 22), seats_left=2, price_nok=Decimal(12500), modes=(Mode.ON_SITE,))


def sentences(wish: Wish, way: Way, offer: Offer = OFFER, level: str = "") -> dict[str, str]:
    understood = Understood(level=level)
    found = parts.graded(wish, understood, offer, way)
    kept = json.loads(json.dumps({**found, "unknown": parts.unknown(wish, understood, found)}))
    return {reason.kind: reason.sentence for reason in explain.reasons(kept)}


def test_every_part_is_said_with_its_facts() -> None:
    said = sentences(WISH, WAY, level=Level.SHORT_COURSE)
    assert said["place"] == "32 km of at most 50 (straight line)"
    assert said["time"] == "starts 3 weeks after your latest start"
    assert said["seats"] == "2 free seats for your 3 people"
    assert said["price"].startswith("12")
    assert said["price"].endswith("more than your budget")
    assert said["formal"] == "gives no formal competence"
    assert "where you ask for" in said["level"]


@pytest.mark.parametrize(
    ("way", "kind", "sentence"),
    [
        (Way(km=0), "place", "in your own municipality"),
        (Way(modes=(Mode.ONLINE,)), "place", "online, without travel"),
        (Way(start=date(2026, 3, 2)), "time", "starts 1 day after your latest start"),
        (
            Way(start=date(2026, 2, 1), until=date(2026, 6, 1)),
            "time",
            "has begun; you can join within your dates, until 1 June 2026 at the latest",
        ),
        (
            Way(start=date(2026, 3, 2), until=date(2026, 6, 1)),
            "time",
            "has begun; you can join until 1 June 2026, but after your latest start",
        ),
        (Way(seats_left=1), "seats", "1 free seat for your 3 people"),
        (Way(seats_left=12), "seats", "12 free seats"),
    ],
)
def test_it_is_said(way: Way, kind: str, sentence: str) -> None:
    assert sentences(WISH, way)[kind] == sentence


@pytest.mark.parametrize(("seats", "grade"), [(9, "good"), (12, "good"), (8, "fair"), (5, "fair"), (1, "poor")])
def test_seats_for_fewer_than_all_are_at_most_fair(seats: int, grade: str) -> None:
    found = parts.graded(Wish(headcount=9), Understood(), OFFER, Way(seats_left=seats))
    (reason,) = explain.reasons(found)
    assert reason.grade == grade


@pytest.mark.parametrize(("limit", "grade"), [(None, "fair"), (50, "poor")])
def test_far_is_bad_only_where_somebody_has_said_how_far_is_too_far(limit: int | None, grade: str) -> None:
    far = parts.graded(Wish(municipality="5605", max_travel_km=limit), Understood(), OFFER, Way(km=400))
    (reason,) = explain.reasons(far)
    assert (reason.kind, reason.grade) == ("place", grade)


def test_a_place_that_the_text_names_is_called_by_its_name() -> None:
    found = parts.graded(Wish(), Understood(place="5605", place_name="Kirkenes"), OFFER, Way(km=0))
    assert [reason.sentence for reason in explain.reasons(found)] == ["in Kirkenes"]


@pytest.mark.parametrize(
    ("value", "shared", "grade"), [(0.9, 0.9, "good"), (0.9, 0.1, "fair"), (0.2, 0.9, "fair"), (0.05, 0.9, "poor")]
)
def test_the_subject_is_good_only_where_both_are_about_one_competence(value: float, shared: float, grade: str) -> None:
    (reason,) = explain.reasons({"subject": {"value": value, "shared": shared, "words": ["fisk"]}})
    assert reason.grade == grade


def test_what_matters_and_is_not_known_is_said_too() -> None:
    said = explain.reasons({"unknown": ["place", "time"]})
    assert [(reason.kind, reason.grade) for reason in said] == [("place", "unknown"), ("time", "unknown")]


@pytest.mark.parametrize(
    ("part", "names", "sentence"),
    [
        ({"words": ["sveising", "aluminium"]}, {}, "covers sveising and aluminium"),
        (
            {"words": ["aluminium"], "competences": ["sveising"]},
            {"sveising": "Welding"},
            "covers welding (aluminium)",
        ),
        ({"words": ["weld", "truck"], "competences": ["sveising"]}, {"sveising": "Welding"}, "covers welding (truck)"),
        ({"words": ["a", "b", "c", "d", "e"]}, {}, "covers a, b, c and d"),
        ({"words": []}, {}, "close in meaning to what you describe"),
    ],
)
def test_the_subject_is_what_both_speak_of(part: dict[str, object], names: dict[str, str], sentence: str) -> None:
    (reason,) = explain.reasons({"subject": {"value": 0.9, **part}}, names)
    assert (reason.sentence, reason.grade) == (sentence, "good")


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Welding, plating and NDT", "welding, plating and NDT"),
        ("HR and personnel management", "HR and personnel management"),
        ("Norwegian, reading and writing", "Norwegian, reading and writing"),
        ("Kven, Finnish and other languages", "Kven, Finnish and other languages"),
        ("Sámi culture", "Sámi culture"),
    ],
)
def test_a_name_within_a_sentence_begins_small_but_for_abbreviations_and_languages(name: str, within: str) -> None:
    assert explain.inside(name) == within


def test_so_do_levels_ways_and_in_norwegian_languages() -> None:
    said = sentences(WISH, WAY, level=Level.SHORT_COURSE)
    assert said["level"] == "master, where you ask for short course"
    assert "this: online. You accept: on site." in str(
        explain.bars(gates.bars(WISH, OFFER, Way(modes=(Mode.ONLINE,))))[0]
    )
    with translation.override("nb"):
        assert "språket er engelsk." in str(
            explain.bars(gates.bars(WISH, Offer(1, Signals(), language="en"), Way()))[0]
        )


@pytest.mark.parametrize(
    ("way", "offer", "said"),
    [
        (Way(km=82, modes=(Mode.ON_SITE,)), OFFER, "82 km away, 32 km farther than you travel"),
        (Way(modes=(Mode.ONLINE,)), OFFER, "You accept"),
        (Way(start=date(2026, 12, 1)), OFFER, "weeks after your latest start"),
        (Way(start=date(2026, 12, 1), until=date(2026, 12, 9)), OFFER, "It has begun; you can join until"),
        (Way(), Offer(1, Signals(), language="en"), "English"),
        *(
            (Way(state=state), OFFER, "would do")
            for state in (RunState.FULL, RunState.CLOSED, RunState.RUNNING, RunState.ENDED, RunState.CANCELLED)
        ),
    ],
)
def test_a_bar_says_what_stands_in_the_way(way: Way, offer: Offer, said: str) -> None:
    (bar,) = explain.bars(json.loads(json.dumps(gates.bars(WISH, offer, way))))
    assert said in bar.sentence
    assert bar.grade == "barred"


def test_the_subject_comes_first_then_what_is_known_of_the_way() -> None:
    kept = {"subject": {"value": 0.6, "words": ["sveising"]}, **parts.graded(WISH, Understood(), OFFER, Way(km=32))}
    assert [reason.sentence for reason in explain.reasons(kept)] == [
        "covers sveising",
        "32 km of at most 50 (straight line)",
        "gives no formal competence",
    ]
