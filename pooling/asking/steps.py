"""When the next providers are asked, and when nobody is asked any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import User
from pooling.asking import letters
from pooling.asking.choosing import state_bars
from pooling.models import Bid, BidState, CourseRequest, RequestState
from pooling.models.bids import ASK_ONE
from pooling.models.requests import STOP
from pooling.notices import send_soon


@dataclass(frozen=True)
class Step:
    """What is to be done now: ask these, stop for this reason, or wait."""

    ask: tuple[Bid, ...] = ()
    stop: str = ""


def next_step(request: CourseRequest, bids: Sequence[Bid], now: datetime) -> Step:
    """The rule, of a request that asks, with its bids in their order and with their reach.

    Enough bids, or the last day past: stop. Else the next batch is asked when the last one has had its days, or has
    answered; with nobody left to ask one waits for those that were asked.
    """
    if sum(bid.state == BidState.GIVEN for bid in bids) >= request.enough_bids:
        return Step(stop=_("There are enough bids."))
    if request.is_late(timezone.localdate(now)):
        return Step(stop=_("The last day to answer has passed."))
    left = [bid for bid in bids if bid.state == BidState.LISTED and bid.is_reachable]
    is_open = any(bid.state == BidState.ASKED for bid in bids)
    if not left and not is_open:
        return Step(stop=_("Everybody who can be asked has answered."))
    waited = request.last_asked_at is None or now >= request.last_asked_at + timedelta(days=request.wait_days)
    return Step(ask=tuple(left[: request.batch_size]) if waited or not is_open else ())


def due(request: CourseRequest, bids: Sequence[Bid], now: datetime) -> Step:
    """As next_step, of any request: when nothing can come of it as its pool or need stands, nobody else is asked."""
    if request.state != RequestState.ASKING:
        return Step()
    barred = state_bars(request)
    return Step(stop=barred) if barred else next_step(request, bids, now)


@transaction.atomic
def carry_on(pk: int, now: datetime | None = None, by: User | None = None) -> None:
    """Do what the rule says of one request. Two at once do it once: the second finds it done."""
    now = now or timezone.now()
    request = CourseRequest.objects.select_for_update(no_key=True).get(pk=pk)
    step = due(request, list(request.bids.with_reach()), now)
    if step.stop:
        request.carry_out(STOP, by, step.stop)
    for bid in step.ask:
        bid.carry_out(ASK_ONE, by)
        letters.ask(bid)
    if step.ask:
        CourseRequest.objects.filter(pk=pk).update(last_asked_at=now)
        send_soon()


def carry_on_all() -> None:
    """Every hour: each request that asks, one after the other."""
    for pk in CourseRequest.objects.filter(state=RequestState.ASKING).order_by("pk").values_list("pk", flat=True):
        carry_on(pk)
