"""Which needs come together: alike in subject and level, in time, in reach of one place, and no more than a class."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from brokering.models.choices import Level, Mode
from pooling.proposing import bars, places
from pooling.proposing.asking import Asking, Meaning, of_subject
from pooling.proposing.bars import LEAD, Places
from pooling.proposing.grouping import MOST_SEATS, Group, Judged, components, edges, groups
from tests.pooling.asked import AROUND, CARE, IN_A_ROW, SHORE, WELDING, asking

TODAY = date(2026, 11, 23)


def formed(*needs: Asking, judged: Judged | None = None) -> list[set[int]]:
    return sorted((set(group.needs) for group in found(needs, judged)), key=min)


def found(needs: Any, judged: Judged | None = None, there: Places = IN_A_ROW) -> list[Group]:
    return groups(needs, edges(needs, there, TODAY, judged), there)


def are_together(**facts: Any) -> bool:
    """Whether a plain need goes with another one that has these facts."""
    return bool(formed(asking(), asking(**facts)))


class TestTwo:
    def test_alike_in_one_place_go_together(self) -> None:
        assert are_together()

    def test_of_different_subjects_do_not(self) -> None:
        assert not are_together(**CARE)

    def test_of_different_brokers_do_not(self) -> None:
        assert not are_together(broker=2)

    def test_of_one_firm_are_no_pool(self) -> None:
        assert not formed(asking(firm=7), asking(firm=7))

    def test_of_different_levels_do_not(self) -> None:
        one = asking(level=Level.SHORT_COURSE)
        assert not formed(one, asking(level=Level.BACHELOR))
        assert formed(one, asking(level=Level.SHORT_COURSE))
        assert formed(one, asking(level=""))

    def test_that_understand_each_other_do(self) -> None:
        one = asking(language="nb")
        assert formed(one, asking(language="nn"))
        assert not formed(one, asking(language="en"))
        assert formed(one, asking(language=""))

    def test_whose_times_never_meet_do_not(self) -> None:
        spring, autumn = date(2027, 3, 1), date(2027, 9, 1)
        assert not formed(asking(latest=spring), asking(earliest=autumn))
        assert formed(asking(latest=autumn), asking(earliest=autumn))

    def test_that_would_have_to_begin_at_once_do_not(self) -> None:
        assert not are_together(latest=TODAY + LEAD - timedelta(days=1))
        assert are_together(latest=TODAY + LEAD)

    def test_without_a_common_way_do_not(self) -> None:
        assert not formed(asking(modes=frozenset({Mode.ONLINE})), asking(modes=frozenset({Mode.ON_SITE})))

    def test_out_of_reach_of_each_other_meet_halfway_or_online(self) -> None:
        near = {"home": "0001", "reach_km": 60, "modes": frozenset({Mode.ON_SITE})}
        assert formed(asking(**near), asking(**near | {"home": "0003"}))
        assert not formed(asking(**near), asking(**near | {"home": "0004"}))
        online = {"modes": frozenset({Mode.ON_SITE, Mode.ONLINE})}
        assert formed(asking(**near | online), asking(**near | online | {"home": "0004"}))

    def test_that_meet_a_third_each_do_not_when_all_three_cannot_meet(self) -> None:
        """Neither in one place nor in one way."""
        far = {"reach_km": 60, "modes": frozenset({Mode.ON_SITE})}
        needs = [asking(**far, home=home) for home in SHORE[::2]]
        assert [len(group.members) for group in found(needs, there=AROUND)] == [2]
        ways = (Mode.ON_SITE, Mode.SESSIONS, Mode.ONLINE)
        assert [len(group) for group in formed(*(asking(modes=frozenset(ways) - {way}) for way in ways))] == [2]

    def test_whose_place_is_not_known_can_only_meet_online(self) -> None:
        assert not are_together(home="", modes=frozenset({Mode.ON_SITE}))
        assert are_together(home="", modes=frozenset({Mode.ONLINE}))


class TestSubjects:
    def test_a_word_that_says_the_level_says_nothing_of_the_subject(self) -> None:
        assert of_subject([("fagbrev", 6.0, "fagbrev"), ("tømr", 5.0, "tømrer")]) == {"tømr": 5.0}

    def test_nearness_counts_beyond_what_is_usual_for_each(self) -> None:
        """To a need that is near to everything, being near is nothing."""
        clear, vague = MEANINGS[0], replace(MEANINGS[0], usual=0.9)
        assert clear.near(clear) > clear.near(vague) == vague.near(clear) > vague.near(vague)

    def test_what_is_near_in_meaning_needs_fewer_words(self) -> None:
        facts = {"subjects": {"sveising": 0.9}, "terms": {}}
        one, near, far = (asking(**facts, meaning=MEANINGS[at]) for at in (0, 0, 3))
        assert formed(one, near)
        assert not formed(one, far)


class TestBrokers:
    def test_word_that_two_do_not_belong_together_stands(self) -> None:
        one, other, third = asking(), asking(), asking()
        assert formed(one, other, third) == [{one.need, other.need, third.need}]
        apart = Judged(apart=frozenset({(one.need, other.need)}))
        assert all(not {one.need, other.need} <= group for group in formed(one, other, third, judged=apart))

    def test_word_that_two_belong_together_stands_within_reach(self) -> None:
        one, other = asking(), asking(**CARE)
        together = Judged(together=frozenset({(one.need, other.need)}))
        assert formed(one, other, judged=together) == [{one.need, other.need}]
        far = asking(**CARE, home="0004", modes=frozenset({Mode.ON_SITE}))
        assert not formed(one, far, judged=Judged(together=frozenset({(one.need, far.need)})))


class TestPlaces:
    def test_best_is_where_all_travel_least_together(self) -> None:
        many, few = asking(seats=9, home="0002"), asking(seats=2, home="0001")
        best = places.best([many, few], IN_A_ROW)
        assert [place.number for place in best] == ["0002", "0001"]
        assert best[0] == ("0002", 120, 60)

    def test_none_when_they_only_meet_online(self) -> None:
        assert places.best([asking(modes=frozenset({Mode.ONLINE}))], IN_A_ROW) == []


def test_what_a_chain_links_is_no_group() -> None:
    """The first is like the second and the second like the third, but not the first like the third."""
    both = {"subjects": {"sveising": 0.5, "demens": 0.5}, "terms": {"sveis": 4.0, "alu": 5.0, "demens": 5.0}}
    assert all(len(group) == 2 for group in formed(asking(**WELDING), asking(**both), asking(**CARE)))


MEANINGS = [
    Meaning(np.array([math.cos(turn), math.sin(turn), 0.0], np.float32), usual=0.1, spread=0.3)
    for turn in (0.0, 0.4, 0.8, 1.6)
]
IN_PLACE = frozenset({Mode.ON_SITE, Mode.SESSIONS})
some_days = st.none() | st.integers(0, 400).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def any_asking(draw: st.DrawFn) -> Asking:
    first, last = sorted([draw(some_days), draw(some_days)], key=lambda day: day or TODAY)
    return asking(
        **draw(st.sampled_from([WELDING, WELDING, CARE])),
        meaning=draw(st.sampled_from([None, *MEANINGS])),
        firm=draw(st.integers(1, 12)),
        broker=draw(st.sampled_from([1, 1, 1, 2])),
        seats=draw(st.integers(1, 9) | st.integers(10, 30)),
        home=draw(st.sampled_from([*SHORE, *SHORE, ""])),
        reach_km=draw(st.sampled_from([0, 59, 60, 120, 500])),
        modes=draw(st.sampled_from([IN_PLACE, IN_PLACE, IN_PLACE | {Mode.ONLINE}, frozenset({Mode.ONLINE})])),
        level=draw(st.sampled_from(["", "", Level.SHORT_COURSE, Level.BACHELOR])),
        language=draw(st.sampled_from(["", "", "nb", "nn", "en", "se"])),
        earliest=first,
        latest=last,
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(any_asking(), max_size=14))
def test_nobody_is_placed_out_of_reach_and_seats_are_what_firms_said(needs: list[Asking]) -> None:
    made = found(needs, there=AROUND)
    placed = [need for group in made for need in group.needs]
    assert len(placed) == len(set(placed)), "a need is in one group"
    for group in made:
        assert sum(one.seats for one in needs if one.need in group.needs) == group.seats <= MOST_SEATS
        assert len({one.firm for one in group.members}) > 1
        assert len({one.broker for one in group.members}) == 1
        common = frozenset.intersection(*(one.modes for one in group.members))
        where = places.best(group.members, AROUND, most=99)
        assert Mode.ONLINE in common or (where and common)
        for place in where:
            assert all(AROUND.between(one.home, place.number) <= one.reach_km for one in group.members)
        begins = max(one.earliest or TODAY + LEAD for one in group.members)
        assert all(max(begins, TODAY + LEAD) <= (one.latest or date.max) for one in group.members)
        assert len({one.level for one in group.members if one.level}) <= 1
        assert len({one.language.replace("nn", "nb") for one in group.members if one.language}) <= 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SHORE[::2]), st.sampled_from([60, 60, 120])), min_size=3, max_size=6))
def test_all_of_a_group_reach_one_place(travellers: list[tuple[str, int]]) -> None:
    """Also when nothing else keeps them apart."""
    needs = [asking(seats=2, home=home, reach_km=km, modes=IN_PLACE) for home, km in travellers]
    assert all(places.best(group.members, AROUND) for group in found(needs, there=AROUND))


@settings(max_examples=40, deadline=None)
@given(st.lists(any_asking(), max_size=12), st.randoms())
def test_the_order_of_the_needs_does_not_matter(needs: list[Asking], chance: Any) -> None:
    shuffled = chance.sample(needs, len(needs))
    assert {group.needs for group in found(needs, there=AROUND)} == {
        group.needs for group in found(shuffled, there=AROUND)
    }


def test_when_a_need_was_registered_does_not_matter() -> None:
    """Of needs that are as alike and as near to one another it is not the number that tells which come together."""
    made = set()
    for seats in permutations((16, 8, 6, 5)):
        made.add(frozenset(tuple(sorted(one.seats for one in group.members)) for group in found(ask(seats))))
    assert len(made) == 1


def ask(seats: Sequence[int]) -> list[Asking]:
    return [asking(seats=number) for number in seats]


@settings(max_examples=40, deadline=None)
@given(st.lists(any_asking(), min_size=2, max_size=14), st.randoms())
def test_two_are_as_alike_whatever_others_stand_beside_them(needs: list[Asking], chance: Any) -> None:
    """To the last bit: what follows a change is then what is proposed anew."""
    some = chance.sample(needs, len(needs) // 2)
    chances = pairs(needs)
    assert pairs(some).items() <= chances.items()
    assert all(chance == chances[pair] for pair, chance in pairs(needs[::-1]).items())


def pairs(needs: list[Asking]) -> dict[frozenset[int], float]:
    return {
        frozenset({needs[edge.one].need, needs[edge.other].need}): edge.chance for edge in edges(needs, AROUND, TODAY)
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(any_asking(), max_size=12))
def test_a_group_never_takes_from_outside_its_component(needs: list[Asking]) -> None:
    linked = edges(needs, AROUND, TODAY)
    least = components(len(needs), linked)
    apart = [
        group.needs
        for top in set(least)
        for group in found([one for one, root in zip(needs, least, strict=True) if root == top], there=AROUND)
    ]
    assert set(apart) == {group.needs for group in groups(needs, linked, AROUND)}


def test_all_ways_are_told_as_bits() -> None:
    assert bars.modes(asking(modes=frozenset({Mode.ONLINE}))) == bars.ONLINE
    assert bars.modes(asking()) == bars.ONLINE | bars.IN_A_PLACE
