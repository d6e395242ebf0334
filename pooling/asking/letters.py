"""The e-mails of a course request. Each is sent once: what was sent is noted with the row it was sent for.

Should the worker die between mail and commit, the mail goes out again with the same Message-ID.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from partners.letters import letter
from pooling.models import Bid, BidState, Reservation


@transaction.atomic
def ask(pk: int) -> None:
    """Ask a provider for a bid. Who has answered, or is asked by a request that is over, is left in peace."""
    bid = _bid(pk)
    if bid.mailed_at or bid.state != BidState.ASKED or not bid.may_be_answered or not bid.addresses:
        return
    _send(bid, "bid_ask", "ask")
    Bid.objects.filter(pk=pk).update(mailed_at=timezone.now())


@transaction.atomic
def tell_provider(pk: int) -> None:
    """How it went, to those that made a bid."""
    bid = _bid(pk)
    if bid.told_at or not bid.addresses or bid.state not in {BidState.CHOSEN, BidState.LOST}:
        return
    _send(bid, "bid_chosen" if bid.state == BidState.CHOSEN else "bid_lost", bid.state)
    Bid.objects.filter(pk=pk).update(told_at=timezone.now())


def _bid(pk: int) -> Bid:
    rows = Bid.objects.select_related("request__municipality", "request__handled_by", "request__created_by")
    joined = rows.select_related("request__run__municipality", "provider", "municipality", "offer")
    return joined.select_for_update(of=("self",)).get(pk=pk)


def _send(bid: Bid, template: str, what: str) -> None:
    request = bid.request
    with translation.override(bid.language):
        context = {"bid": bid, "request": request, "site_url": settings.SITE_URL}
        name = f"{what}-{bid.token[:20]}"
        message = letter(f"pooling/email/{template}", context, bid.addresses, name)
    if request.created_by:
        message.reply_to = [request.created_by.email]
    message.send()


@transaction.atomic
def tell_firm(pk: int) -> None:
    """A firm that its seats are kept, and where and when it is."""
    rows = Reservation.objects.select_related("run__offer__provider", "run__municipality", "need__employer", "by")
    kept = rows.select_for_update(of=("self",)).get(pk=pk)
    if kept.told_at or kept.released_at or not kept.need or not (addresses := kept.need.contact_addresses):
        return
    with translation.override(kept.need.contact_language):
        context = {"kept": kept, "run": kept.run, "offer": kept.run.offer, "site_url": settings.SITE_URL}
        message = letter("pooling/email/seats_kept", context, addresses, f"seats-{kept.pk}-{kept.run_id}")
    if kept.by:
        message.reply_to = [kept.by.email]
    message.send()
    Reservation.objects.filter(pk=pk).update(told_at=timezone.now())
