"""Every night: what counts as demand, what as supply, who gets the seats, and for how long somebody has had none."""

from datetime import timedelta
from typing import Any

import pytest

from brokering.models import CompetenceNeed, CourseOffer, CourseRun
from brokering.models.choices import Mode
from brokering.models.needs import NeedState
from pooling.gaps.jobs import nightly
from pooling.gaps.reckoning import reckon
from pooling.models import Balance, Gap, GapNeed, NeedStanding
from tests.factories import CourseRunFactory, MatchFactory, OrganisationFactory, VerdictFactory
from tests.pooling.factories import ReservationFactory
from tests.pooling.lacking import ALTA, TODAY, WELDING, asked, course, met, region, too_far

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    region()


def people(*, is_met: bool = False) -> int:
    """After tonight."""
    reckon(TODAY)
    return sum(gap.people for gap in Gap.objects.filter(is_met=is_met))


def three(**facts: Any) -> list[CompetenceNeed]:
    return [asked(**facts) for _firm in range(3)]


class TestDemand:
    def test_three_firms_that_share_what_they_need_are_demand(self) -> None:
        three()
        assert people() == 6

    @pytest.mark.parametrize(
        "out",
        [{"consent_to_share": False}, {"municipality": None}, {"state": NeedState.DRAFT}, {"state": NeedState.COVERED}],
    )
    def test_what_is_not_shared_not_placed_or_not_open_is_not(self, out: dict[str, object]) -> None:
        three()
        CompetenceNeed.objects.filter(pk=asked(people=40).pk).update(**out)
        assert people() == 6

    def test_nor_what_was_never_held_against_the_courses(self) -> None:
        three()
        asked(people=40).index.delete()
        assert people() == 6

    def test_a_need_in_a_pool_still_lacks_its_course(self) -> None:
        three(state=NeedState.POOLED)
        assert people() == 6

    def test_units_of_a_firm_are_one_firm(self) -> None:
        firm = OrganisationFactory.create()
        for unit in OrganisationFactory.create_batch(3, parent=firm):
            asked(firm=unit)
        assert people() == 0

    def test_a_need_counts_under_the_competence_it_is_mostly_about(self) -> None:
        three()
        reckon(TODAY)
        assert Gap.objects.get().competence_id == WELDING

    def test_one_whose_subject_is_a_guess_counts_under_none(self) -> None:
        for need in three():
            need.index.subjects = [[WELDING, 0.1]]
            need.index.save()
        reckon(TODAY)
        assert Gap.objects.get().competence is None

    def test_who_has_not_said_how_far_is_taken_to_travel_a_hundred_kilometres(self) -> None:
        three(max_travel_km=None, modes=[Mode.ONLINE])
        reckon(TODAY)
        gap = Gap.objects.get()
        assert (gap.reach_km, gap.takes_on_site, gap.takes_online) == (100, False, True)


def ahead(**facts: object) -> CourseRun:
    run: CourseRun = CourseRunFactory.create(**{"start": TODAY + timedelta(days=60), "end": None, **facts})
    return run


