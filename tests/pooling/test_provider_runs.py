"""A provider changes its dates while firms have seats kept on them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from brokering.models import CourseRun
from partners.models import User
from partners.models.roles import MemberRole
from pooling.models import Reservation
from tests.brokering.test_offer_forms import filled, save
from tests.factories import CourseOfferFactory, CourseRunFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def run(member: Callable[..., User]) -> CourseRun:
    """Of whoever is logged in: of ten seats two are taken elsewhere, and five are kept for a firm here."""
    provider = OrganisationFactory.create(provider=True)
    member(MemberRole.EMPLOYEE, provider)
    run: CourseRun = CourseRunFactory.create(
        offer=CourseOfferFactory.create(provider=provider), seats=10, seats_taken=2
    )
    PoolFactory.create(run=run)
    keep(run, 5)
    return run


def keep(run: CourseRun, seats: int) -> Reservation:
    return Reservation.objects.take(run, OrganisationFactory.create(), seats, by=None)


def url(run: CourseRun) -> str:
    return reverse("offer-runs", args=[run.offer_id])


def test_what_is_taken_elsewhere_is_typed_and_what_is_kept_comes_besides(client: Client, run: CourseRun) -> None:
    assert filled(client, url(run))["runs-0-seats_taken"] == 2
    assert "Besides the 5 seats that are kept for firms here." in client.get(url(run)).content.decode()
    assert save(client, url(run), **{"runs-0-seats_taken": "4"}).status_code == 302
    run.refresh_from_db()
    assert run.seats_taken == 9


def test_seats_that_firms_take_while_the_page_is_open_stay_taken(client: Client, run: CourseRun) -> None:
    typed = filled(client, url(run), **{"runs-0-place": "Rom 2"})
    keep(run, 3)
    client.post(url(run), {name: value for name, value in typed.items() if value is not False})
    run.refresh_from_db()
    assert (run.place, run.seats_taken, run.seats_left) == ("Rom 2", 10, 0)


def test_there_are_no_fewer_seats_than_are_kept(client: Client, run: CourseRun) -> None:
    page = save(client, url(run), **{"runs-0-seats": "6"}).content.decode()
    assert "There are 6 seats, and 5 are kept for firms." in page
    save(client, url(run), **{"runs-0-seats": "5", "runs-0-seats_taken": "0"})
    run.reservations.get().give_back(None)
    run.refresh_from_db()
    assert (run.seats, run.seats_taken) == (5, 0)


def test_a_date_that_firms_have_had_seats_of_is_cancelled_not_deleted(client: Client, run: CourseRun) -> None:
    run.reservations.get().give_back(None)
    assert "runs-0-DELETE" not in client.get(url(run)).content.decode()
    assert save(client, url(run), **{"runs-0-DELETE": "on", "runs-0-is_cancelled": "on"}).status_code == 302
    run.refresh_from_db()
    assert run.cancelled_at is not None
