"""Firms that were asked into a pool and have not answered: reminded once, then told of to the broker."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import User
from partners.waiting import MOST, Waiting
from pooling.models import MemberState, Notice, Pool, PoolMember, PoolState
from pooling.notices import write

REMINDED_AFTER = timedelta(days=5)
GIVEN_UP_AFTER = timedelta(days=10)
"""So long after the question without an answer the broker is told, who may telephone."""
NAME = "pool-member-"


def silent(since: datetime) -> QuerySet[PoolMember]:
    """Those asked by then whom the pool still waits for."""
    asked = PoolMember.objects.present().filter(state=MemberState.INVITED, pool__state=PoolState.GATHERING)
    return asked.filter(invited_at__lte=since)


@transaction.atomic
def write_all(at: datetime) -> None:
    """Once each time a firm is asked. What is not sent yet to a firm that has answered meanwhile is not sent."""
    members = silent(at - REMINDED_AFTER).select_related("pool", "need__employer", "need__request").order_by("pk")
    names = {_name(member): member for member in members}
    for name in Notice.objects.waiting().filter(name__startswith=NAME).values_list("name", flat=True):
        if name not in names:
            Notice.objects.withdraw(name)
    told = set(Notice.objects.filter(name__in=names).values_list("name", flat=True))
    for name, member in names.items():
        if name not in told:
            url = settings.SITE_URL + reverse("pool-answer", args=[member.token])
            need = member.need
            context = {"member": member, "pool": member.pool, "url": url}
            write(name, "pooling/email/pool_reminder", context, need.contact_addresses, need.contact_language)


def _name(member: PoolMember) -> str:
    """A firm that left and is asked anew is reminded anew."""
    return f"{NAME}{member.pk}-{member.invited_at:%Y%m%d%H%M}"


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    """One card a pool, for those who broker it."""
    late = silent(timezone.now() - GIVEN_UP_AFTER).filter(pool__in=Pool.objects.handled_for(user)).order_by()
    pools = late.values_list("pool", "pool__title", "pool__answer_by").annotate(n=Count("pk"), at=Max("invited_at"))
    for pk, title, answer_by, firms, at in pools.order_by("at")[:MOST]:
        text = ngettext("%(n)d firm has not answered", "%(n)d firms have not answered", firms) % {"n": firms}
        day = answer_by or timezone.localdate(at) + GIVEN_UP_AFTER
        yield Waiting(title, reverse("pool", args=[pk]), text, _("Ask by telephone"), "warning", day)
