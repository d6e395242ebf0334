"""A request follows its pool or need: nobody is asked in vain. And one that stopped can ask on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models.needs import CLARIFY, EXPIRE, GIVE_UP, WITHDRAW, NeedState
from partners.acts import Act
from partners.models import Organisation, User
from pooling.asking.steps import carry_on
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolState, RequestState
from pooling.models.pools import DISSOLVE, FREEZE, THAW
from pooling.models.requests import STOP
from tests.factories import CompetenceNeedFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
ASKING, DECIDING, CANCELLED = RequestState.ASKING, RequestState.DECIDING, RequestState.CANCELLED
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def pool(agency: Organisation) -> Pool:
    """Three firms, nine seats, frozen."""
    return gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN), 2, 3, 4)


@pytest.fixture
def asked(pool: Pool) -> CourseRequest:
    """One provider has made a bid, one is asked, one is to be asked."""
    request = CourseRequestFactory.create(pool=pool, batch_size=1)
    BidFactory.create(request=request, made=True)
    for state in (BidState.ASKED, BidState.LISTED):
        BidFactory.create(request=request, state=state)
    return request


def states(asked: CourseRequest) -> list[str]:
    asked.refresh_from_db()
    return [asked.state, *asked.bids.values_list("state", flat=True)]


class TestOfAPool:
    @pytest.mark.parametrize("state", [RequestState.DRAFT, ASKING, DECIDING])
    def test_that_is_dissolved_the_request_is_called_off(
        self, asked: CourseRequest, state: str, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Bid, "language", "en")
        CourseRequest.objects.filter(pk=asked.pk).update(state=state)
        assert asked.pool
        asked.pool.carry_out(DISSOLVE, None, "ingen vil likevel")
        work()
        assert states(asked) == [CANCELLED, BidState.LOST, BidState.PASSED, BidState.PASSED]
        (message,) = mail.outbox
        assert message.to == [asked.bids.all()[0].provider.email]
        assert "called off" in message.body
        assert asked.events.get(to_state=CANCELLED).why == "ingen vil likevel"

    def test_that_gathers_again_nobody_else_is_asked(self, asked: CourseRequest, work: Work) -> None:
        assert asked.pool
        asked.pool.carry_out(THAW, None, "flere vil med")
        carry_on(asked.pk, timezone.now() + timedelta(days=9))
        assert work() == 0
        assert states(asked) == [DECIDING, BidState.GIVEN, BidState.ASKED, BidState.LISTED]

    def test_that_is_frozen_again_can_ask_on(self, client: Client, broker: User, asked: CourseRequest) -> None:
        assert asked.pool
        url = reverse("course-request-resume", args=[asked.pk])
        asked.pool.carry_out(THAW, None, "flere vil med")
        assert "Freeze it first" in client.get(url).content.decode()
        gathered(asked.pool, 2)
        asked.pool.carry_out(FREEZE, None)
        form = client.get(url).context["form"]
        assert form.initial["seats"] == 11
        client.post(url, form.initial)
        assert states(asked)[0] == ASKING
        assert asked.seats == 11

    def test_whatever_happened_to_it_nobody_is_asked_in_vain(self, asked: CourseRequest, work: Work) -> None:
        Pool.objects.update(state=PoolState.ARRANGED)
        carry_on(asked.pk, timezone.now() + timedelta(days=9))
        assert work() == 0
        assert states(asked)[0] == DECIDING
        assert "Freeze it first" in asked.events.get().why


class TestOfANeed:
    @pytest.fixture
    def asked(self, agency: Organisation) -> CourseRequest:
        need = CompetenceNeedFactory.create(headcount=7, handled_by=agency)
        request = CourseRequestFactory.create(pool=None, need=need)
        BidFactory.create(request=request, made=True)
        return request

    @pytest.mark.parametrize("act", [WITHDRAW, GIVE_UP, EXPIRE])
    def test_that_is_closed_the_request_is_called_off(self, asked: CourseRequest, act: Act) -> None:
        assert asked.need
        asked.need.carry_out(act, None)
        assert states(asked) == [CANCELLED, BidState.LOST]

    def test_that_is_being_clarified_or_in_a_pool_nobody_else_is_asked(self, asked: CourseRequest) -> None:
        assert asked.need
        asked.need.carry_out(CLARIFY, None)
        carry_on(asked.pk)
        assert states(asked) == [DECIDING, BidState.GIVEN]
        pooled = CourseRequestFactory.create(
            pool=None,
            need=CompetenceNeedFactory.create(state=NeedState.POOLED, handled_by=OrganisationFactory.create()),
        )
        carry_on(pooled.pk)
        assert states(pooled)[0] == DECIDING
        assert "providers are asked for the pool" in pooled.events.get().why


class TestAskingMore:
    def url(self, asked: CourseRequest) -> str:
        return reverse("course-request-resume", args=[asked.pk])

    def test_after_the_last_day_until_a_later_one(
        self, client: Client, broker: User, asked: CourseRequest, work: Work
    ) -> None:
        CourseRequest.objects.filter(pk=asked.pk).update(answer_by=YESTERDAY, last_asked_at=timezone.now())
        carry_on(asked.pk)
        assert states(asked)[0] == DECIDING
        form = client.get(self.url(asked)).context["form"]
        late = client.post(self.url(asked), {**form.initial, "answer_by": f"{YESTERDAY}"})
        assert "Choose today or a later day." in late.content.decode()
        client.post(self.url(asked), form.initial)
        work()
        assert states(asked) == [ASKING, BidState.GIVEN, BidState.ASKED, BidState.ASKED]
        assert asked.answer_by > YESTERDAY
        assert asked.events.get(act="resume").by == broker

    def test_with_enough_bids_for_more_of_them(
        self, client: Client, broker: User, asked: CourseRequest, work: Work
    ) -> None:
        CourseRequest.objects.filter(pk=asked.pk).update(enough_bids=1)
        carry_on(asked.pk)
        assert states(asked)[0] == DECIDING
        form = client.get(self.url(asked)).context["form"]
        assert form.initial["enough_bids"] == 2
        few = client.post(self.url(asked), {**form.initial, "enough_bids": 1})
        assert "There is 1 bid already." in few.content.decode()
        client.post(self.url(asked), form.initial)
        work()
        assert states(asked)[0] == ASKING

    def test_when_nobody_is_left_it_says_so(self, client: Client, broker: User, asked: CourseRequest) -> None:
        asked.carry_out(STOP, None)
        asked.bids.exclude(state=BidState.GIVEN).update(state=BidState.DECLINED, reason="capacity")
        shown = client.get(asked.get_absolute_url()).content.decode()
        assert "Put another provider on the list first." in shown
        assert client.post(self.url(asked), {}).status_code == 403
