"""The page of a run's seats: whose they are, taking them and giving them back."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.choosing import choose
from pooling.models import CourseRequest, Notice, Outcome, Pool, PoolState, RequestState, Reservation
from tests.factories import CourseRunFactory, MunicipalityFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

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
        assert run.seats_taken == 0

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
