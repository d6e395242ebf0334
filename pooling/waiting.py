"""What waits for a person among pools: a generator for each kind."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from brokering.permissions import may_broker
from partners.models import Organisation, User
from partners.models.roles import NEED_WRITERS
from partners.waiting import MOST, NextAct, Waiting
from pooling.models import CourseRequest, Pool, PoolAlarm, PoolMember, PoolState, RequestState
from pooling.models.pools import FREEZE


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    yield from _questions(user)
    if may_broker(user):
        yield from _alarms(user, on)
        yield from _called_off(user, on)
        yield from _full(user)


def _questions(user: User) -> Iterator[Waiting]:
    """Pools into which the person's own firms are asked."""
    firms = Organisation.objects.with_role(user, *NEED_WRITERS)
    for member in PoolMember.objects.waiting_for_answer().filter(need__employer__in=firms).for_listing()[:MOST]:
        pool, text = member.pool, str(member.need)
        yield Waiting(pool.title, member.get_absolute_url(), text, _("Say yes or no"), "warning", pool.answer_by)


def _alarms(user: User, on: date) -> Iterator[Waiting]:
    """Pools that have fallen below their least class size: today's work."""
    alarms = PoolAlarm.objects.standing().filter(pool__in=Pool.objects.handled_for(user)).select_related("pool")
    for alarm in alarms[:MOST]:
        text = _("%(seats)d of at least %(least)d seats") % {"seats": alarm.seats, "least": alarm.min_seats}
        yield Waiting(alarm.pool.title, alarm.pool.get_absolute_url(), text, _("Too few seats"), "danger", on)


def _called_off(user: User, on: date) -> Iterator[Waiting]:
    """Agreed courses that their provider has called off: firms and needs wait until their broker does so too."""
    agreed = CourseRequest.objects.visible_to(user).filter(state=RequestState.CHOSEN, run__cancelled_at__isnull=False)
    stranded = agreed.exclude(run__reservations__outcome__completed__isnull=False)
    for request in stranded.select_related("run__offer__provider").order_by("run__cancelled_at", "pk")[:MOST]:
        assert request.run
        provider, url = request.run.offer.provider.name, reverse("run-call-off", args=[request.run_id])
        yield Waiting(request.title, url, provider, _("The provider has called the course off"), "danger", on)


def _full(user: User) -> Iterator[Waiting]:
    """Pools that have come together: they can be frozen and put to providers."""
    pools = Pool.objects.handled_for(user).filter(state=PoolState.GATHERING).enough()
    for pool in pools.order_by("-created_at", "-pk")[:MOST]:
        act = NextAct(FREEZE.label, reverse("pool-act", args=[pool.pk, FREEZE.name]))
        yield Waiting(pool.title, pool.get_absolute_url(), "", _("Enough seats"), "success", pool.answer_by, act)
