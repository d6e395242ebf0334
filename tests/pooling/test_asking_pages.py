"""The pages of a course request: writing it, whom it asks, bids side by side, the choice, and the provider's answer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import Competence
from partners.models import Distance, Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.providers import fitting
from pooling.asking.waiting import waiting_for
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolState, RequestState
from tests.brokering.wanted import welding_course
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MunicipalityFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CouldRunFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
TYPED = {
    "title": "Sveising av aluminium",
    "description": "De skal kunne sveise aluminium.",
    "seats": 9,
    "answer_by": "2099-01-01",
    "batch_size": 2,
    "wait_days": 3,
    "enough_bids": 2,
}
YES = {
    "answer": "give",
    "start": "2027-03-01",
    "end": "2027-03-05",
    "mode": "on_site",
    "fixed_price_nok": "60000",
    "min_seats": 6,
    "max_seats": 12,
}


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


class TestWriting:
    def test_it_is_filled_in_from_the_pool(self, client: Client, broker: User, pool: Pool) -> None:
        form = client.get(reverse("pool-ask", args=[pool.pk])).context["form"]
        assert (form.initial["title"], form.initial["seats"]) == (pool.title, 9)
        assert form.initial["municipality"] == pool.municipality_id

    def test_who_fits_is_on_the_list_and_nobody_is_asked_yet(
        self, client: Client, broker: User, pool: Pool, work: Work
    ) -> None:
        offer = welding_course()
        answer = client.post(reverse("pool-ask", args=[pool.pk]), TYPED)
        made = CourseRequest.objects.get()
        assert answer.headers["Location"] == made.get_absolute_url()
        assert [(bid.provider, bid.offer, bid.state) for bid in made.bids.all()] == [
            (offer.provider, offer, BidState.LISTED)
        ]
        assert (made.state, made.created_by, work()) == (RequestState.DRAFT, broker, 0)

    def test_what_was_typed_stays_when_it_is_refused(self, client: Client, broker: User, pool: Pool) -> None:
        answer = client.post(reverse("pool-ask", args=[pool.pk]), {**TYPED, "answer_by": "2020-01-01"})
        assert "Choose today or a later day." in answer.content.decode()
        assert "De skal kunne sveise aluminium." in answer.content.decode()

    def test_a_pool_that_gathers_is_not_put_to_providers(self, client: Client, broker: User, pool: Pool) -> None:
        Pool.objects.filter(pk=pool.pk).update(state=PoolState.GATHERING)
        answer = client.get(reverse("pool-ask", args=[pool.pk]))
        assert answer.status_code == 403
        assert "Freeze it first" in answer.content.decode()

    def test_a_pool_is_put_to_providers_once_at_a_time(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        answer = client.get(reverse("pool-ask", args=[asked.pool_id]))
        assert answer.status_code == 403
        assert "put to providers already" in answer.content.decode()

    def test_a_single_need_does_as_well(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency, headcount=7)
        client.post(reverse("need-ask", args=[need.pk]), {**TYPED, "seats": 7})
        assert CourseRequest.objects.get().need == need


class TestWhoFits:
    def test_those_that_said_so_come_first(self, asked: CourseRequest) -> None:
        offer = welding_course()
        asked.competences.set(Competence.objects.all())
        said = CouldRunFactory.create(competence_id="sveising")
        assert [(one.provider, one.has_volunteered) for one in fitting(asked)] == [
            (said.provider, True),
            (offer.provider, False),
        ]

    def test_who_took_it_back_does_not(self, asked: CourseRequest) -> None:
        welding_course()
        asked.competences.set(Competence.objects.all())
        said = CouldRunFactory.create(competence_id="sveising", withdrawn_at=timezone.now())
        assert said.provider not in [one.provider for one in fitting(asked)]

    def test_a_course_that_is_full_far_away_and_over_bars_nobody(self, asked: CourseRequest) -> None:
        offer = welding_course()
        CourseRunFactory.create(offer=offer, start=date(2020, 1, 1), deadline=None, seats=1, seats_taken=1)
        assert [one.provider for one in fitting(asked)] == [offer.provider]


class TestAsking:
    def test_the_mail_names_no_firm_and_has_the_link(
        self, client: Client, broker: User, asked: CourseRequest, work: Work
    ) -> None:
        asked.state = RequestState.DRAFT
        asked.save()
        bid = BidFactory.create(request=asked, state=BidState.LISTED)
        client.post(reverse("course-request-act", args=[asked.pk, "ask"]))
        work()
        work()
        (message,) = mail.outbox
        assert bid.get_absolute_url() in message.body
        assert asked.pool
        for member in asked.pool.members.select_related("need__employer"):
            assert member.need.employer.name not in f"{message.body} {message.subject}"

    def test_who_is_taken_off_the_list_is_not_asked(self, client: Client, broker: User, asked: CourseRequest) -> None:
        bid = BidFactory.create(request=asked, state=BidState.LISTED)
        client.post(reverse("bid-act", args=[asked.pk, bid.pk, "remove"]))
        bid.refresh_from_db()
        assert bid.state == BidState.REMOVED
        client.post(reverse("bid-act", args=[asked.pk, bid.pk, "put_back"]))
        bid.refresh_from_db()
        assert bid.state == BidState.LISTED

    def test_another_provider_comes_at_the_end(self, client: Client, broker: User, asked: CourseRequest) -> None:
        first = BidFactory.create(request=asked)
        provider = OrganisationFactory.create(provider=True)
        client.post(reverse("bid-add", args=[asked.pk]), {"provider": provider.pk, "email": "kurs@skole.example"})
        last = asked.bids.last()
        assert last
        assert (last.provider, last.rank, last.addresses) == (provider, first.rank + 1, ["kurs@skole.example"])


class TestAnswering:
    def answer(self, client: Client, bid: Bid, **said: Any) -> str:
        return client.post(bid.get_absolute_url(), said, follow=True).content.decode()

    def test_without_an_account(self, client: Client) -> None:
        bid = BidFactory.create()
        assert "Thank you" in self.answer(client, bid, **YES)
        bid.refresh_from_db()
        assert (bid.state, bid.start, bid.fixed_price_nok) == (BidState.GIVEN, date(2027, 3, 1), Decimal(60_000))
        assert bid.events.get().by is None

    def test_with_one(self, client: Client, member: Callable[..., User]) -> None:
        bid = BidFactory.create()
        user = member(MemberRole.EMPLOYEE, bid.provider)
        assert [card.url for card in waiting_for(user, date(2026, 11, 22))] == [bid.get_absolute_url()]
        self.answer(client, bid, **YES)
        assert bid.events.get().by == user
        assert list(waiting_for(user, date(2026, 11, 22))) == []

    def test_each_thing_that_a_bid_lacks_is_asked_for(self, client: Client) -> None:
        bid = BidFactory.create()
        shown = self.answer(client, bid, answer="give", place="Verkstedet")
        for sentence in ("Say when the course starts.", "Say what it costs", "Say how many there is room for."):
            assert sentence in shown
        assert "Verkstedet" in shown
        bid.refresh_from_db()
        assert bid.state == BidState.ASKED

    def test_a_no_says_why(self, client: Client) -> None:
        bid = BidFactory.create()
        assert "Say why not." in self.answer(client, bid, answer="decline")
        self.answer(client, bid, answer="decline", reason="capacity")
        bid.refresh_from_db()
        assert (bid.state, bid.reason) == (BidState.DECLINED, "capacity")

    def test_it_can_be_changed_until_a_bid_is_chosen(self, client: Client) -> None:
        bid = BidFactory.create(made=True)
        self.answer(client, bid, **{**YES, "fixed_price_nok": "55000"})
        bid.refresh_from_db()
        assert bid.fixed_price_nok == Decimal(55_000)
        Bid.objects.filter(pk=bid.pk).update(state=BidState.LOST)
        assert "can no longer be answered" in self.answer(client, bid, **YES)

    def test_opening_the_link_changes_nothing(self, client: Client) -> None:
        bid = BidFactory.create()
        client.get(bid.get_absolute_url())
        bid.refresh_from_db()
        assert bid.state == BidState.ASKED


class TestComparingAndChoosing:
    def test_the_bids_stand_side_by_side(self, client: Client, broker: User, asked: CourseRequest) -> None:
        BidFactory.create(request=asked, made=True, conditions="Verksted stilles til rådighet")
        BidFactory.create(request=asked, made=True, fixed_price_nok=None, seat_price_nok=Decimal(5_000), max_seats=8)
        shown = page(client, asked.get_absolute_url())
        for said in (
            "NOK 60\xa0000",
            "NOK 45\xa0000",
            "Lowest",
            "1 person too many",
            "Verksted stilles",
            "Room for all",
        ):
            assert said in shown
        assert "The provider takes 8 at most, and 9 seats are wanted." in shown

    def test_travel_is_weighted_by_people(self, client: Client, broker: User, asked: CourseRequest) -> None:
        there = MunicipalityFactory.create(number="5601", name="Alta")
        home = MunicipalityFactory.create()
        Distance.objects.create(origin=home, destination=there, km=200)
        BidFactory.create(request=asked, made=True, municipality=there)
        assert "200 km on average, 200 at most" in page(client, asked.get_absolute_url())

    def test_choosing_needs_a_reason_and_keeps_the_seats(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        bid = BidFactory.create(request=asked, made=True)
        url = reverse("bid-choose", args=[asked.pk, bid.pk])
        assert client.post(url, {}).status_code == 200
        client.post(url, {"why": "Nærmest", "is_public": "on"})
        asked.refresh_from_db()
        assert asked.run
        assert asked.run.offer.is_public
        assert asked.run.reservations.count() == 3
        assert "The course is agreed" in page(client, asked.get_absolute_url())

    def test_a_bid_that_does_not_fit_says_why_not(self, client: Client, broker: User, asked: CourseRequest) -> None:
        bid = BidFactory.create(request=asked, made=True, min_seats=10)
        answer = client.post(reverse("bid-choose", args=[asked.pk, bid.pk]), {"why": "Likevel"})
        assert answer.status_code == 403
        assert "at least 10" in answer.content.decode()

    def test_the_list_and_the_page_ask_no_more_for_many_bids(
        self, client: Client, broker: User, asked: CourseRequest, queries: Callable[[str], int]
    ) -> None:
        BidFactory.create(request=asked, made=True)
        few = queries(asked.get_absolute_url())
        BidFactory.create_batch(9, request=asked, made=True)
        assert queries(asked.get_absolute_url()) == few <= 20
        assert queries(reverse("course-request-list")) <= 10

    def test_what_is_to_be_decided_waits_on_the_front_page(self, broker: User, asked: CourseRequest) -> None:
        CourseRequest.objects.filter(pk=asked.pk).update(state=RequestState.DECIDING)
        (card,) = waiting_for(broker, date(2026, 11, 22))
        assert card.tag == "Nobody has made a bid"
        BidFactory.create(request=asked, made=True)
        (card,) = waiting_for(broker, date(2026, 11, 22))
        assert (card.tag, card.text) == ("Choose a bid", "1 bid")
