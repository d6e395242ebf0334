"""Firms that were asked into a pool and have not answered: reminded once, then told of to the broker."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import User
from partners.waiting import MOST, Waiting
from pooling.models import MemberState, Notice, Pool, PoolMember, PoolState
from pooling.models.members import INVITE
from pooling.models.notices import NoticeKind
from pooling.notices import write

REMINDED_AFTER = timedelta(days=5)
GIVEN_UP_AFTER = timedelta(days=10)
"""So long after the question without an answer the broker is told, who may telephone."""
LONGEST = timedelta(days=60)
"""After that nobody is reminded who was not before."""
NAME, REMINDER = "pool-member-", "reminder"


def silent(since: datetime) -> QuerySet[PoolMember]:
    """Those asked by then whom the pool still waits for."""
    asked = PoolMember.objects.present().filter(state=MemberState.INVITED, pool__state=PoolState.GATHERING)
    return asked.filter(invited_at__lte=since)


def due(at: datetime) -> list[PoolMember]:
    """Those to remind now: once each time they are asked, as long as they can answer in time."""
    in_time = Q(pool__answer_by=None) | Q(pool__answer_by__gte=timezone.localdate(at))
    asked = silent(at - REMINDED_AFTER).filter(in_time, invited_at__gt=at - LONGEST)
    members = list(asked.select_related("pool__handled_by", "need__employer", "need__request").order_by("pk"))
    names = [name_of(member, REMINDER) for member in members]
    told = set(Notice.objects.filter(name__in=names).values_list("name", flat=True))
    return [member for member, name in zip(members, names, strict=True) if name not in told]


@transaction.atomic
def write_to(member: PoolMember) -> None:
    need = member.need
    context = {"member": member, "pool": member.pool, "url": settings.SITE_URL + member.get_absolute_url()}
    name, template = name_of(member, REMINDER), "pooling/email/pool_reminder"
    to, language = need.contact_addresses, need.contact_language
    write(name, template, context, to, language, kind=NoticeKind.POOLS, reply_to=_asker(member))


def _asker(member: PoolMember) -> User | None:
    """Who asked the firm."""
    asked = member.events.filter(act=INVITE.name).select_related("by").order_by("at", "pk").last()
    return asked.by if asked else None


def withdraw(at: datetime) -> None:
    """What waits to be sent to a firm that has answered meanwhile, or whose pool waits for it no more, is not sent."""
    names = Notice.objects.waiting().filter(name__startswith=NAME).values_list("name", flat=True)
    written = {int(name.removeprefix(NAME).partition("-")[0]) for name in names}
    for pk in written.difference(silent(at).filter(pk__in=written).values_list("pk", flat=True)):
        Notice.objects.withdraw(f"{NAME}{pk}-")


def name_of(member: PoolMember, what: str) -> str:
    """A firm that left and is asked anew is written to anew."""
    return f"{NAME}{member.pk}-{member.invited_at:%Y%m%d%H%M%S%f}-{what}"


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    """One card a pool, for those who broker it."""
    late = silent(timezone.now() - GIVEN_UP_AFTER).filter(pool__in=Pool.objects.handled_for(user)).order_by()
    pools = late.values_list("pool", "pool__title", "pool__answer_by").annotate(n=Count("pk"), at=Max("invited_at"))
    for pk, title, answer_by, firms, at in pools.order_by("at")[:MOST]:
        text = ngettext("%(n)d firm has not answered", "%(n)d firms have not answered", firms) % {"n": firms}
        day = answer_by or timezone.localdate(at) + GIVEN_UP_AFTER
        yield Waiting(title, reverse("pool", args=[pk]), text, _("Ask by telephone"), "warning", day)
