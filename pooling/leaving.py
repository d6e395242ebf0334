"""A firm that leaves a course which is agreed: its provider and those who broker the pool hear of it."""

from typing import Any

from django.utils.translation import gettext as _

from partners.models import User
from partners.models.roles import BROKERING_ROLES
from pooling.models import Bid, BidState, Pool, PoolMember
from pooling.models.members import COUNTED, GONE
from pooling.notices import send_soon, write


def tell_of_leaving(member: PoolMember, by: User | None) -> None:
    """After what a firm said was kept. Brokers who get the alarm of too few seats, and whoever did it, know already."""
    pool = Pool.objects.select_related("run__offer", "handled_by").get(pk=member.pool_id)
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
        roles = {"memberships__organisation": pool.handled_by, "memberships__role__in": BROKERING_ROLES}
        brokers = User.objects.filter(is_active=True, **roles).exclude(pk=by.pk if by else 0)
        for broker in brokers.distinct().order_by("pk"):
            write(f"{name}{broker.pk}", template, context, [broker.email], broker.language)
    send_soon()
