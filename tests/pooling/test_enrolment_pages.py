"""Enrolling by a link, what is stored, answering afterwards, and noting how it went."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CompetenceNeed, CourseRun
from brokering.models.needs import REOPEN, NeedState
from partners.models import User
from pooling import outcome_jobs
from pooling.models import Enrolment, FollowUp, MemberState, Outcome, Pool, PoolMember, PoolState
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MembershipFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory, ReservationFactory
from tests.pooling.factories_outcomes import EnrolmentFactory, FollowUpFactory, OutcomeFactory, give_back, noted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
KARI = {"name": "Kari Nordmann", "email": "kari@example.no", "consent": "on", "may_ask": "on"}


class TestEnrolling:
    def test_stores_a_name_and_sends_the_link_to_what_is_stored(self, client: Client) -> None:
        outcome = OutcomeFactory.create(seats=2)
        response = client.post(outcome.get_absolute_url(), KARI)
        person = Enrolment.objects.get()
        assert (person.name, person.email, person.may_ask, person.language) == (KARI["name"], KARI["email"], True, "en")
        assert response.headers["Location"] == person.get_absolute_url()
        outcome_jobs.hourly()
        to_her = next(one for one in mail.outbox if one.to == ["kari@example.no"])
        assert person.get_absolute_url() in to_her.body

    def test_stores_nothing_without_consent_and_keeps_what_was_typed(self, client: Client) -> None:
        said = {name: value for name, value in KARI.items() if name != "consent"}
        page = client.post(OutcomeFactory.create().get_absolute_url(), said).content.decode()
        assert "Without your agreement your name is not stored" in page
        assert "kari@example.no" in page
        assert not Enrolment.objects.exists()

    def test_shows_no_name_of_others(self, client: Client) -> None:
        other = EnrolmentFactory.create(name="Ola Hemmelig")
        page = client.get(other.outcome.get_absolute_url()).content.decode()
        assert "1 of 2 seats" in page
        assert "Hemmelig" not in page

    def test_twice_with_an_address_is_refused(self, client: Client) -> None:
        outcome = EnrolmentFactory.create(email="KARI@example.no").outcome
        page = client.post(outcome.get_absolute_url(), KARI).content.decode()
        assert "Somebody has enrolled with this e-mail address already." in page

    def test_is_over_when_every_seat_has_its_person(self, client: Client) -> None:
        outcome = OutcomeFactory.create(seats=1)
        EnrolmentFactory.create(outcome=outcome)
        assert "Every seat has its person" in client.post(outcome.get_absolute_url(), KARI).content.decode()
        assert Enrolment.objects.count() == 1

    def test_is_over_when_it_is_noted_how_it_went(self, client: Client) -> None:
        assert "Nobody can enrol any more" in client.post(noted().get_absolute_url(), KARI).content.decode()

    def test_has_no_page_when_the_seats_are_given_back(self, client: Client) -> None:
        outcome = OutcomeFactory.create()
        give_back(outcome)
        assert client.get(outcome.get_absolute_url()).status_code == 404

    def test_is_kept_out_of_searches_and_caches(self, client: Client) -> None:
        headers = client.get(OutcomeFactory.create().get_absolute_url()).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_enrol_on_the_last_three_seats_at_once_three_do() -> None:
    outcome = OutcomeFactory.create(seats=3)
    ready = Barrier(8)

    def enrol(number: int) -> bool:
        ready.wait()
        try:
            EnrolmentFactory.create(outcome=outcome, email=f"{number}@example.no")
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(enrol, range(8))) == 3
    assert outcome.enrolments.count() == 3


class TestOnesOwnEnrolment:
    def test_says_what_is_stored_and_until_when(self, client: Client) -> None:
        person = EnrolmentFactory.create()
        page = client.get(person.get_absolute_url()).content.decode()
        assert person.email in page
        assert "You are not asked anything afterwards." in page

    def test_deleted_before_the_course_it_frees_the_seat(self, client: Client) -> None:
        person = EnrolmentFactory.create()
        client.post(reverse("enrolment-withdraw", args=[person.token]))
        assert not Enrolment.objects.exists()

    def test_deleted_afterwards_the_count_stays(self, client: Client) -> None:
        person = EnrolmentFactory.create(outcome=noted(), completed=True)
        client.post(reverse("enrolment-withdraw", args=[person.token]))
        person.refresh_from_db()
        assert (person.name, person.email, person.completed) == ("", "", True)
        assert client.get(person.get_absolute_url()).status_code == 404


class TestAnswering:
    def test_of_a_person_is_yes_or_no(self, client: Client) -> None:
        person = EnrolmentFactory.create(outcome=noted(), completed=True, may_ask=True)
        asked = FollowUpFactory.create(outcome=person.outcome, enrolment=person)
        client.post(asked.get_absolute_url(), {"used": "1", "without": "later"})
        asked.refresh_from_db()
        assert (asked.used, asked.without, asked.by) == (1, "later", None)

    def test_of_a_firm_is_a_number_of_its_people(self, client: Client) -> None:
        asked = FollowUpFactory.create(outcome=noted(seats=3), seats=3)
        too_many = client.post(asked.get_absolute_url(), {"used": "4", "without": "not"})
        assert "less than or equal to 3" in too_many.content.decode()
        client.post(asked.get_absolute_url(), {"used": "2", "without": "not"})
        asked.refresh_from_db()
        assert asked.used == 2

    def test_opening_the_link_changes_nothing(self, client: Client) -> None:
        asked = FollowUpFactory.create(outcome=noted())
        client.get(asked.get_absolute_url() + "?used=1&without=not")
        client.get(reverse("follow-up-stop", args=[asked.token]))
        assert not FollowUp.objects.answered()
        assert not Outcome.objects.filter(asks_no_more=True)

    def test_is_done_once(self, client: Client) -> None:
        asked = FollowUpFactory.create(outcome=noted())
        client.post(asked.get_absolute_url(), {"used": "1", "without": "not"})
        client.post(asked.get_absolute_url(), {"used": "0", "without": "same"})
        assert FollowUp.objects.get().used == 1
        assert "Thank you for the answer" in client.get(asked.get_absolute_url()).content.decode()

    def test_by_telephone_is_noted_by_the_broker(self, client: Client, member: Callable[..., User]) -> None:
        house = OrganisationFactory.create()
        need = CompetenceNeedFactory.create(handled_by=house)
        asked = FollowUpFactory.create(outcome=noted(reservation=ReservationFactory.create(need=need)))
        broker = member("broker", house)
        client.post(asked.get_absolute_url(), {"used": "1", "without": "not"})
        assert FollowUp.objects.get().by == broker

    def test_by_somebody_else_who_is_logged_in_is_not(self, client: Client, member: Callable[..., User]) -> None:
        asked = FollowUpFactory.create(outcome=noted())
        member()
        client.post(asked.get_absolute_url(), {"used": "1", "without": "not"})
        assert FollowUp.objects.get().by is None

    def test_one_can_say_no_to_being_asked(self, client: Client) -> None:
        person = EnrolmentFactory.create(outcome=noted(), completed=True, may_ask=True)
        of_person = FollowUpFactory.create(outcome=person.outcome, enrolment=person)
        of_firm = FollowUpFactory.create(outcome=person.outcome)
        for one in (of_person, of_firm):
            said = client.post(reverse("follow-up-stop", args=[one.token])).content.decode()
            assert "No more questions come" in said
        assert not Enrolment.objects.filter(may_ask=True)
        assert Outcome.objects.get().asks_no_more


class TestNotingHowItWent:
    @pytest.fixture
    def run(self) -> CourseRun:
        """Agreed for a pool that the broker brokers, with seats for two firms; it is over."""
        past = timezone.localdate() - timedelta(days=3)
        run: CourseRun = CourseRunFactory.create(start=past, end=past, seats=20)
        house = OrganisationFactory.create(name="Varanger Utvikling")
        pool = PoolFactory.create(run=run, handled_by=house, min_seats=1)
        for name in ("Alfa AS", "Beta AS"):
            firm = OrganisationFactory.create(name=name)
            need = CompetenceNeedFactory.create(employer=firm, handled_by=house, state=NeedState.POOLED)
            PoolMemberFactory.create(pool=pool, need=need, seats=3, state=MemberState.BINDING)
            ReservationFactory.create(run=run, firm=firm, need=need, seats=3)
        Pool.objects.update(state=PoolState.ARRANGED)
        return run

    @pytest.fixture(autouse=True)
    def broker(self, client: Client, run: CourseRun) -> User:
        user = MembershipFactory.create(role="broker", organisation=run.pool.handled_by).user
        client.force_login(user)
        return user

    def said(self, run: CourseRun, *numbers: tuple[int, int], **more: str) -> dict[str, str]:
        answers = {"ended_on": str(run.end), **more}
        for kept, (started, completed) in zip(run.reservations.order_by("pk"), numbers, strict=True):
            answers |= {f"{kept.pk}-started": str(started), f"{kept.pk}-completed": str(completed)}
        return answers

    def test_is_done_for_all_firms_at_once(self, client: Client, run: CourseRun, broker: User) -> None:
        client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (3, 2), (1, 0)))
        found = Outcome.objects.order_by("reservation")
        assert [(one.started, one.completed, one.ended_on, one.noted_by) for one in found] == [
            (3, 2, run.end, broker),
            (1, 0, run.end, broker),
        ]

    def test_covers_the_needs_of_those_who_completed_and_ends_the_pool_or_opens_them(
        self, client: Client, run: CourseRun
    ) -> None:
        client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (3, 2), (1, 0)))
        states = CompetenceNeed.objects.filter(reservations__in=run.reservations.held()).order_by("pk")
        assert list(states.values_list("state", flat=True)) == [NeedState.COVERED, NeedState.OPEN]
        assert Pool.objects.get().state == PoolState.COMPLETED

    def test_a_need_of_which_nobody_completed_can_be_pooled_again(self, client: Client, run: CourseRun) -> None:
        client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (3, 2), (1, 0)))
        need = CompetenceNeed.objects.get(state=NeedState.OPEN)
        PoolMember.objects.join(PoolFactory.create(), need, None)
        need.refresh_from_db()
        assert need.state == NeedState.POOLED

    def test_a_covered_need_that_is_opened_again_can_be_pooled_again(
        self, client: Client, run: CourseRun, broker: User
    ) -> None:
        client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (3, 2), (1, 0)))
        need = CompetenceNeed.objects.get(state=NeedState.COVERED)
        need.carry_out(REOPEN, broker)
        PoolMember.objects.join(PoolFactory.create(), need, None)
        need.refresh_from_db()
        assert need.state == NeedState.POOLED

    def test_of_more_than_there_were_is_refused_and_what_was_typed_is_kept(
        self, client: Client, run: CourseRun
    ) -> None:
        page = client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (4, 1), (1, 2))).content.decode()
        assert "The firm had 3 seats." in page
        assert "No more can have completed than started." in page
        assert 'value="4"' in page
        assert not Outcome.objects.noted()

    def test_ticks_those_who_enrolled_by_name(self, client: Client, run: CourseRun) -> None:
        Outcome.objects.gather()
        outcome = Outcome.objects.order_by("reservation")[0]
        yes, no = EnrolmentFactory.create_batch(2, outcome=outcome)
        tick = {f"{outcome.reservation_id}-person-{yes.pk}": "on"}
        client.post(reverse("run-outcome", args=[run.pk]), self.said(run, (3, 2), (1, 0), **tick))
        assert [Enrolment.objects.get(pk=one.pk).completed for one in (yes, no)] == [True, False]

    def test_a_day_that_has_not_come_is_refused(self, client: Client, run: CourseRun) -> None:
        tomorrow = str(timezone.localdate() + timedelta(days=1))
        said = self.said(run, (1, 1), (1, 1)) | {"ended_on": tomorrow}
        assert "when the course is over" in client.post(reverse("run-outcome", args=[run.pk]), said).content.decode()

    def test_can_be_put_right_until_people_are_asked(self, client: Client, run: CourseRun) -> None:
        url = reverse("run-outcome", args=[run.pk])
        client.post(url, self.said(run, (3, 2), (1, 1)))
        client.post(url, self.said(run, (3, 3), (1, 1)))
        first = Outcome.objects.order_by("reservation")[0]
        assert first.completed == 3
        FollowUpFactory.create(outcome=first)
        page = client.post(url, self.said(run, (3, 1), (1, 1))).content.decode()
        assert "has been asked already" in page
        first.refresh_from_db()
        assert first.completed == 3

    def test_a_course_that_has_not_begun_says_why_not(self, client: Client, run: CourseRun) -> None:
        later = timezone.localdate() + timedelta(days=5)
        CourseRun.objects.filter(pk=run.pk).update(start=later, end=later)
        url = reverse("run-outcome", args=[run.pk])
        assert "The course has not begun." in client.get(url).content.decode()
        assert client.post(url, self.said(run, (1, 1), (1, 1))).status_code == 403

    def test_is_done_by_brokers_the_keepers_of_the_course_see_it(
        self, client: Client, run: CourseRun, member: Callable[..., User]
    ) -> None:
        url = reverse("run-outcome", args=[run.pk])
        member("employee", run.offer.provider)
        assert "Only those who broker the firms note how it went." in client.get(url).content.decode()
        assert client.post(url, self.said(run, (3, 2), (1, 0))).status_code == 403
        assert Pool.objects.get().state == PoolState.ARRANGED

    def test_looking_changes_nothing(self, client: Client, run: CourseRun) -> None:
        client.get(reverse("run-outcome", args=[run.pk]))
        assert not Outcome.objects.exists()

    def test_asks_as_many_queries_for_ten_firms_as_for_two(self, run: CourseRun, queries: Callable[[str], int]) -> None:
        url = reverse("run-outcome", args=[run.pk])
        Outcome.objects.gather()
        two = queries(url)
        for _firm in range(8):
            EnrolmentFactory.create(outcome=OutcomeFactory.create(reservation=ReservationFactory.create(run=run)))
        assert queries(url) == two <= 14
