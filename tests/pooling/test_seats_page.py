"""The page of a run's seats: whose they are, taking them and giving them back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CompetenceNeed, CourseRun
from brokering.models.needs import COVER, REOPEN, NeedState
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.choosing import choose
from pooling.models import CourseRequest, Notice, Outcome, Pool, PoolState, RequestState, Reservation
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MunicipalityFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered
from tests.pooling.factories_outcomes import noted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def agency() -> Organisation:
    organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    organisation.serves.add(MunicipalityFactory.create())
    return organisation


@pytest.fixture
def broker(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.BROKER, agency)


@pytest.fixture
def pool(agency: Organisation) -> Pool:
    """Three firms, nine seats, frozen."""
    return gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN), 2, 3, 4)


@pytest.fixture
def asked(pool: Pool) -> CourseRequest:
    return CourseRequestFactory.create(pool=pool)


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


class TestSeats:
    def test_a_firm_takes_seats_and_gives_them_back(self, client: Client, member: Callable[..., User]) -> None:
        run = CourseRunFactory.create(seats=3)
        CourseRequestFactory.create(run=run, state=RequestState.CHOSEN)
        firm = OrganisationFactory.create(email="post@firma.example")
        member(MemberRole.EMPLOYEE, firm)
        url = reverse("run-seats", args=[run.pk])
        client.post(url, {"firm": firm.pk, "seats": 2})
        assert (Outcome.objects.get().told_at, Notice.objects.get().to) != (None, "")
        assert Outcome.objects.get().get_absolute_url() in Notice.objects.get().text
        assert "Only 1 seat is left." in client.post(url, {"firm": firm.pk, "seats": 2}).content.decode()
        client.post(reverse("reservation-release", args=[Reservation.objects.get().pk]))
        run.refresh_from_db()
        assert (run.seats_taken, Notice.objects.waiting().count()) == (0, 0)

    def test_it_sees_its_own_seats_only(self, client: Client, member: Callable[..., User]) -> None:
        run = CourseRunFactory.create()
        CourseRequestFactory.create(run=run, state=RequestState.CHOSEN)
        other = OrganisationFactory.create(name="Konkurrenten AS")
        Reservation.objects.take(run, other, 2, by=None)
        member(MemberRole.EMPLOYEE, OrganisationFactory.create())
        assert "Konkurrenten" not in page(client, reverse("run-seats", args=[run.pk]))

    def test_seats_of_a_pool_are_given_back_by_leaving_the_pool(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        run = choose(BidFactory.create(request=asked, made=True), broker, "Nærmest")
        kept = run.reservations.all()[0]
        answer = client.post(reverse("reservation-release", args=[kept.pk]))
        assert answer.status_code == 403
        assert "when the firm leaves the pool" in answer.content.decode()
        assert "when the firm leaves the pool" in page(client, reverse("run-seats", args=[run.pk]))

    @pytest.mark.parametrize(
        ("facts", "told"),
        [
            ({"cancelled_at": timezone.now()}, "The course was called off."),
            ({"start": date(2026, 1, 1), "end": date(2099, 1, 1)}, "The course has begun."),
        ],
    )
    def test_none_are_kept_on_a_course_that_is_not_to_come(
        self, client: Client, member: Callable[..., User], facts: dict[str, Any], told: str
    ) -> None:
        run = CourseRunFactory.create(**facts)
        CourseRequestFactory.create(run=run, state=RequestState.CHOSEN)
        firm = OrganisationFactory.create()
        member(MemberRole.EMPLOYEE, firm)
        url = reverse("run-seats", args=[run.pk])
        assert told in page(client, url)
        assert told in client.post(url, {"firm": firm.pk, "seats": 1}).content.decode()
        assert not Reservation.objects.exists()

    def test_those_of_which_it_is_noted_how_it_went_are_not_given_back(
        self, client: Client, member: Callable[..., User]
    ) -> None:
        run, firm = CourseRunFactory.create(), OrganisationFactory.create()
        CourseRequestFactory.create(run=run, state=RequestState.CHOSEN)
        kept = Reservation.objects.take(run, firm, 2, by=None)
        noted(reservation=kept)
        member(MemberRole.EMPLOYEE, firm)
        answer = client.post(reverse("reservation-release", args=[kept.pk]))
        assert (answer.status_code, kept.release()) == (403, False)
        assert Reservation.objects.held().get() == kept


class TestASingleNeed:
    @pytest.fixture
    def kept(self, broker: User, agency: Organisation) -> Reservation:
        """For a need that a course was agreed for."""
        need = CompetenceNeedFactory.create(headcount=7, handled_by=agency)
        run = choose(BidFactory.create(request__pool=None, request__need=need, made=True), broker, "Den eneste")
        return run.reservations.get()

    def test_is_open_again_when_its_last_seats_are_given_back(self, client: Client, kept: Reservation) -> None:
        url = reverse("reservation-release", args=[kept.pk])
        client.post(url)
        assert not Notice.objects.filter(name__startswith="given-back-").exists()
        need = CompetenceNeed.objects.get(reservations=kept)
        assert need.state == NeedState.OPEN
        need.carry_out(COVER, None)
        client.post(url)
        assert CompetenceNeed.objects.get(reservations=kept).state == NeedState.COVERED

    def test_its_brokers_are_told_when_its_firm_gives_them_back(
        self, client: Client, kept: Reservation, broker: User, member: Callable[..., User]
    ) -> None:
        User.objects.filter(pk=broker.pk).update(language="en")
        member(MemberRole.EMPLOYEE, kept.firm)
        client.post(reverse("reservation-release", args=[kept.pk]))
        told = Notice.objects.get(name__startswith="given-back-")
        assert (told.to, "The need is open again." in told.text) == (broker.email, True)

    def test_gives_its_seats_back_when_it_is_opened_again(self, kept: Reservation) -> None:
        CompetenceNeed.objects.get(reservations=kept).carry_out(REOPEN, None)
        assert not Reservation.objects.held().exists()
        assert CourseRun.objects.get(reservations=kept).seats_taken == 0

    def test_keeps_the_seats_it_had_on_a_course_that_is_over(self, kept: Reservation) -> None:
        CourseRun.objects.filter(reservations=kept).update(start=date(2026, 1, 1), end=date(2026, 1, 2))
        CompetenceNeed.objects.get(reservations=kept).carry_out(REOPEN, None)
        assert Reservation.objects.held().exists()
