"""What waits among course requests: for providers to answer, for brokers to ask and to decide."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brokering.permissions import may_broker
from partners.models import User
from partners.waiting import MOST, Waiting
from pooling.models import Bid, CourseRequest, Pool, PoolState, RequestState
from pooling.models.requests import LIVE


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    if user.is_provider:
        yield from _to_answer(user)
    if may_broker(user):
        yield from _to_ask(user)
        yield from _to_decide(user)


def _to_answer(user: User) -> Iterator[Waiting]:
    """Requests that the person's own providers have not answered."""
    bids = Bid.objects.to_answer().of_people(user).for_listing().order_by("request__answer_by", "pk")
    for bid in bids[:MOST]:
        request = bid.request
        text = _("%(people)s, answer by %(day)s") % {
            "people": request.people,
            "day": date_format(request.answer_by),
        }
        yield Waiting(request.title, bid.get_absolute_url(), text, _("Make a bid"), "warning", request.answer_by)


def _to_ask(user: User) -> Iterator[Waiting]:
    """Frozen pools that no provider has been asked for."""
    frozen = Pool.objects.handled_for(user).filter(state=PoolState.FROZEN).exclude(requests__state__in=LIVE)
    for pool in frozen.order_by("updated_at", "pk")[:MOST]:
        yield Waiting(pool.title, reverse("pool-ask", args=[pool.pk]), "", _("Ask providers"), "info")


def _to_decide(user: User) -> Iterator[Waiting]:
    """Requests that have a bid, and those that ask nobody any more and have none."""
    found = Q(state=RequestState.DECIDING) | Q(state=RequestState.ASKING, made__gt=0)
    requests = CourseRequest.objects.visible_to(user).with_bids().filter(found)
    for request in requests.order_by("answer_by", "pk")[:MOST]:
        text = ngettext("%(n)d bid", "%(n)d bids", request.made) % {"n": request.made} if request.made else ""
        is_asking = request.state == RequestState.ASKING
        tag = _("Bids have come") if is_asking else _("Choose a bid") if request.made else _("Nobody has made a bid")
        url = reverse("course-request", args=[request.pk])
        yield Waiting(request.title, url, text, tag, "success" if request.made else "danger", request.answer_by)
