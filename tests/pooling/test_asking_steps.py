"""When the next providers are asked, and when nobody is asked any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pooling.asking.letters import ask
from pooling.asking.steps import Step, carry_on, carry_on_all, next_step
from pooling.models import BidState, CourseRequest, RequestState
from pooling.models.notices import NoticeKind
from pooling.notices import refuse, send_due
from tests.factories import MembershipFactory, UserFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = timezone.now()
Work = Callable[[], int]


def request_with(*states: str, **facts: object) -> CourseRequest:
    """A request whose providers have come so far."""
    asked = CourseRequestFactory.create(**{"batch_size": 2, "enough_bids": 2, "wait_days": 3, **facts})
    for state in states:
        BidFactory.create(request=asked, made=state == BidState.GIVEN, state=state, reason="capacity")
    return asked


def step(asked: CourseRequest, days: int = 0) -> Step:
    return next_step(asked, list(asked.bids.with_reach()), NOW + timedelta(days=days))


L, A, G, D = BidState.LISTED, BidState.ASKED, BidState.GIVEN, BidState.DECLINED


class TestTheRule:
    def test_first_a_batch_is_asked_in_the_order_of_the_list(self) -> None:
        asked = request_with(L, L, L)
        assert list(step(asked).ask) == list(asked.bids.all()[:2])

    def test_the_next_batch_waits_its_days(self) -> None:
        asked = request_with(A, A, L, last_asked_at=NOW)
        assert step(asked, days=2) == Step()
        assert len(step(asked, days=3).ask) == 1

    def test_it_does_not_wait_when_all_who_were_asked_have_answered(self) -> None:
        asked = request_with(D, G, L, last_asked_at=NOW)
        assert len(step(asked).ask) == 1

    def test_enough_bids_stop_it(self) -> None:
        assert step(request_with(G, G, A, L)).stop == "There are enough bids."

    def test_the_last_day_stops_it(self) -> None:
        asked = request_with(A, L)
        assert step(asked, days=14).stop == ""
        assert step(asked, days=15).stop == "The last day to answer has passed."

    def test_it_stops_when_nobody_is_left(self) -> None:
        assert step(request_with(D, D)).stop == "Everybody who can be asked has answered."
        assert step(request_with(A, D, last_asked_at=NOW), days=9) == Step()

    def test_who_has_no_address_is_not_asked(self) -> None:
        asked = request_with()
        BidFactory.create(request=asked, state=L, provider__email="")
        assert step(asked).stop == "Everybody who can be asked has answered."

    def test_nor_who_wants_no_such_questions(self) -> None:
        asked, keeper = request_with(L), UserFactory.create(email="Kari@Skole.example")
        refuse(asked.bids.get().provider.email, NoticeKind.REQUESTS)
        of_people = BidFactory.create(request=asked, state=L, provider__email="")
        MembershipFactory.create(organisation=of_people.provider, user=keeper)
        assert step(asked).ask == (of_people,)
        refuse(keeper.email, NoticeKind.REQUESTS)
        assert step(asked).stop == "Everybody who can be asked has answered."


class TestTheJob:
    def test_it_sends_one_mail_to_each_of_the_batch(self, work: Work) -> None:
        asked = request_with(L, L, L)
        carry_on(asked.pk)
        assert work() == 1
        assert [state for (state,) in asked.bids.values_list("state")] == [A, A, L]
        assert sorted(message.to[0] for message in mail.outbox) == sorted(
            bid.provider.email for bid in asked.bids.all()[:2]
        )

    def test_done_twice_it_asks_once(self, work: Work) -> None:
        asked = request_with(L, L, L)
        carry_on(asked.pk)
        carry_on(asked.pk)
        work()
        assert len(mail.outbox) == 2

    def test_a_mail_that_was_sent_is_not_sent_again(self, work: Work) -> None:
        asked = request_with(L)
        carry_on(asked.pk)
        work()
        ask(asked.bids.get())
        send_due()
        assert len(mail.outbox) == 1

    def test_every_hour_it_looks_after_all_that_ask(self) -> None:
        late = request_with(A, answer_by=timezone.localdate() - timedelta(days=1))
        draft = request_with(L, state=RequestState.DRAFT)
        carry_on_all()
        late.refresh_from_db()
        draft.refresh_from_db()
        assert (late.state, draft.state) == (RequestState.DECIDING, RequestState.DRAFT)
        assert late.events.get().why == "The last day to answer has passed."
