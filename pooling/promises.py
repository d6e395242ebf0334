"""What firms that sign up bindingly were told of the course, and whether it still is so."""

from django.utils.translation import gettext as _

from pooling.costs import Costs
from pooling.models import Bid, MemberState, Pool
from pooling.pricing import told_price
from projects.money import nok

PROMISED = ("municipality_id", "earliest_start", "latest_start", "level", "language")


def is_kept(before: Pool, after: Pool) -> bool:
    """Whether a bound firm is still told the same: where, when, how, and no more to pay before any grant."""
    is_same = all(getattr(before, name) == getattr(after, name) for name in PROMISED)
    return is_same and set(before.modes) == set(after.modes) and not _is_dearer(before, after)


def _is_dearer(before: Pool, after: Pool) -> bool:
    """A price is dearer than another; the first that is told is not."""
    was, now = Costs.of(before), Costs.of(after)
    sizes = (after.min_seats, after.max_seats)
    return was is not None and now is not None and any(now.total(size) > was.total(size) for size in sizes)


def broken_by(bid: Bid, pool: Pool | None, seats: int) -> list[str]:
    """In sentences: how a bid differs from what bound firms were told. Empty when no firm is bound."""
    if not pool or not pool.members.seats(MemberState.BINDING):
        return []
    said, other = list[str](), ", ".join(_others(bid, pool))
    if other:
        said.append(_("The firms that signed up bindingly were told something else: %(what)s.") % {"what": other})
    costs = Costs.of(pool)
    if costs and bid.total(seats) > costs.total(seats):
        figures = {"price": nok(bid.a_person(seats)), "told": told_price(costs, seats)}
        said.append(
            _("A person costs %(price)s in this bid. The firms that signed up bindingly were told: %(told)s.") % figures
        )
    return said


def _others(bid: Bid, pool: Pool) -> list[str]:
    first, last, start = pool.earliest_start, pool.latest_start, bid.start
    is_moved = bid.municipality_id and pool.municipality_id and bid.municipality_id != pool.municipality_id
    is_late = start and ((first and start < first) or (last and start > last))
    is_otherwise = bid.mode and pool.modes and bid.mode not in pool.modes
    asked = ((_("When"), is_late), (_("Where"), is_moved), (_("How"), is_otherwise))
    return [term.lower() for term, differs in asked if differs]
