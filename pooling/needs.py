"""What needs ask of their pools (brokering/pools.py), answered."""

from collections.abc import Mapping

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brokering.models import CompetenceNeed, CourseOffer, CourseRun
from brokering.models.needs import COVER, POOL, NeedState
from brokering.permissions import handles
from brokering.pools import Asking, Pools, ShownPool, ShownRequest
from partners.acts import Act
from partners.models import User
from partners.models.roles import BROKERING_ROLES
from pooling.asking.permissions import may_ask_for_need, may_keep_seats
from pooling.leaving import tell_of_leaving
from pooling.models import Pool, PoolMember, RequestState, Reservation
from pooling.models.members import WITHDRAW
from pooling.models.requests import LIVE
from pooling.models.reservations import why_not_take


class PoolsOfNeeds(Pools):
    def kept_seats(self, offer: CourseOffer) -> Mapping[int, int]:
        kept = Coalesce(Sum("seats", filter=Q(released_at=None)), 0)
        runs = Reservation.objects.filter(run__offer=offer).order_by().values("run").annotate(kept=kept)
        return dict(runs.values_list("run", "kept"))

    def leave(self, need: CompetenceNeed, act: Act, by: User | None, why: str) -> None:
        """Nothing is asked for it any more. One that is covered by a course keeps its seats, with or without a pool.

        Any other gives back the seats of courses that are not over, before its firm leaves: who leaves does not open
        a need that is on its way elsewhere.
        """
        member = PoolMember.objects.present().filter(need=need).first()
        pool = Pool.objects.select_for_update(no_key=True).get(pk=member.pool_id) if member else None
        need.course_requests.call_off(by, why or _("The need was closed."))
        if act == COVER and (not pool or pool.run_id):
            return
        for kept in Reservation.objects.held().ahead(timezone.localdate()).filter(need=need):
            kept.release()
        if member and pool and pool.is_live:
            member.carry_out(WITHDRAW, by, why or _("The need was closed."))
            tell_of_leaving(member, by)
        elif member:
            member.leave()

    def of(self, need: CompetenceNeed, user: User) -> ShownPool | None:
        is_in_one = need.state in (NeedState.POOLED, NeedState.COVERED)
        member = PoolMember.objects.present().filter(need=need).first() if is_in_one else None
        pool = member and Pool.objects.visible_to(user).filter(pk=member.pool_id).first()
        if not pool:
            return None
        seats = _("%(seats)d of at least %(least)d seats gathered") % {
            "seats": pool.class_seats,
            "least": pool.min_seats,
        }
        return ShownPool(pool.title, pool.get_absolute_url(), pool.get_state_display(), seats)

    def asking(self, need: CompetenceNeed, user: User) -> Asking:
        asked = need.course_requests.exclude(state=RequestState.CANCELLED).first()
        is_live = asked is not None and asked.state in LIVE
        address = "" if may_ask_for_need(user, need, is_live=is_live) else reverse("need-ask", args=[need.pk])
        if not asked or not user.holds(asked.handled_by_id, *BROKERING_ROLES):
            return Asking(None, address)
        shown = ShownRequest(asked.title, asked.get_absolute_url(), asked.get_state_display(), asked.state_color)
        return Asking(shown, address)

    def seats_addresses(self, offer: CourseOffer, user: object) -> dict[int, str]:
        if not isinstance(user, User):
            return {}
        runs = CourseRun.objects.filter(offer=offer, course_request__isnull=False).select_related("course_request")
        today = timezone.localdate()
        possible = [run for run in runs if not (may_keep_seats(user, run) or why_not_take(run, today))]
        return {run.pk: reverse("run-seats", args=[run.pk]) for run in possible}

    def start_address(self, need: CompetenceNeed, user: User) -> str:
        may = handles(user, need) and POOL.possible_from(need.state)
        return f"{reverse('pool-create')}?need={need.pk}" if may else ""
