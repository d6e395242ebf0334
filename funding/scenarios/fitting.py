"""Fits what has been promised into what is left: the surest first, then by a rule. All in øre.

What has been paid is gone and comes before everything. A pot is filled strictly in order: the one at the edge gets the
rest, those after it nothing, so that a larger pot never serves anybody worse.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from funding.scenarios.facts import GRID, Fit, TrancheFact, ore

CLASSES = {"released": 0, "used_up": 0, "settled": 0, "firm": 1, "conditional": 2, "held_out": 3}
Group = Sequence[TrancheFact]
"""Those that share what is left, in proportion to what they lack."""


class Place(NamedTuple):
    """Where a tranche stands in the order of a pot."""

    before: int
    """What all have been paid, and what those before it lack."""
    wanted: int
    """What its group lacks."""
    own: int
    """What it lacks itself."""
    paid: int
    is_known: bool

    @property
    def need(self) -> int:
        """How large the pot has to be for it to stay whole. Of unknown amount: what is known of what precedes it."""
        return self.before + self.wanted if self.own or not self.is_known else 0

    def given(self, size: int, left: int = GRID) -> int:
        """What it gets of a pot of this size of which so many ten-thousandths are left, rounded down."""
        rest = min(max(0, size * left - self.before * GRID), self.wanted * GRID)
        return self.paid + (self.own * rest // (self.wanted * GRID) if self.wanted else 0)


def in_order(tranches: Iterable[TrancheFact], rule: Fit) -> list[Group]:
    if rule == Fit.PRO_RATA:
        ordered = sorted(tranches, key=lambda one: (CLASSES[one.state], one.key))
        return [list(group) for _class, group in groupby(ordered, key=lambda one: CLASSES[one.state])]
    by_age = rule == Fit.OLDEST
    return [[one] for one in sorted(tranches, key=lambda one: _rank(one, 0 if by_age else one.priority))]


def _rank(tranche: TrancheFact, priority: int) -> tuple[int, int, date, int]:
    return CLASSES[tranche.state], priority, tranche.decided_on or date.max, tranche.key


def unpaid(tranche: TrancheFact) -> int:
    return max(0, ore(tranche.amount) - ore(tranche.paid))


def places(groups: Sequence[Group]) -> dict[int, Place]:
    """By key."""
    before = sum(ore(one.paid) for group in groups for one in group)
    found = dict[int, Place]()
    for group in groups:
        wanted = sum(map(unpaid, group))
        for one in group:
            found[one.key] = Place(before, wanted, unpaid(one), ore(one.paid), one.amount is not None)
        before += wanted
    return found
