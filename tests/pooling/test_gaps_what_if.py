"""What one more run, an online course, another place or longer travel would do, and never more than it would."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.models import CompetenceNeed
from brokering.models.choices import Mode
from partners.models import County
from pooling.gaps.geography import Geography
from pooling.gaps.reckoning import reckon
from pooling.gaps.what_if import Answer, Now
from pooling.models import Gap
from tests.factories import CourseRunFactory
from tests.pooling.lacking import (
    ALTA,
    BETWEEN,
    KIRKENES,
    TODAY,
    TRUCKS,
    VADSO,
    WELDING,
    asked,
    course,
    met,
    region,
    too_far,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def places() -> None:
    region()


def now() -> Now:
    reckon(TODAY)
    county = County.objects.get(pk="56")
    return Now(list(Gap.objects.of(county)), Geography.of(county))


def three(competence: str = WELDING, place: str = KIRKENES, **facts: Any) -> list[CompetenceNeed]:
    return [asked(competence, place, **facts) for _firm in range(3)]


def gives(answer: Answer) -> tuple[int, int]:
    return answer.firms, answer.people


class TestOneMoreRun:
    def test_serves_those_who_want_it_and_are_near_enough(self) -> None:
        three()
        three(place=VADSO, people=4)
        three(place=ALTA)
        three(TRUCKS)
        assert gives(now().run(WELDING, KIRKENES)) == (6, 18)

    def test_nobody_travels_farther_than_the_least_in_the_group(self) -> None:
        for km in (300, 300, 30):
            asked(place=VADSO, max_travel_km=km)
        assert gives(now().run(WELDING, KIRKENES)) == (0, 0)
        assert gives(now().run(WELDING, VADSO)) == (3, 6)

    def test_those_whose_municipality_is_not_shown_come_when_all_of_their_region_could(self) -> None:
        for place in (KIRKENES, KIRKENES, VADSO):
            asked(place=place)
        assert gives(now().run(WELDING, KIRKENES)) == (3, 6)
        assert gives(now().run(WELDING, ALTA)) == (0, 0)

    def test_not_those_who_take_part_online_only(self) -> None:
        three(modes=[Mode.ONLINE])
        assert gives(now().run(WELDING, KIRKENES)) == (0, 0)

    def test_the_best_places_are_suggested_with_what_they_give(self) -> None:
        three()
        three(place=VADSO, people=4)
        three(TRUCKS, ALTA)
        best, second = now().suggestions()
        assert (best.subject, best.place, best.answer.many) == ("Welding", "Vadsø", "6 firms, 18 people")
        assert (second.subject, second.place) == ("Trucks", "Alta")

    def test_what_nobody_lacks_is_not_suggested(self) -> None:
        for need in three():
            met(need, offer=course())
        assert now().suggestions() == []


class TestOnline:
    def test_serves_those_who_can_take_part_so_wherever_they_are(self) -> None:
        three()
        three(place=ALTA)
        three(place=VADSO, modes=[Mode.ON_SITE])
        assert gives(now().online(WELDING)) == (6, 12)


class TestReach:
    def test_longer_travel_leads_to_courses_that_are_only_too_far_away(self) -> None:
        for need, km in zip(three(), (20, 30, 40), strict=True):
            too_far(need, km)
        three(TRUCKS)
        assert gives(now().reach(25)) == (0, 0)
        assert gives(now().reach(50)) == (3, 6)
        assert gives(now().reach(50, TRUCKS)) == (0, 0)


class TestMove:
    @pytest.fixture(autouse=True)
    def held_in_alta(self) -> None:
        run = CourseRunFactory.create(seats=None, municipality_id=ALTA)
        for need in three(place=ALTA, people=5):
            met(need, offer=run.offer, run=run)

    def test_gives_to_some_and_takes_from_those_who_had_nothing_else(self) -> None:
        three()
        answer = now().move(WELDING, ALTA, KIRKENES)
        assert gives(answer) == (3, 6)
        assert answer.people_lost == 15
        assert answer.then(now().share(WELDING)).met == 6

    def test_takes_nothing_from_those_who_have_other_courses(self) -> None:
        for need in CompetenceNeed.objects.all():
            met(need, offer=course())
        assert now().move(WELDING, ALTA, KIRKENES).lost == []

    def test_nor_from_those_who_can_come_along(self) -> None:
        CompetenceNeed.objects.update(max_travel_km=400)
        assert now().move(WELDING, ALTA, KIRKENES).lost == []

    def test_says_from_where(self) -> None:
        assert (now().origins(WELDING), now().origins(TRUCKS)) == ([ALTA], [])


def km(here: str, there: str) -> float:
    return 0.0 if here == there else BETWEEN.get((here, there)) or BETWEEN[there, here]


firms = st.tuples(
    st.sampled_from([KIRKENES, VADSO, ALTA]),
    st.sampled_from([0, 30, 60, 280, 400]),
    st.sampled_from([[], [Mode.ON_SITE], [Mode.ONLINE], [Mode.SESSIONS, Mode.ONLINE]]),
    st.integers(1, 5),
)


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(firms, min_size=3, max_size=10), st.sampled_from([KIRKENES, VADSO, ALTA]))
def test_no_run_is_said_to_serve_more_people_than_could_come(
    some: list[tuple[str, int, list[str], int]], place: str
) -> None:
    CompetenceNeed.objects.update(consent_to_share=False)  # those of the example before
    for home, reach, modes, people in some:
        asked(place=home, people=people, max_travel_km=reach, modes=modes)
    could = sum(people for home, reach, modes, people in some if modes != [Mode.ONLINE] and km(home, place) <= reach)
    online = sum(people for _home, _reach, modes, people in some if not modes or Mode.ONLINE in modes)
    found = now()
    assert found.run(WELDING, place).people <= could
    assert found.online(WELDING).people <= online
