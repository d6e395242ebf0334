"""What is published is of three firms or more, counts everybody else once, and says nothing of those it leaves out."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pooling.gaps.grouping import Group, Part, groups

PLACES = {"5605": "ost", "5607": "ost", "5601": "vest", "5603": ""}
AREAS = {"sveising": "industri", "truck": "industri", "regnskap": "kontor", "": ""}
KM = st.sampled_from([0, 30, 60, 100])


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    return [_part(draw, need) for need in range(draw(st.integers(0, 40)))]


def _part(draw: st.DrawFn, need: int) -> Part:
    place, competence, is_met = (
        draw(st.sampled_from(sorted(PLACES))),
        draw(st.sampled_from(sorted(AREAS))),
        draw(st.booleans()),
    )
    return Part(
        need=need,
        firm=draw(st.integers(1, 12)),
        county="56",
        region=PLACES[place],
        municipality=place,
        competence=competence,
        area=AREAS[competence],
        is_met=is_met,
        people=draw(st.integers(1, 9)),
        days=0 if is_met else draw(st.integers(0, 400)),
        reach_km=draw(KM),
        takes_on_site=draw(st.booleans()),
        takes_online=draw(st.booleans()),
        farther_km=draw(st.none() | KM),
        only_in=draw(st.sampled_from(["", "5601"])),
    )


def one(firm: int, **facts: Any) -> Part:
    usual: dict[str, Any] = {
        "need": firm,
        "county": "56",
        "region": "ost",
        "municipality": "5605",
        "competence": "sveising",
        "area": "industri",
        "is_met": False,
        "people": 2,
        "days": 7,
        "reach_km": 60,
        "takes_on_site": True,
        "takes_online": True,
        "farther_km": None,
        "only_in": "",
    }
    return Part(firm=firm, **usual | facts)


def shown(found: list[Group]) -> list[str]:
    """All that is kept of the groups but which needs are behind them."""
    return sorted(
        str((group.cell, group.is_met, group.firms, group.people, group.person_days, group.reach_km))
        + str((group.takes_on_site, group.takes_online, group.farther_km, group.only_in))
        for group in found
    )


@given(parts())
def test_a_group_is_of_three_firms_or_more(some: list[Part]) -> None:
    assert all(group.firms >= 3 for group in groups(some))


@given(parts())
def test_nobody_is_counted_twice_and_at_most_two_firms_of_each_kind_are_left_out(some: list[Part]) -> None:
    counted = Counter((part.need, part.is_met) for group in groups(some) for part in group.parts)
    assert set(counted.values()) <= {1}
    left_out = {(part.is_met, part.firm) for part in some if (part.need, part.is_met) not in counted}
    assert max(Counter(is_met for is_met, _firm in left_out).values(), default=0) <= 2


@given(parts())
def test_a_group_is_where_its_people_are_and_about_what_they_want(some: list[Part]) -> None:
    for group in groups(some):
        for part in group.parts:
            assert part.is_met == group.is_met
            for name, value in group.cell._asdict().items():
                assert value in ("", getattr(part, name))


@given(parts())
def test_a_group_is_as_cautious_as_its_most_cautious_firm(some: list[Part]) -> None:
    for group in groups(some):
        for part in group.parts:
            assert group.reach_km <= part.reach_km
            assert group.takes_on_site <= part.takes_on_site
            assert group.takes_online <= part.takes_online
            assert group.farther_km is None or (part.farther_km is not None and group.farther_km >= part.farther_km)


@given(parts(), st.integers(1, 500))
def test_what_is_left_out_changes_nothing_however_many_people_it_is(some: list[Part], more: int) -> None:
    counted = {(part.need, part.is_met) for group in groups(some) for part in group.parts}
    changed = [
        part if (part.need, part.is_met) in counted else replace(part, people=part.people + more, days=more)
        for part in some
    ]
    assert shown(list(groups(changed))) == shown(list(groups(some)))


@given(parts(), st.data())
def test_two_firms_of_a_group_may_exchange_their_numbers_and_nobody_sees_it(
    some: list[Part], data: st.DataObject
) -> None:
    found = list(groups(some))
    if not found:
        return
    chosen = data.draw(st.sampled_from(found)).parts
    first, second = chosen[0], chosen[-1]
    swapped = {
        first.need: replace(first, people=second.people, days=second.days),
        second.need: replace(second, people=first.people, days=first.days),
    }
    assert shown(list(groups([swapped.get(part.need, part) for part in some]))) == shown(found)


def test_a_municipality_is_named_where_three_firms_ask_for_the_same() -> None:
    [group] = groups([one(1), one(2), one(3)])
    assert (group.cell.municipality, group.cell.competence, group.people) == ("5605", "sveising", 6)


def test_else_the_region_and_else_the_county() -> None:
    [group] = groups([one(1), one(2), one(3, municipality="5607")])
    assert (group.cell.municipality, group.cell.region) == ("", "ost")
    [group] = groups([one(1), one(2), one(3, municipality="5601", region="vest")])
    assert (group.cell.region, group.cell.county, group.cell.competence) == ("", "56", "sveising")


def test_else_the_area_of_the_competence_and_else_any_subject() -> None:
    [group] = groups([one(1), one(2), one(3, competence="truck")])
    assert (group.cell.competence, group.cell.area, group.cell.region) == ("", "industri", "ost")
    [group] = groups([one(1), one(2), one(3, competence="", area="")])
    assert group.cell == ("56", "", "", "", "")


def test_two_firms_by_themselves_are_left_out_also_when_they_have_many_units_needs_and_people() -> None:
    assert list(groups([one(1, people=500), one(1), one(2), one(2, municipality="5607")])) == []


def test_those_who_have_a_seat_are_counted_apart_from_those_who_have_none() -> None:
    some = [one(1), one(2), one(3), one(4, is_met=True), one(5, is_met=True)]
    assert [group.is_met for group in groups(some)] == [False]


def test_different_ways_of_taking_part_stand_apart_where_each_is_of_three_firms() -> None:
    some = [*(one(firm, takes_online=False) for firm in (1, 2, 3)), *(one(firm) for firm in (4, 5, 6))]
    assert sorted((group.takes_online, group.firms) for group in groups(some)) == [(False, 3), (True, 3)]
    assert [(group.takes_online, group.firms) for group in groups(some[:5])] == [(False, 5)]
