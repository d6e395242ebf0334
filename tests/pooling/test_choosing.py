"""The chosen bid becomes a course run with the pool's seats kept; the others are told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from partners.models import User
from pooling.asking.choosing import cancel, choose, why_not
from pooling.asking.steps import carry_on
from pooling.models import (
    Bid,
    BidState,
    CourseRequest,
    MemberState,
    Outcome,
    Pool,
    PoolState,
    RequestState,
    Reservation,
)
from pooling.models.bids import GIVE
from pooling.models.members import WITHDRAW
from pooling.models.notices import NoticeKind
from pooling.notices import refuse
from pooling.outcome_jobs import hourly
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    MunicipalityFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
TODAY = timezone.localdate()


@pytest.fixture
def asked() -> CourseRequest:
    """Of a frozen pool of three firms with nine seats."""
    request = CourseRequestFactory.create()
    assert request.pool
    gathered(request.pool, 2, 3, 4)
    return request


@pytest.fixture
def by() -> User:
    return UserFactory.create()


def bid(asked: CourseRequest, **facts: object) -> Bid:
    return BidFactory.create(request=asked, made=True, **facts)


class TestTheChosenBid:
    def test_it_becomes_a_run_as_the_provider_said(self, asked: CourseRequest, by: User) -> None:
        asked.competences.add(CompetenceFactory.create())
        chosen = bid(asked, municipality=MunicipalityFactory.create(), place="Verkstedet", mode="on_site")
        run = choose(chosen, by, "Nærmest og billigst")
        assert (run.start, run.end, run.place, run.seats) == (chosen.start, chosen.end, "Verkstedet", 12)
        assert run.price_nok == Decimal("6666.67")
        assert (run.offer.provider, run.offer.title) == (chosen.provider, asked.title)
        assert [one.pk for one in run.offer.competences.all()] == ["sveising"]
        assert not run.offer.is_public

    def test_the_seats_of_the_pool_are_kept(self, asked: CourseRequest, by: User) -> None:
        run = choose(bid(asked), by, "Nærmest")
        assert sorted(run.reservations.values_list("seats", flat=True)) == [2, 3, 4]
        run.refresh_from_db()
        assert (run.seats_taken, run.seats_left) == (9, 3)

    def test_who_has_said_no_or_has_not_answered_gets_none(self, asked: CourseRequest, by: User) -> None:
        assert asked.pool
        gathered(asked.pool, 50, state=MemberState.INVITED)
        asked.pool.members.filter(seats=4).update(state=MemberState.DECLINED, left_at=timezone.now())
        asked.pool.members.filter(seats=3).update(seats=6)
        run = choose(bid(asked), by, "Nærmest")
        assert sorted(run.reservations.values_list("seats", flat=True)) == [2, 6]

    def test_the_pool_has_its_course_at_what_the_provider_asks(self, asked: CourseRequest, by: User) -> None:
        run = choose(bid(asked, seat_price_nok=Decimal(500)), by, "Nærmest")
        asked.refresh_from_db()
        pool = asked.pool
        assert pool
        assert (pool.state, pool.run, pool.fixed_cost_nok, pool.seat_cost_nok) == (
            PoolState.ARRANGED,
            run,
            Decimal(60_000),
            Decimal(500),
        )
        assert (asked.state, asked.run) == (RequestState.CHOSEN, run)

    def test_the_pool_has_the_sizes_of_the_bid(self, asked: CourseRequest, by: User) -> None:
        choose(bid(asked, min_seats=9, max_seats=12), by, "Nærmest")
        pool = Pool.objects.get()
        assert (pool.min_seats, pool.max_seats) == (9, 12)
        pool.members.all()[0].carry_out(WITHDRAW, None, "ingen tid")
        assert (pool.alarms.get().seats, pool.alarms.get().min_seats) == (7, 9)

    def test_the_reason_is_kept(self, asked: CourseRequest, by: User) -> None:
        choose(bid(asked), by, "Nærmest og billigst")
        event = asked.events.get(act="choose")
        assert (event.by, event.why) == (by, "Nærmest og billigst")
        assert asked.bids.get().events.get(act="win").why == "Nærmest og billigst"

    def test_without_a_reason_nothing_happens(self, asked: CourseRequest, by: User) -> None:
        with pytest.raises(ValidationError):
            choose(bid(asked), by, " ")
        assert not Reservation.objects.exists()
        assert asked.bids.get().state == BidState.GIVEN

    def test_a_single_need_is_covered(self, by: User) -> None:
        need = CompetenceNeedFactory.create(headcount=7, handled_by=OrganisationFactory.create())
        chosen = bid(CourseRequestFactory.create(pool=None, need=need))
        run = choose(chosen, by, "Den eneste")
        need.refresh_from_db()
        assert need.state == NeedState.COVERED
        assert run.reservations.get().seats == 7


class TestWhoIsTold:
    @pytest.fixture(autouse=True)
    def in_english(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Bid, "language", "en")
        monkeypatch.setattr(CompetenceNeed, "contact_language", "en")

    def test_the_winner_the_losers_and_the_firms_each_once(self, asked: CourseRequest, by: User, work: Work) -> None:
        assert asked.pool
        for member in asked.pool.members.select_related("need__employer"):
            member.need.employer.email = f"firma{member.pk}@firma.example"
            member.need.employer.save()
        winner, loser = bid(asked), bid(asked)
        silent = BidFactory.create(request=asked)
        run = choose(winner, by, "Nærmest")
        work()
        hourly()
        told = {message.to[0]: message for message in mail.outbox}
        assert len(mail.outbox) == len(told) == 5
        assert "has been chosen" in told[winner.provider.email].body
        assert "another bid was chosen" in told[loser.provider.email].body
        assert "3 seats on the course “Sveising av aluminium” are kept" in "".join(
            str(message.body) for message in mail.outbox
        )
        assert "Nærmest" not in "".join(str(message.body) for message in mail.outbox)
        for member in asked.pool.members.select_related("need__employer"):
            to_firm = told[member.need.employer.email]
            outcome = Outcome.objects.get(firm=member.need.employer)
            for said in (run.dates, "a person, before any grant", outcome.get_absolute_url(), str(winner.provider)):
                assert said in to_firm.body
            assert to_firm.reply_to == [by.email]
        silent.refresh_from_db()
        assert silent.state == BidState.PASSED

    @pytest.mark.parametrize("is_called_off", [False, True])
    def test_who_was_asked_and_has_not_answered_hears_once_that_it_is_over(
        self, asked: CourseRequest, by: User, work: Work, monkeypatch: pytest.MonkeyPatch, is_called_off: bool
    ) -> None:
        monkeypatch.setattr(Bid, "language", "en")
        silent, stopped = BidFactory.create_batch(2, request=asked, state=BidState.LISTED)
        BidFactory.create(request=asked, state=BidState.LISTED)
        CourseRequest.objects.filter(pk=asked.pk).update(batch_size=2)
        carry_on(asked.pk)
        work()
        refuse(stopped.provider.email, NoticeKind.REQUESTS)
        mail.outbox.clear()
        if is_called_off:
            cancel(asked, by, "Firmaene ombestemte seg")
        else:
            choose(bid(asked), by, "Nærmest")
        work()
        over = [message for message in mail.outbox if message.subject.startswith("No answer is needed any more")]
        assert [message.to for message in over] == [[silent.provider.email]]
        assert ("has been called off" if is_called_off else "another bid was chosen") in over[0].body

    def test_those_that_made_a_bid_hear_that_it_is_called_off(self, asked: CourseRequest, by: User, work: Work) -> None:
        made, no = bid(asked), BidFactory.create(request=asked, state=BidState.DECLINED, reason="capacity")
        cancel(asked, by, "Firmaene ombestemte seg")
        work()
        (message,) = mail.outbox
        assert message.to == [made.provider.email]
        assert "called off" in message.body
        assert "ombestemte" not in message.body
        no.refresh_from_db()
        assert no.state == BidState.DECLINED


class TestWhyNot:
    def reason(self, asked: CourseRequest, chosen: Bid, seats: int = 9) -> str:
        return why_not(asked, chosen, seats, TODAY)

    def test_too_few_or_too_many_for_the_provider(self, asked: CourseRequest) -> None:
        chosen = bid(asked)
        assert self.reason(asked, chosen) == ""
        assert self.reason(asked, chosen, 5) == "The provider wants at least 6, and 5 seats are wanted."
        assert self.reason(asked, chosen, 13) == "The provider takes 12 at most, and 13 seats are wanted."

    def test_nobody_is_silently_left_without_a_seat(self, asked: CourseRequest, by: User) -> None:
        with pytest.raises(ValidationError, match="8 at most"):
            choose(bid(asked, max_seats=8), by, "Nærmest")
        assert not Reservation.objects.exists()

    def test_a_bid_is_valid_to_its_day(self, asked: CourseRequest) -> None:
        assert self.reason(asked, bid(asked, valid_until=TODAY)) == ""
        late = bid(asked, valid_until=TODAY - timedelta(days=1))
        assert self.reason(asked, late).startswith("The bid was valid until")

    def test_a_course_that_would_have_begun(self, asked: CourseRequest) -> None:
        assert self.reason(asked, bid(asked, start=TODAY)) == ""
        assert "would have begun" in self.reason(asked, bid(asked, start=TODAY - timedelta(days=1)))

    def test_a_bid_that_is_not_what_it_was(self, asked: CourseRequest, by: User) -> None:
        read = bid(asked, answered_at=timezone.now() - timedelta(hours=1))
        Bid.objects.get(pk=read.pk).carry_out(GIVE, None, answered_at=timezone.now(), fixed_price_nok=Decimal(90_000))
        with pytest.raises(ValidationError, match="has changed its bid"):
            choose(read, by, "Billigst")
        assert not Reservation.objects.exists()

    def test_a_pool_that_is_gathering_again(self, asked: CourseRequest) -> None:
        assert asked.pool
        asked.pool.state = PoolState.GATHERING
        assert "Freeze it first" in self.reason(asked, bid(asked))

    def test_who_has_made_no_bid(self, asked: CourseRequest) -> None:
        assert self.reason(asked, BidFactory.create(request=asked)) == "The provider has made no bid."

    def test_one_is_chosen_once(self, asked: CourseRequest, by: User) -> None:
        first, second = bid(asked), bid(asked)
        choose(first, by, "Nærmest")
        with pytest.raises(ValidationError):
            choose(second, by, "Likevel denne")
        assert Reservation.objects.count() == 3


def test_the_price_a_person_covers_the_whole() -> None:
    one = Bid(fixed_price_nok=Decimal(100), seat_price_nok=Decimal("10.50"))
    assert one.total(7) == Decimal("173.50")
    assert one.a_person(7) * 7 >= one.total(7)
    assert one.a_person(7) * 7 - one.total(7) < Decimal("0.07")


def test_a_late_answer_day_is_late_the_day_after(asked: CourseRequest) -> None:
    assert not asked.is_late(asked.answer_by)
    assert asked.is_late(asked.answer_by + timedelta(days=1))
