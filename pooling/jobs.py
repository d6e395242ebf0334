"""E-mails about pools: firms are asked in, anew, and told that it is over; brokers hear that one falls short."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from partners.digest import Section, unsubscribe_url, wants
from partners.models import User
from pooling.models import MemberState, Pool, PoolAlarm, PoolMember
from pooling.models.members import ASK_ANEW, BIND, DECLINE, INVITE, SHOW_INTEREST
from pooling.models.notices import NoticeKind
from pooling.models.pools import DISSOLVE
from pooling.notices import send_soon, write
from pooling.page import pool_facts
from pooling.pricing import price_facts
from pooling.reminders import name_of


def invite(members: list[PoolMember], by: User) -> int:
    """Ask firms into a pool, and say how many were: nobody when binding seats fill the class, nobody twice."""
    asked = 0
    for member in members:
        with member.pool.watched() as pool:
            stored = PoolMember.objects.for_listing().get(pk=member.pk)
            full = pool.members.seats("binding") >= pool.max_seats
            if not full and INVITE.possible_from(stored.state):
                _ask(stored, by)
                asked += 1
    send_soon()
    return asked


def _ask(member: PoolMember, by: User) -> None:
    member.carry_out(INVITE, by, invited_at=timezone.now())
    _write(member, by, name_of(member, "question"), "invitation", _question(member, by), NoticeKind.POOLS)


def _question(member: PoolMember, by: User) -> dict[str, Any]:
    pool, url = member.pool, settings.SITE_URL + member.get_absolute_url()
    return {
        "asker": by,
        "facts": lambda: [*pool_facts(pool), *price_facts(pool)],
        "links": [(act.label, f"{url}?answer={act.name}") for act in (BIND, SHOW_INTEREST, DECLINE)],
    }


def _write(member: PoolMember, by: User, name: str, template: str, context: dict[str, Any], kind: str = "") -> None:
    to, language = member.need.contact_addresses, member.need.contact_language
    about = {"member": member, "pool": member.pool, **context}
    write(name, f"pooling/email/{template}", about, to, language, kind=kind, reply_to=by)


@transaction.atomic
def ask_anew(pool: Pool, by: User) -> list[PoolMember]:
    """Firms that are bound to what is no more so are free, and asked by e-mail: those."""
    bound = list(pool.members.present().filter(state=MemberState.BINDING).for_listing())
    for member in bound:
        member.carry_out(ASK_ANEW, by, translate("The course was changed."))
        name = f"pool-changed-{member.pk}-{timezone.now():%Y%m%d%H%M%S%f}"
        _write(member, by, name, "asked_anew", _question(PoolMember.objects.for_listing().get(pk=member.pk), by))
    send_soon()
    return bound


@transaction.atomic
def dissolve(pool: Pool, by: User, why: str, *, is_told: bool) -> None:
    """The firms that know of the pool hear that it is over; the reason, which may name another firm, when it is told.

    Those that agreed to something hear it in any case.
    """
    locked = Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)
    asked = list(locked.members.present().exclude(state=MemberState.ADDED).for_listing())
    pool.carry_out(DISSOLVE, by, why)
    for member in asked:
        kind = "" if member.is_counted else NoticeKind.POOLS
        _write(member, by, f"pool-dissolved-{member.pk}", "dissolved", {"why": why if is_told else ""}, kind)
    send_soon()


@transaction.atomic
def tell_of_alarm(pk: int) -> None:
    """Tell those who broker a pool that seats are missing; once, unless there are enough again."""
    alarm = PoolAlarm.objects.select_for_update(of=("self",)).select_related("pool__handled_by").get(pk=pk)
    if alarm.told_at or alarm.settled_at:
        return
    PoolAlarm.objects.filter(pk=pk).update(told_at=timezone.now())
    for broker in User.objects.brokering_for(alarm.pool.handled_by_id):
        if wants(broker, Alarms.name):
            url, stop = settings.SITE_URL + alarm.pool.get_absolute_url(), unsubscribe_url(broker, Alarms.name)
            context = {"alarm": alarm, "pool": alarm.pool, "url": url, "stop_url": stop}
            write(f"{alarm.name}{broker.pk}", "pooling/email/alarm", context, [broker.email], broker.language)
    send_soon()


class Alarms:
    """A kind of e-mail that brokers can refuse among those of the week; it comes when it happens."""

    name = "pool-alarm"
    label = _("At once: a pool has too few seats")
    is_at_once = True

    def is_for(self, user: User) -> bool:
        return user.is_broker

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        """What still lacks seats stands among what waits."""
        return []
