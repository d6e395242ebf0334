"""E-mails about pools. Each job may be done again without harm: who finds it done sends nothing."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from partners.letters import letter
from partners.models import User
from partners.models.roles import BROKERING_ROLES
from pooling.models import PoolAlarm, PoolMember, PoolState
from pooling.models.members import BIND, DECLINE, INVITE, SHOW_INTEREST
from pooling.page import pool_facts
from pooling.pricing import price_facts


@transaction.atomic
def send_invitation(pk: int, by: int) -> None:
    """Ask a firm into a pool, unless it has been asked, or the class is full of binding seats meanwhile.

    Should the worker die between mail and commit, the mail goes out again with the same Message-ID.
    """
    with PoolMember.objects.for_listing().get(pk=pk).pool.watched() as pool:
        member = PoolMember.objects.for_listing().get(pk=pk)
        full = pool.members.seats("binding") >= pool.max_seats
        to = member.need.contact_addresses
        if pool.state != PoolState.GATHERING or full or not to or not INVITE.possible_from(member.state):
            return
        _ask(member, User.objects.get(pk=by), to)


def _ask(member: PoolMember, asker: User, to: list[str]) -> None:
    member.carry_out(INVITE, asker, invited_at=timezone.now())
    pool, url = member.pool, settings.SITE_URL + member.get_absolute_url()
    with translation.override(member.need.contact_language):
        facts = [*pool_facts(pool), *price_facts(pool)]
        links = [(act.label, f"{url}?answer={act.name}") for act in (BIND, SHOW_INTEREST, DECLINE)]
        context = {"member": member, "pool": pool, "asker": asker, "facts": facts, "links": links}
        message = letter("pooling/email/invitation", context, to, f"pool-{member.token[:20]}")
    message.reply_to = [asker.email]
    message.send()


@transaction.atomic
def tell_of_alarm(pk: int) -> None:
    """Tell those who broker a pool that seats are missing, each in their language; once, unless there are enough."""
    alarm = PoolAlarm.objects.select_for_update(of=("self",)).select_related("pool__handled_by").get(pk=pk)
    if alarm.told_at or alarm.settled_at:
        return
    PoolAlarm.objects.filter(pk=pk).update(told_at=timezone.now())
    brokers = {"memberships__organisation": alarm.pool.handled_by, "memberships__role__in": BROKERING_ROLES}
    for broker in User.objects.filter(is_active=True, **brokers).distinct().order_by("pk"):
        with translation.override(broker.language):
            context = {"alarm": alarm, "pool": alarm.pool, "url": settings.SITE_URL + alarm.pool.get_absolute_url()}
            letter("pooling/email/alarm", context, [broker.email], f"pool-alarm-{pk}-{broker.pk}").send()
