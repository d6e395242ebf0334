"""Who may ask providers, choose among their bids and keep seats. An empty answer means yes; a sentence says why not."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from brokering.models import CompetenceNeed, CourseRun
from brokering.models.needs import COVER, NeedState
from brokering.permissions import handles
from partners.models import User
from partners.models.roles import BROKERING_ROLES, NEED_WRITERS
from pooling.asking.choosing import state_bars
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolState, RequestState, Reservation
from pooling.models.bids import PUT_BACK, REMOVE
from pooling.models.requests import ASK, REQUEST_ACTS, RESUME

Actions = dict[str, str]


def may_ask_for_pool(user: User, pool: Pool) -> str:
    """Whether the person may put a pool to providers now."""
    if not user.holds(pool.handled_by_id, *BROKERING_ROLES):
        return _("Only the broker of the pool can do this.")
    if pool.state != PoolState.FROZEN:
        return _("The pool is “%(state)s”. Freeze it first, so that its seats stay.") % {
            "state": pool.get_state_display()
        }
    return _("The pool is put to providers already.") if pool.requests.live().exists() else ""


def may_ask_for_need(user: User, need: CompetenceNeed, *, is_live: bool) -> str:
    """Whether the person may put a single need to providers now; `is_live`: whether it is put to some already."""
    if not handles(user, need):
        return _("Only the broker who handles the need can do this.")
    if is_live:
        return _("The need is put to providers already.")
    if need.state == NeedState.POOLED:
        return _("The need is in a pool: providers are asked for the pool.")
    if not COVER.possible_from(need.state):
        return _("Not possible while the need is “%(state)s”.") % {"state": need.get_state_display()}
    return ""


def request_actions(user: User, request: CourseRequest) -> Actions:
    """For each act on a request, and for editing it and adding providers: "" or why it is not possible now."""
    brokers = user.holds(request.handled_by_id, *BROKERING_ROLES)
    only = "" if brokers else _("Only the broker of the request can do this.")
    wrong = pgettext("course request", "Not possible while the request is “%(state)s”.")
    wrong %= {"state": request.get_state_display()}
    answers = {name: only or ("" if act.possible_from(request.state) else wrong) for name, act in REQUEST_ACTS.items()}
    is_draft, is_live = request.state == RequestState.DRAFT, request.state in _STILL_OPEN
    answers["edit"] = only or ("" if is_draft else _("What providers were asked for stays as it was."))
    answers["add"] = only or ("" if is_live else wrong)
    for name in (ASK.name, RESUME.name):
        answers[name] = answers[name] or state_bars(request) or _nobody(request)
    return answers


def _nobody(request: CourseRequest) -> str:
    if not request.bids.exists():
        return _("There is nobody on the list yet.")
    if request.state == RequestState.DECIDING and not request.bids.with_reach().filter(_OPEN).exists():
        return _("Everybody who can be asked has answered. Put another provider on the list first.")
    return ""


_OPEN = Q(state=BidState.ASKED) | Q(state=BidState.LISTED, is_reachable=True)
"""Of bids, with their reach: those that can be asked, or were and have not answered."""
_STILL_OPEN = {RequestState.DRAFT, RequestState.ASKING, RequestState.DECIDING}


def bid_actions(request_answers: Actions, bid: Bid) -> Actions:
    """For taking a provider off the list and putting it back: "" or why not; `request_answers`: its request’s."""
    wrong = _("Not possible while the provider is “%(state)s”.") % {"state": bid.get_state_display()}
    return {
        act.name: request_answers["add"] or ("" if act.possible_from(bid.state) else wrong)
        for act in (REMOVE, PUT_BACK)
    }


def may_keep_seats(user: User, run: CourseRun) -> str:
    """Whether the person may keep seats of a run that came of a request: its broker for firms, a firm for itself."""
    if is_broker_of(user, run) or user.is_any(*NEED_WRITERS):
        return ""
    return _("Only the broker and the firms themselves keep seats.")


def release_bars(kept: Reservation, pooled: Collection[int]) -> str:
    """Why seats cannot be given back by themselves: `pooled` are the needs of the run's pool. Empty when they can."""
    if kept.need_id in pooled:
        return _(
            "These seats are the pool’s. They are free when the firm leaves the pool, so that its broker hears of it."
        )
    return _("It is noted how the course went.") if kept.is_noted else ""


def is_broker_of(user: User, run: CourseRun) -> bool:
    return user.holds(run.course_request.handled_by_id, *BROKERING_ROLES)
