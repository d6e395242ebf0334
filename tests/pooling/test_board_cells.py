"""The demand as one partition: what is shown of whom, and that nothing can be had by subtracting."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokering.matching import competences
from brokering.models import CompetenceNeed
from brokering.models.need_index import NeedIndex
from partners.models import Municipality
from pooling.board.cells import ANYWHERE, Asked, Cell, Key, Place, Season, cells, partition
from pooling.models import CouldRun, MemberState, Pool, PoolState
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CountyFactory,
    MunicipalityFactory,
    OrganisationFactory,
)
from tests.pooling.factories import PoolFactory, PoolMemberFactory

TODAY = date(2026, 11, 22)
SPRING, AUTUMN = Season(2027, 0), Season(2027, 1)


def one(firm: int, town: str = "5605", season: Season | None = SPRING, **facts: Any) -> Asked:
    known: dict[str, Any] = {
        "need": 0,
        "subject": "sveising",
        "county": town[:2],
        "people": 2,
        "level": "",
        "modes": (),
        "on": TODAY,
        "pool": None,
    }
    return Asked(**{**known, "firm": firm, "municipality": town, "season": season, **facts})


def sizes(needs: Iterable[Asked]) -> dict[tuple[str, str, str], int]:
    """Place and season of each cell → how many needs are in it."""
    return {(*key.place, str((key.season and key.season.key) or "")): len(of) for key, of in partition(needs).items()}


class TestWhichCell:
    def test_three_firms_name_the_municipality_and_the_half_year(self) -> None:
        assert sizes(one(firm) for firm in range(3)) == {("m", "5605", "2027-1"): 3}

    def test_without_the_half_year_where_fewer_begin_in_each(self) -> None:
        needs = [one(1), one(2), one(3, season=AUTUMN)]
        assert sizes(needs) == {("m", "5605", ""): 3}

    def test_the_county_where_fewer_ask_in_each_municipality(self) -> None:
        needs = [one(1, "5601"), one(2, "5603"), one(3, "5605")]
        assert sizes(needs) == {("c", "56", "2027-1"): 3}

    def test_anywhere_where_fewer_ask_in_each_county(self) -> None:
        needs = [one(1, "5601"), one(2, "1804"), one(3, "0301")]
        assert sizes(needs) == {("", "", ""): 3}

    def test_who_is_left_over_must_be_enough_by_themselves(self) -> None:
        needs = [*(one(firm) for firm in range(3)), one(7, "5601"), one(8, "5603")]
        assert sizes(needs) == {("m", "5605", "2027-1"): 3, ("", "", ""): 2}

    def test_three_needs_of_one_firm_are_one_firm(self) -> None:
        assert sizes([one(1), one(1), one(1)]) == {("", "", ""): 3}

    def test_a_pool_is_a_cell_of_its_own_where_three_firms_in_it_may_be_shown(self) -> None:
        pooled = [one(firm, pool=9) for firm in range(3)]
        assert list(partition(pooled)) == [Key("sveising", ANYWHERE, None, 9)]
        assert sizes([*pooled[:2], one(5)]) == {("m", "5605", "2027-1"): 3}


NEEDS = st.builds(
    one,
    st.integers(0, 12),
    st.sampled_from(["5601", "5605", "1804", ""]),
    st.sampled_from([SPRING, AUTUMN, None]),
    subject=st.sampled_from(["sveising", "regnskap"]),
    pool=st.sampled_from([None, None, None, 1]),
    people=st.integers(1, 9),
)


@pytest.mark.usefixtures("english")
class TestWhatCanBeHadOfIt:
    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(NEEDS, max_size=40))
    def test_each_need_is_in_one_cell_and_a_named_place_holds_three_firms(self, needs: list[Asked]) -> None:
        found = partition(needs)
        assert sum(map(len, found.values())) == len(needs)
        for key, of in found.items():
            named = key.place != ANYWHERE or key.season or key.pool
            assert not named or len({need.firm for need in of}) >= 3

    @pytest.mark.django_db
    def test_of_fewer_than_three_firms_no_number_place_or_date_is_said(self) -> None:
        (cell,) = map(made, partition([one(1, people=17, level="master"), one(2, people=4)]).items())
        said = [cell.said, cell.where, cell.when, cell.level, cell.title]
        assert said == [
            "fewer than three firms",
            "Place not shown: fewer than three firms",
            "",
            "",
            "sveising",
        ]
        assert not cell.is_online

    @pytest.mark.django_db
    def test_people_and_firms_are_told_roughly(self) -> None:
        (cell,) = map(made, partition([one(firm, people=3) for firm in range(4)]).items())
        assert cell.said == "about 10 people, 3–5 firms"


def made(grouped: tuple[Key, list[Asked]]) -> Cell:
    return Cell(grouped[0], tuple(grouped[1]), None)


@pytest.fixture
def place() -> Municipality:
    return MunicipalityFactory.create()


def asked_for(subject: str = "sveising", **facts: object) -> CompetenceNeed:
    """A need that matching has understood."""
    CompetenceFactory.create()
    competences.refresh()
    need: CompetenceNeed = CompetenceNeedFactory.create(**{"consent_to_share": True, **facts})
    NeedIndex.objects.create(
        need=need,
        terms=[],
        subjects=[[subject, 0.9], ["annet", 0.2]],
        level="",
        space="",
        words_background=0,
        meaning_background=0,
    )
    return need


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
class TestWhatIsRead:
    def test_needs_that_are_open_shared_and_understood(self, place: Municipality) -> None:
        for _firm in range(3):
            asked_for(earliest_start=date(2027, 2, 1))
        asked_for(consent_to_share=False)
        asked_for(state="covered")
        CompetenceNeedFactory.create(consent_to_share=True)
        (cell,) = cells(TODAY)
        assert (cell.title, cell.said) == ("Welding, Sør-Varanger, spring 2027", "about 5 people, 3–5 firms")
        assert cell.newest == timezone.localdate()

    def test_who_wanted_to_begin_before_today_begins_now(self) -> None:
        for months in (1, 3, 5):
            asked_for(earliest_start=TODAY - timedelta(days=30 * months))
        (cell,) = cells(TODAY)
        assert cell.when == "autumn 2026"

    def test_a_pool_is_shown_where_it_would_meet_and_never_by_its_title(self, place: Municipality) -> None:
        pool = gathered_pool(place, title="Fjordfisk og naboene")
        (cell,) = cells(TODAY)
        assert (cell.where, cell.when, cell.tag) == ("Sør-Varanger", "March 2027–April 2027", "Firms are gathering")
        assert pool.title not in cell.title + cell.said + cell.name

    def test_a_pool_that_has_its_course_asks_no_more_by_itself(self, place: Municipality) -> None:
        pool = gathered_pool(place)
        Pool.objects.filter(pk=pool.pk).update(state=PoolState.DISSOLVED)
        assert [cell.pool for cell in cells(TODAY)] == [None]

    def test_a_cell_knows_what_providers_have_said_of_it(self, place: Municipality) -> None:
        for _firm in range(3):
            asked_for()
        (cell,) = cells(TODAY)
        here = CouldRun(competence_id="sveising", municipality=place)
        assert cell.key.place == Place("m", place.pk)
        assert cell.matches(here)
        assert not cell.matches(CouldRun(competence_id="sveising"))
        assert not cell.matches(CouldRun(competence_id="sveising", county=CountyFactory.create()))

    def test_it_asks_as_much_of_the_database_for_many_as_for_few(self, django_assert_max_num_queries: object) -> None:
        for _firm in range(8):
            asked_for(employer=OrganisationFactory.create())
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            cells(TODAY)


def gathered_pool(place: Municipality, **facts: object) -> Pool:
    """Of three firms, all of whom agreed to be shown."""
    pool = PoolFactory.create(
        municipality=place, earliest_start=date(2027, 3, 1), latest_start=date(2027, 4, 1), **facts
    )
    pool.competences.add(CompetenceFactory.create())
    for _firm in range(3):
        asked_for(state="open")
    for need in CompetenceNeed.objects.all():
        PoolMemberFactory.create(pool=pool, need=need, state=MemberState.INTERESTED)
    return pool
