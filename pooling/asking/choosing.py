"""The chosen bid becomes a course run with the pool's seats kept; the others are told."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_q.tasks import async_task

from brokering.matching import index
from brokering.models import CompetenceNeed, CourseOffer, CourseRun
from brokering.models.needs import COVER, NeedState
from partners.models import User
from pooling.asking import letters
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolMember, PoolState, Reservation
from pooling.models.bids import WIN
from pooling.models.members import COUNTED
from pooling.models.pools import ARRANGE
from pooling.models.requests import ANSWERABLE, CHOOSE

CHANGED = gettext_lazy("The provider has changed its bid meanwhile. Look at it again before you choose it.")
FROM_REQUEST = "request"
"""Where a course comes from that was made of a bid; its id there is the request's."""
Wanted = Sequence[tuple[CompetenceNeed, int]]
"""Needs, and how many seats each is to get."""


def wanted(request: CourseRequest) -> Wanted:
    """Of a pool: the firms that are interested or bound, the bound first."""
    if request.need:
        return [(request.need, request.need.headcount)]
    members = PoolMember.objects.present().filter(pool=request.pool_id, state__in=COUNTED)
    joined = members.select_related("need__employer").order_by("state", "pk")
    return [(member.need, member.seats) for member in joined]


def seats_wanted(request: CourseRequest) -> int:
    """As firms say today; what providers were asked for stands in the request."""
    return sum(seats for _need, seats in wanted(request))


def why_not(request: CourseRequest, bid: Bid, seats: int, on: date) -> str:
    """Why this bid cannot be chosen now; empty when it can."""
    if request.state not in ANSWERABLE:
        return _("The request is “%(state)s”.") % {"state": request.get_state_display()}
    if bid.state != BidState.GIVEN:
        return _("The provider has made no bid.")
    return _day_bars(bid, on) or state_bars(request) or _size_bars(bid, seats)


def _day_bars(bid: Bid, on: date) -> str:
    if bid.valid_until and bid.valid_until < on:
        return _("The bid was valid until %(day)s. Ask the provider to renew it.") % {
            "day": date_format(bid.valid_until)
        }
    if bid.start and bid.start < on:
        return _("The course would have begun on %(day)s. Ask the provider for a later day.") % {
            "day": date_format(bid.start)
        }
    return ""


def state_bars(request: CourseRequest) -> str:
    """Why nothing can come of the request as its pool or need stands; empty when a course can."""
    if request.pool and request.pool.state != PoolState.FROZEN:
        return _("The pool is “%(state)s”. Freeze it first, so that its seats stay.") % {
            "state": request.pool.get_state_display()
        }
    if request.need and request.need.state == NeedState.POOLED:
        return _("The need is in a pool: providers are asked for the pool.")
    if request.need and not COVER.possible_from(request.need.state):
        return _("The need is “%(state)s”.") % {"state": request.need.get_state_display()}
    return ""


def _size_bars(bid: Bid, seats: int) -> str:
    """Nobody is left without a seat in silence."""
    if seats < (bid.min_seats or 1):
        return ngettext(
            "The provider wants at least %(least)d, and %(n)d seat is wanted.",
            "The provider wants at least %(least)d, and %(n)d seats are wanted.",
            seats,
        ) % {"least": bid.min_seats, "n": seats}
    if seats > (bid.max_seats or 0):
        return ngettext(
            "The provider takes %(most)d at most, and %(n)d seat is wanted.",
            "The provider takes %(most)d at most, and %(n)d seats are wanted.",
            seats,
        ) % {"most": bid.max_seats, "n": seats}
    return ""


@transaction.atomic
def choose(bid: Bid, by: User, why: str, *, is_public: bool = False) -> CourseRun:
    """ValidationError, with nothing changed, when it is not possible any more, or `bid` is not what it was."""
    request, version = _locked(bid.request_id), bid.version
    bid = Bid.objects.select_for_update(of=("self",)).select_related("provider", "municipality").get(pk=bid.pk)
    seats = wanted(request)
    total = sum(count for _need, count in seats)
    if barred := why_not(request, bid, total, timezone.localdate()):
        raise ValidationError(barred)
    if bid.version != version:
        raise ValidationError(CHANGED)
    run = _run(request, bid, total, is_public=is_public)
    kept = [Reservation.objects.take(run, need.employer, count, need=need, by=by) for need, count in seats]
    request.carry_out(CHOOSE, by, why, run=run)
    bid.carry_out(WIN, by, why)
    _arranged(request, bid, run, by, why)
    for seats_of_firm in kept:
        letters.tell_of_seats(seats_of_firm)
    request.bids.close(by)
    return run


def _locked(pk: int) -> CourseRequest:
    """With its pool, so that no firm leaves while its seats are counted. The pool first, as its own acts do."""
    pool = Pool.objects.select_for_update(of=("self",), no_key=True).filter(requests=pk).first()
    request = CourseRequest.objects.select_for_update(no_key=True).get(pk=pk)
    request.pool = pool
    return request


def _run(request: CourseRequest, bid: Bid, seats: int, *, is_public: bool) -> CourseRun:
    """A run of a course of its own: what is on the public list stays as its provider wrote it."""
    offer = CourseOffer.objects.create(
        title=request.title,
        provider=bid.provider,
        description=request.description,
        level=request.level,
        language=request.language,
        modes=[bid.mode] if bid.mode else [],
        price_nok=bid.a_person(seats),
        source=FROM_REQUEST,
        source_id=str(request.pk),
        is_published=is_public,
        is_demo=request.is_demo,
    )
    offer.competences.set(request.competences.all())
    offer.municipalities.set([bid.municipality] if bid.municipality else [])
    run = offer.runs.create(
        mode=bid.mode,
        municipality=bid.municipality,
        place=bid.place,
        start=bid.start,
        end=bid.end,
        times=bid.times,
        seats=bid.max_seats,
        price_nok=bid.a_person(seats),
    )
    index.refresh([offer.pk])
    if is_public:
        async_task("brokering.jobs.meet_needs", [offer.pk])
    return run


def _arranged(request: CourseRequest, bid: Bid, run: CourseRun, by: User, why: str) -> None:
    """The pool has its course, at what the provider asks for it and of its sizes; a single need is covered."""
    if request.pool:
        costs = {"fixed_cost_nok": bid.fixed_price_nok, "seat_cost_nok": bid.seat_price_nok}
        sizes = {"min_seats": bid.min_seats, "max_seats": bid.max_seats}
        request.pool.carry_out(ARRANGE, by, why, run=run, **costs, **sizes)
    elif request.need:
        request.need.carry_out(COVER, by, why)


@transaction.atomic
def cancel(request: CourseRequest, by: User, why: str) -> None:
    _locked(request.pk).call_off(by, why)
