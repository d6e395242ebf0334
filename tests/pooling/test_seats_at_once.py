"""Several take the last seats, or choose a bid, at the same moment."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from brokering.models import CourseOffer
from partners.models.roles import MemberRole
from pooling.asking.choosing import choose
from pooling.models import Bid, PoolState, RequestState, Reservation
from pooling.needs import PoolsOfNeeds
from tests.brokering.test_offer_forms import filled
from tests.factories import CourseRunFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = pytest.mark.django_db(transaction=True)
FIRMS = 8


def together(act: Callable[[int], object]) -> int:
    """Does it in eight connections at once; how many succeeded."""
    ready = Barrier(FIRMS)

    def run(number: int) -> bool:
        ready.wait()
        try:
            return bool(act(number))
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(FIRMS) as pool:
        return sum(pool.map(run, range(FIRMS)))


def test_of_eight_firms_that_take_the_last_three_seats_three_get_them() -> None:
    run = CourseRunFactory.create(seats=10, seats_taken=7)
    firms = OrganisationFactory.create_batch(FIRMS)
    assert together(lambda number: Reservation.objects.take(run, firms[number], 1, by=None)) == 3
    run.refresh_from_db()
    assert (run.seats_taken, Reservation.objects.held().count()) == (10, 3)


def test_on_the_page_the_other_five_read_that_all_seats_are_taken() -> None:
    run = CourseRunFactory.create(seats=10, seats_taken=7)
    CourseRequestFactory.create(run=run, state=RequestState.CHOSEN)
    members = [MembershipFactory.create(role=MemberRole.LEADER) for _firm in range(FIRMS)]
    url = reverse("run-seats", args=[run.pk])

    def take(number: int) -> bool:
        client = Client(headers={"accept-language": "en"})
        client.force_login(members[number].user)
        client.cookies["language"] = "en"
        answer = client.post(url, {"firm": members[number].organisation_id, "seats": 1})
        assert answer.status_code == 302 or "All seats are taken." in answer.content.decode()
        return answer.status_code == 302

    assert together(take) == 3
    assert Reservation.objects.held().count() == 3


def test_of_eight_bids_that_are_chosen_at_once_one_is() -> None:
    asked = CourseRequestFactory.create()
    assert asked.pool
    gathered(asked.pool, 4, 4)
    bids: list[Bid] = [BidFactory.create(request=asked, made=True) for _bid in range(FIRMS)]
    by = UserFactory.create()
    assert together(lambda number: choose(bids[number], by, "Nærmest")) == 1
    asked.pool.refresh_from_db()
    assert asked.pool.state == PoolState.ARRANGED
    assert Reservation.objects.held().count() == 2
    assert asked.bids.filter(state="chosen").count() == 1


def test_seats_that_a_firm_takes_while_its_provider_saves_stay_taken(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The firm comes between the reading of what is kept and the storing, and waits."""
    run = CourseRunFactory.create(seats=10, offer__provider__roles=["provider"])
    client.force_login(MembershipFactory.create(organisation=run.offer.provider).user)
    firm, url = OrganisationFactory.create(), reverse("offer-runs", args=[run.offer_id])
    typed = filled(client, url)
    read = PoolsOfNeeds.kept_seats

    def take() -> None:
        Reservation.objects.take(run, firm, 3, by=None)
        connection.close()

    with ThreadPoolExecutor(1) as pool:

        def kept_seats(self: PoolsOfNeeds, offer: CourseOffer) -> Mapping[int, int]:
            kept = read(self, offer)
            wait([pool.submit(take)], timeout=1)
            return kept

        monkeypatch.setattr(PoolsOfNeeds, "kept_seats", kept_seats)
        answer = client.post(url, {name: value for name, value in typed.items() if value is not False})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.seats_taken == 3
