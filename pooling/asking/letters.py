"""The e-mails of a course request, to its providers and its firms, written in the transaction of what they tell of."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from partners.models import User
from pooling.models import Bid, BidState, Notice, Outcome, PoolMember, Reservation
from pooling.models.members import WITHDRAW
from pooling.models.notices import NoticeKind
from pooling.notices import send_soon, write


def ask(bid: Bid) -> None:
    """Ask a provider for a bid."""
    _write(bid, "ask", "bid_ask", NoticeKind.REQUESTS)


def tell_providers(bids: QuerySet[Bid]) -> None:
    """How it went, to those that made a bid, and that it is over to those that were asked and have not answered.

    The others are not asked any more, not even by what waits to be sent.
    """
    for bid in bids.all():
        Notice.objects.withdraw(f"bid-{bid.pk}-ask")
        if bid.state == BidState.PASSED and Notice.objects.sent(f"bid-{bid.pk}-ask").exists():
            _write(bid, "over", "bid_over", NoticeKind.REQUESTS)
        elif bid.state == BidState.CHOSEN:
            _write(bid, "chosen", "bid_chosen")
        elif bid.state == BidState.LOST:
            _write(bid, "lost", "bid_lost")
    send_soon()


def _write(bid: Bid, what: str, template: str, kind: str = "") -> None:
    joined = Bid.objects.select_related("request__run__municipality", "request__handled_by", "request__created_by")
    bid = joined.select_related("request__municipality", "provider", "municipality").get(pk=bid.pk)
    asked = bid.request
    context = {"bid": bid, "request": asked, "site_url": settings.SITE_URL}
    name, to = f"bid-{bid.pk}-{what}", bid.addresses
    write(name, f"pooling/email/{template}", context, to, bid.language, kind=kind, reply_to=asked.created_by)


def tell_of_seats(kept: Reservation) -> None:
    tell(Outcome.objects.of_seats(kept), timezone.now())


@transaction.atomic
def tell(outcome: Outcome, at: datetime) -> None:
    """The one e-mail a firm gets about its seats: what, where, when, at what price, and how its people enrol."""
    if Outcome.objects.filter(pk=outcome.pk, told_at=None).update(told_at=at):
        broker, url = _broker(outcome), settings.SITE_URL + outcome.get_absolute_url()
        member = PoolMember.objects.present().filter(pool__run=outcome.run, need=outcome.need).first()
        leave = f"{settings.SITE_URL}{member.get_absolute_url()}?answer={WITHDRAW.name}" if member else ""
        context = {"outcome": outcome, "run": outcome.run, "broker": broker, "url": url, "leave_url": leave}
        to, language = outcome.addresses, outcome.language
        write(f"seats-{outcome.pk}", "pooling/email/seats", context, to, language, reply_to=broker)


def tell_of_open_need(given_back: Reservation, by: User) -> None:
    """The brokers of a need whose seats were given back, and which is open again; not who did it."""
    need = given_back.need
    assert need
    for broker in User.objects.brokering_for(need.handled_by_id).exclude(pk=by.pk):
        context = {"kept": given_back, "need": need, "url": settings.SITE_URL + need.get_absolute_url()}
        name = f"given-back-{given_back.pk}-{broker.pk}"
        write(name, "pooling/email/given_back", context, [broker.email], broker.language, reply_to=by)
    send_soon()


def _broker(outcome: Outcome) -> User | None:
    """Who kept the seats; when the firm did so itself, who asked providers for the course."""
    kept = outcome.reservation
    assert kept
    if kept.by and not kept.by.holds(outcome.firm_id):
        return kept.by
    asked = getattr(kept.run, "course_request", None)
    return asked.created_by if asked else None
