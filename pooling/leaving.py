"""A firm that leaves a course which is agreed: its provider and those who broker the pool hear of it."""

from typing import Any

from django.utils.translation import gettext as _

from partners.models import User
from pooling.models import Bid, BidState, Pool, PoolMember
from pooling.models.members import COUNTED, GONE
from pooling.notices import send_soon, write


def tell_of_leaving(member: PoolMember, by: User | None) -> None:
    """After what a firm said was kept. Brokers who get the alarm of too few seats, and whoever did it, know already."""
    member = PoolMember.objects.for_listing().get(pk=member.pk)
    pool = Pool.objects.select_related("run__offer").get(pk=member.pool_id)
    said = member.events.order_by("-at", "-pk").first()
    if not pool.run or not said or said.to_state not in GONE or said.from_state not in COUNTED:
        return
    seats = {"seats": pool.class_seats, "least": pool.min_seats}
    context: dict[str, Any] = {
        "member": member,
        "run": pool.run,
        "left": lambda: _("%(seats)d of at least %(least)d seats") % seats,
    }
    name, template = f"left-{said.pk}-", "pooling/email/left"
    bid = Bid.objects.filter(request__run=pool.run, state=BidState.CHOSEN).select_related("request", "provider").first()
    if bid:
        write(f"{name}provider", template, context, bid.addresses, bid.language, reply_to=bid.request.created_by)
    if not pool.alarms.standing().exists():
        for broker in User.objects.brokering_for(pool.handled_by_id).exclude(pk=by.pk if by else 0):
            write(f"{name}{broker.pk}", template, context, [broker.email], broker.language)
    send_soon()
