"""The provider's answer, bids side by side, and the choice."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Distance, Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.waiting import waiting_for
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolState, RequestState
from tests.factories import MunicipalityFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
YES = {
    "answer": "give",
    "start": f"{timezone.localdate() + timedelta(days=100)}",
    "end": f"{timezone.localdate() + timedelta(days=104)}",
    "mode": "online",
    "fixed_price_nok": "60000",
    "min_seats": 6,
    "max_seats": 12,
}


@pytest.fixture
def pool(agency: Organisation) -> Pool:
    """Three firms, nine seats, frozen."""
    return gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN), 2, 3, 4)


@pytest.fixture
def asked(pool: Pool) -> CourseRequest:
    return CourseRequestFactory.create(pool=pool)


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


class TestAnswering:
    def answer(self, client: Client, bid: Bid, **said: Any) -> str:
        return client.post(bid.get_absolute_url(), said, follow=True).content.decode()

    def test_without_an_account(self, client: Client) -> None:
        bid = BidFactory.create()
        assert "Thank you" in self.answer(client, bid, **YES)
        bid.refresh_from_db()
        assert (bid.state, str(bid.start), bid.fixed_price_nok) == (BidState.GIVEN, YES["start"], Decimal(60_000))
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
        assert "Say how it is held." in shown
        assert "Verkstedet" in shown
        bid.refresh_from_db()
        assert bid.state == BidState.ASKED

    def test_a_course_that_is_not_online_is_held_somewhere(self, client: Client) -> None:
        bid, place = BidFactory.create(), MunicipalityFactory.create()
        assert "Say where it is held." in self.answer(client, bid, **{**YES, "mode": "sessions"})
        assert "Thank you" in self.answer(client, bid, **{**YES, "mode": "sessions", "municipality": place.name})

    def test_a_course_does_not_begin_in_the_past(self, client: Client) -> None:
        said = {**YES, "start": f"{timezone.localdate() - timedelta(days=1)}"}
        assert "Choose today or a later day." in self.answer(client, BidFactory.create(), **said)

    def test_no_field_that_an_answer_needs_is_called_optional(self, client: Client) -> None:
        shown = page(client, BidFactory.create().get_absolute_url())
        assert "(optional)" not in shown
        assert "A yes needs the first day" in shown

    def test_what_is_wrong_is_said_where_it_stands(self, client: Client) -> None:
        wrong = {"fixed_price_nok": "-1", "end": f"{timezone.localdate() + timedelta(days=9)}", "max_seats": 5}
        form = client.post(BidFactory.create().get_absolute_url(), {**YES, **wrong}).context["form"]
        assert form.errors == {
            "fixed_price_nok": ["A price cannot be negative."],
            "end": ["The course cannot end before it starts."],
            "max_seats": ["The greatest number of participants cannot be less than the least."],
        }

    def test_what_was_sent_is_shown_again(self, client: Client) -> None:
        bid = BidFactory.create()
        shown = self.answer(client, bid, **YES, conditions="Verksted")
        for said in ("What you answered", "NOK 60\xa0000", "<dt>Least number of participants</dt>", "Verksted"):
            assert said in shown
        refused = client.post(bid.get_absolute_url(), {**YES, "min_seats": 0}).content.decode()
        assert "NOK 60\xa0000" in refused

    def test_another_reason_is_told_in_words(self, client: Client) -> None:
        bid = BidFactory.create()
        assert "Say in a few words why not." in self.answer(client, bid, answer="decline", reason="other")
        assert "Vi flytter" in self.answer(client, bid, answer="decline", reason="other", comment="Vi flytter")

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
            "Scroll sideways to see all the bids.",
        ):
            assert said in shown
        assert "The provider takes 8 at most, and 9 seats are wanted." in shown

    def test_of_equal_bids_none_is_the_lowest(self, client: Client, broker: User, asked: CourseRequest) -> None:
        BidFactory.create_batch(2, request=asked, made=True, municipality=MunicipalityFactory.create())
        shown = page(client, asked.get_absolute_url())
        assert "0 km on average" in shown
        assert "Lowest" not in shown
        assert "Shortest" not in shown

    def test_travel_is_weighted_by_people(self, client: Client, broker: User, asked: CourseRequest) -> None:
        there = MunicipalityFactory.create(number="5601", name="Alta")
        home = MunicipalityFactory.create()
        Distance.objects.create(origin=home, destination=there, km=200)
        BidFactory.create(request=asked, made=True, municipality=there)
        assert "200 km on average, 200 at most" in page(client, asked.get_absolute_url())

    def test_where_it_is_not_known_how_far_it_is_no_travel_is_the_shortest(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        far, unknown = (MunicipalityFactory.create(number=number) for number in ("5601", "5603"))
        Distance.objects.create(origin=MunicipalityFactory.create(), destination=far, km=200)
        for place in (far, unknown):
            BidFactory.create(request=asked, made=True, municipality=place)
        shown = page(client, asked.get_absolute_url())
        assert "200 km on average" in shown
        assert "0 km on average, 0 at most" not in shown
        assert "Shortest" not in shown

    def test_a_bid_that_was_changed_meanwhile_is_shown_again(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        bid = BidFactory.create(request=asked, made=True, answered_at=timezone.now())
        url = reverse("bid-choose", args=[asked.pk, bid.pk])
        read = {"version": bid.version, "why": "Billigst"}
        assert f'name="version" value="{bid.version}"' in page(client, url)
        Bid.objects.filter(pk=bid.pk).update(answered_at=timezone.now(), fixed_price_nok=90_000)
        again = client.post(url, read)
        assert again.status_code == 409
        for said in ("has changed its bid", "NOK 90\xa0000 in all", "Billigst"):
            assert said in again.content.decode()
        bid.refresh_from_db()
        client.post(url, {**read, "version": bid.version})
        asked.refresh_from_db()
        assert asked.run

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

    def test_a_bid_is_told_of_as_soon_as_it_comes(self, broker: User, asked: CourseRequest) -> None:
        assert list(waiting_for(broker, date(2026, 11, 22))) == []
        BidFactory.create_batch(2, request=asked, made=True)
        (card,) = waiting_for(broker, date(2026, 11, 22))
        assert (card.title, card.tag, card.text) == (asked.title, "Bids have come", "2 bids")

    def test_what_is_to_be_decided_waits_on_the_front_page(self, broker: User, asked: CourseRequest) -> None:
        CourseRequest.objects.filter(pk=asked.pk).update(state=RequestState.DECIDING)
        (card,) = waiting_for(broker, date(2026, 11, 22))
        assert card.tag == "Nobody has made a bid"
        BidFactory.create(request=asked, made=True)
        (card,) = waiting_for(broker, date(2026, 11, 22))
        assert (card.tag, card.text) == ("Choose a bid", "1 bid")
