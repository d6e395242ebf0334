"""An agreed course is called off: by its broker, or after its provider did."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CompetenceNeed, CourseOffer, CourseRun
from brokering.models.needs import NeedState
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling import notices, outcome_jobs
from pooling.asking.choosing import choose
from pooling.calling_off import call_off
from pooling.models import Bid, CourseRequest, Enrolment, Notice, Outcome, Pool, PoolState, RequestState, Reservation
from pooling.models.enrolments import KEPT_WITHOUT_FOLLOW_UP
from pooling.models.pools import DISSOLVE
from pooling.waiting import waiting_for
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MembershipFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, gathered
from tests.pooling.factories_outcomes import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def winner(agency: Organisation) -> Bid:
    """Of a frozen pool of two firms with eight seats."""
    pool = gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN), 3, 5)
    bid: Bid = BidFactory.create(request__pool=pool, made=True, provider__email="kurs@skole.example")
    return bid


@pytest.fixture
def run(winner: Bid, broker: User) -> CourseRun:
    """That pool's course, on which a third firm has taken two seats."""
    firms = Organisation.objects.filter(needs__pool_members__pool=winner.request.pool).order_by("pk")
    for number, firm in enumerate(firms):
        Organisation.objects.filter(pk=firm.pk).update(email=f"firma{number}@firma.example")
    run = choose(winner, broker, "Nærmest", is_public=True)
    Reservation.objects.take(run, OrganisationFactory.create(email="ny@firma.example"), 2, by=None)
    return run


def over(run: CourseRun) -> None:
    past = timezone.localdate() - timedelta(days=2)
    CourseRun.objects.filter(pk=run.pk).update(start=past, end=past)


def told() -> set[str]:
    """Who was written to, and is sent it, of the course that is called off."""
    notices.send_due(timezone.now())
    return {
        address for one in mail.outbox if one.subject.startswith(("Called off: ", "Avlyst: ")) for address in one.to
    }


FIRMS = {"firma0@firma.example", "firma1@firma.example", "ny@firma.example"}