class TestSupply:
    def test_a_course_that_fits_meets_a_need(self) -> None:
        for need in three():
            met(need, offer=course())
        assert people() == 0
        assert Gap.objects.get().is_met

    @pytest.mark.parametrize("match", [{"band": "near"}, {"offer__is_published": False}])
    def test_a_near_miss_or_one_that_is_not_published_does_not(self, match: dict[str, object]) -> None:
        for need in three():
            met(need, **match)
        assert people() == 6

    def test_one_that_may_fit_does_when_somebody_has_said_that_it_does(self) -> None:
        offer = course()
        needs = [met(need, offer=offer, band="possible") for need in three()]
        assert people() == 6
        for need in needs:
            VerdictFactory.create(need=need, offer=offer, fits=True)
        assert people() == 0

    def test_nor_one_that_somebody_said_no_to(self) -> None:
        offer = course()
        for need in three():
            met(need, offer=offer)
            VerdictFactory.create(need=need, offer=offer, fits=False, reason="far")
        assert people() == 6

    def test_seats_go_to_those_who_asked_first(self) -> None:
        run = CourseRunFactory.create(seats=14, seats_taken=5, start=TODAY + timedelta(days=60))
        early = [asked(days=days, people=3) for days in (30, 29, 28)]
        late = [asked(people=4) for _firm in range(3)]
        for need in (*late, *early):
            met(need, offer=run.offer, run=run)
        assert (people(is_met=True), people()) == (9, 12)
        assert set(GapNeed.objects.filter(gap__is_met=True).values_list("need", flat=True)) == {
            need.pk for need in early
        }

    def test_a_need_that_gets_too_few_seats_lacks_the_rest(self) -> None:
        needs = [asked(people=5) for _firm in range(3)]
        for need in needs:
            run = CourseRunFactory.create(seats=2, start=TODAY + timedelta(days=60))
            met(need, offer=run.offer, run=run)
        assert (people(is_met=True), people()) == (6, 9)

    def test_two_courses_fill_each_other_up(self) -> None:
        need = asked(people=5)
        for _run in range(2):
            run = CourseRunFactory.create(seats=3, start=TODAY + timedelta(days=60))
            met(need, offer=run.offer, run=run)
        reckon(TODAY)
        assert NeedStanding.objects.get(need=need).unmet_since is None

    def test_seats_that_are_kept_for_it_meet_a_need(self) -> None:
        for need in three():
            ReservationFactory.create(need=need, firm=need.employer, seats=2, run=ahead())
        assert people(is_met=True) == 6

    @pytest.mark.parametrize("run", [{"start": TODAY - timedelta(days=9)}, {"cancelled_at": "2026-03-01T12:00Z"}])
    def test_seats_on_a_course_that_is_over_or_called_off_do_not(self, run: dict[str, object]) -> None:
        for need in three():
            ReservationFactory.create(need=need, firm=need.employer, seats=2, run=ahead(**run))
        assert people() == 6

    def test_what_is_only_too_far_away_says_how_much(self) -> None:
        for need, km in zip(three(), (20, 45, 10), strict=True):
            too_far(too_far(need, km), km + 5)
        reckon(TODAY)
        assert Gap.objects.get().farther_km == 45

    def test_one_that_is_barred_by_more_than_its_distance_does_not(self) -> None:
        gates = [{"gate": "reach", "km": 90, "limit": 60}, {"gate": "mode", "modes": []}]
        for need in three():
            MatchFactory.create(need=need, band="near", gates=gates)
        reckon(TODAY)
        assert Gap.objects.get().farther_km is None

    def test_courses_in_one_place_alone_are_known_by_it(self) -> None:
        run = CourseRunFactory.create(seats=None, municipality_id=ALTA)
        for need in three():
            met(need, offer=run.offer, run=run)
        reckon(TODAY)
        assert Gap.objects.get().only_in_id == ALTA
        for need in CompetenceNeed.objects.all():
            met(need)
        reckon(TODAY)
        assert Gap.objects.get().only_in is None


class TestAge:
    def weeks(self, on_day: int = 0) -> float:
        reckon(TODAY + timedelta(days=on_day))
        gap = Gap.objects.get(is_met=False)
        return gap.person_days / gap.people / 7

    def test_a_need_that_never_had_a_seat_has_waited_since_it_was_registered(self) -> None:
        three(days=28)
        assert self.weeks() == 4
        assert self.weeks(7) == 5

    def test_one_that_lost_its_seat_waits_since_that_night(self) -> None:
        needs = [met(need, offer=course()) for need in three(days=28)]
        reckon(TODAY)
        CourseOffer.objects.update(is_published=False)
        assert self.weeks(7) == 0
        assert self.weeks(21) == 2
        assert NeedStanding.objects.get(need=needs[0]).unmet_since == TODAY + timedelta(days=7)

    def test_people_weigh(self) -> None:
        asked(days=70, people=8)
        asked(people=1)
        asked(people=1)
        assert self.weeks() == 8


class TestEveryNight:
    def test_what_was_published_is_replaced(self) -> None:
        three()
        assert (reckon(TODAY), reckon(TODAY), Gap.objects.count()) == (1, 1, 1)
        CompetenceNeed.objects.update(state=NeedState.COVERED)
        assert (reckon(TODAY), Gap.objects.count()) == (0, 0)

    def test_the_figure_is_kept_for_each_day_county_and_competence(self) -> None:
        three()
        for need in three(place=ALTA):
            met(need, offer=course())
        reckon(TODAY)
        reckon(TODAY)
        reckon(TODAY + timedelta(days=1))
        kept = Balance.objects.order_by("on", "competence").values_list("on", "competence", "wanted", "met")
        assert list(kept) == [
            (day, subject, 12, 6) for day in (TODAY, TODAY + timedelta(days=1)) for subject in (WELDING, None)
        ]

    def test_it_is_done_where_there_is_nothing(self) -> None:
        nightly()
        assert not Gap.objects.exists()
