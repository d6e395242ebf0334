"""That pools are proposed, among what waits for a broker."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from brokering.permissions import may_broker
from partners.models import User
from partners.waiting import Waiting
from pooling.models import PoolProposal
from pooling.proposing import told


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    """One card for all of them, for today: each day that it waits, the course can begin a day later."""
    if not may_broker(user):
        return
    found = list(PoolProposal.objects.open().handled_for(user).for_listing())
    if found:
        title = ngettext("%(n)d proposed pool", "%(n)d proposed pools", len(found)) % {"n": len(found)}
        text, seats = str(found[0]), told.missing_seats(_seats(found[0]))
        yield Waiting(title, reverse("pool-proposal-list"), text, seats, "info", on)


def _seats(proposal: PoolProposal) -> int:
    return int(getattr(proposal, "seats", 0))
