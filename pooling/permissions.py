"""Who may do what with pools. An empty answer means yes; a sentence says why not."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brokering.permissions import may_broker
from partners.models import User
from partners.models.roles import BROKERING_ROLES, NEED_WRITERS
from pooling.models import Pool, PoolMember, PoolState
from pooling.models.members import GONE, INVITE, MEMBER_ACTS
from pooling.models.pools import DISSOLVE, FREEZE, SHRINK, THAW

Actions = dict[str, str]
# What is done on the pool's page; a course is agreed where its bid is chosen, and over when it is noted how it went.
PAGE_ACTS = {act.name: act for act in (FREEZE, THAW, SHRINK, DISSOLVE)}


def may_start_pool(user: User) -> str:
    """Whether this person may begin pools: "" or why not."""
    return "" if may_broker(user) else _("Only those who broker competence gather firms in pools.")


def brokers(user: User, pool: Pool) -> bool:
    return user.holds(pool.handled_by_id, *BROKERING_ROLES)


def answers_for(user: User, member: PoolMember) -> bool:
    """The firm's own people but its readers."""
    return user.holds(member.need.employer_id, *NEED_WRITERS)


def pool_actions(user: User, pool: Pool, gathered: int) -> Actions:
    """For each act on a pool with so many seats, and for changing it, its firms and its costs: "" or why not now."""
    only = "" if brokers(user, pool) else _("Only those who broker the pool can do this.")
    state = _("Not possible while the pool is “%(state)s”.") % {"state": pool.get_state_display()}
    answers = {name: only or ("" if act.possible_from(pool.state) else state) for name, act in PAGE_ACTS.items()}
    answers[FREEZE.name] = answers[FREEZE.name] or _missing(pool.min_seats - gathered)
    again = _("Gather firms again to change this.") if THAW.possible_from(pool.state) else state
    gathering = "" if pool.state == PoolState.GATHERING else again
    return answers | dict.fromkeys(("edit", "add", "invite"), only or gathering)


def _missing(seats: int) -> str:
    if seats <= 0:
        return ""
    return ngettext(
        "%(n)d seat is missing to the least class size.", "%(n)d seats are missing to the least class size.", seats
    ) % {"n": seats}


def member_actions(user: User, member: PoolMember) -> Actions:
    """What the broker may note of a firm, as it was said by telephone or on a visit: "" or why not now."""
    only = "" if brokers(user, member.pool) else _("Only those who broker the pool can do this.")
    state = _("Not possible while the firm’s answer is “%(state)s”.") % {"state": member.get_state_display()}
    over = "" if member.pool.is_live else _("The pool is over.")
    gone = member.why_not_leave(member.pool)
    return {
        name: only or over or (gone if act.target in GONE else "") or ("" if act.possible_from(member.state) else state)
        for name, act in MEMBER_ACTS.items()
        if act != INVITE
    }