class TestByTheBroker:
    def test_all_that_led_to_it_is_called_off(self, run: CourseRun, winner: Bid, broker: User) -> None:
        call_off(run, broker, "Læreren er syk")
        connection.check_constraints()
        run.refresh_from_db()
        assert (run.cancelled_at is not None, run.seats_taken) == (True, 0)
        assert Pool.objects.get().state == PoolState.DISSOLVED
        assert Pool.objects.get().events.get(act="call_off").why == "Læreren er syk"
        request = CourseRequest.objects.get()
        assert (request.state, request.run, request.events.get(act="call_off").by) == ("cancelled", None, broker)
        assert set(CompetenceNeed.objects.values_list("state", flat=True)) == {NeedState.OPEN}
        assert not Reservation.objects.held().exists()

    def test_everybody_is_told_once(self, run: CourseRun, broker: User) -> None:
        Outcome.objects.gather()
        EnrolmentFactory.create(outcome=Outcome.objects.order_by("pk")[0], email="kari@example.no", language="en")
        call_off(run, broker, "Læreren er syk")
        assert told() == {*FIRMS, "kurs@skole.example", "kari@example.no"}
        assert {address for one in mail.outbox[-5:] for address in one.reply_to} == {broker.email}
        assert "syk" not in "".join(str(one.body) for one in mail.outbox)
        with pytest.raises(ValidationError, match="Not possible while the pool"):
            call_off(run, broker, "igjen")
        assert Notice.objects.filter(name__startswith="called-off-").count() == 5

    def test_without_a_reason_nothing_happens(self, client: Client, run: CourseRun) -> None:
        assert client.post(reverse("run-call-off", args=[run.pk]), {"why": " "}).status_code == 200
        assert CourseRun.objects.get(pk=run.pk).cancelled_at is None
        assert Pool.objects.get().state == PoolState.ARRANGED
        assert not Notice.objects.filter(name__startswith="called-off-").exists()

    def test_on_the_page_of_the_pool_it_stands_instead_of_dissolving(self, client: Client, run: CourseRun) -> None:
        url = reverse("run-call-off", args=[run.pk])
        page = client.get(run.pool.get_absolute_url()).content.decode()
        assert url in page
        assert "Dissolve" not in page
        with pytest.raises(ValidationError):
            run.pool.carry_out(DISSOLVE, None, "too few")
        assert client.post(url, {"why": "Læreren er syk"})["Location"] == run.pool.get_absolute_url()
        page = client.get(run.pool.get_absolute_url()).content.decode()
        assert url not in page

    def test_a_course_that_is_over_is_noted_not_called_off(self, client: Client, run: CourseRun) -> None:
        over(run)
        answer = client.post(reverse("run-call-off", args=[run.pk]), {"why": "Ingen kom"})
        assert answer.status_code == 403
        assert "Note how it went" in answer.content.decode()
        assert "Note how it went" in client.get(run.pool.get_absolute_url()).content.decode()

    def test_a_single_need_is_open_again(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(headcount=7, handled_by=agency)
        bid = BidFactory.create(request__pool=None, request__need=need, made=True)
        run = choose(bid, broker, "Den eneste")
        answer = client.post(reverse("run-call-off", args=[run.pk]), {"why": "Læreren er syk"})
        assert answer["Location"] == bid.request.get_absolute_url()
        assert CompetenceNeed.objects.get().state == NeedState.OPEN
        assert CourseRequest.objects.get().state == RequestState.CANCELLED

    def test_the_course_that_was_made_for_them_is_not_offered_any_more(self, run: CourseRun, broker: User) -> None:
        offers = CourseOffer.objects.published()
        assert [one.is_called_off for one in offers.for_listing()] == [False]
        call_off(run, broker, "Læreren er syk")
        assert not offers.exists()

    def test_one_that_its_provider_holds_another_time_is(self, run: CourseRun, broker: User) -> None:
        CourseRunFactory.create(offer=run.offer)
        call_off(run, broker, "Læreren er syk")
        assert [one.is_called_off for one in CourseOffer.objects.published().for_listing()] == [False]

    def test_links_in_peoples_hands_say_so(self, client: Client, run: CourseRun, broker: User) -> None:
        Outcome.objects.gather()
        person = EnrolmentFactory.create(outcome=Outcome.objects.order_by("pk")[0])
        call_off(run, broker, "Læreren er syk")
        links = [person.get_absolute_url(), person.outcome.get_absolute_url(), reverse("run-seats", args=[run.pk])]
        outcome_jobs.hourly()
        for link in links:
            page = client.get(link).content.decode()
            assert "The course was called off." in page
            assert person.email not in page
            assert run.dates not in page
        client.post(reverse("reservation-release", args=[Reservation.objects.all()[0].pk]))
        member_of = MembershipFactory.create(organisation=person.outcome.firm)
        client.force_login(member_of.user)
        assert "The course was called off." in client.get(links[-1]).content.decode()

    def test_another_house_does_not_find_it(self, client: Client, run: CourseRun, member: Callable[..., User]) -> None:
        member(MemberRole.BROKER, OrganisationFactory.create(roles=["partner"]))
        assert client.get(reverse("run-call-off", args=[run.pk])).status_code == 404
        call_off(run, member(MemberRole.BROKER), "Læreren er syk")
        assert client.get(reverse("run-seats", args=[run.pk])).status_code == 404


class TestByTheProvider:
    @pytest.fixture(autouse=True)
    def cancelled(self, run: CourseRun) -> None:
        CourseRun.objects.filter(pk=run.pk).update(cancelled_at=timezone.now())

    def test_its_broker_gets_a_card_that_leads_to_calling_it_off(
        self, client: Client, run: CourseRun, broker: User
    ) -> None:
        def cards() -> list[str]:
            return [one.url for one in waiting_for(broker, timezone.localdate()) if one.color == "danger"]

        over(run)
        url = reverse("run-call-off", args=[run.pk])
        assert cards() == [url]
        assert "The provider has called the course off" in client.get(url).content.decode()
        client.post(url, {"why": "Tilbyderen avlyste"})
        assert cards() == []
        assert Pool.objects.get().state == PoolState.DISSOLVED
        assert set(CompetenceNeed.objects.values_list("state", flat=True)) == {NeedState.OPEN}

    def test_it_is_marked_on_the_list_and_names_are_not_kept_as_long(self, client: Client, run: CourseRun) -> None:
        Outcome.objects.gather()
        person = EnrolmentFactory.create(outcome=Outcome.objects.order_by("pk")[0], may_ask=True)
        assert person.kept_until == timezone.localdate() + KEPT_WITHOUT_FOLLOW_UP
        assert "Cancelled" in client.get(reverse("offer-list")).content.decode()
        today = timezone.localdate()
        assert not Enrolment.objects.outlived(today + KEPT_WITHOUT_FOLLOW_UP)
        assert Enrolment.objects.outlived(today + KEPT_WITHOUT_FOLLOW_UP + timedelta(days=1))

    def test_the_firms_are_told_and_the_provider_is_not(self, run: CourseRun, broker: User) -> None:
        call_off(run, broker, "Tilbyderen avlyste")
        assert told() == FIRMS
