"""What caps on shares take when costs are cut to what is paid, and what falls with that.

The cut is taken from the money that is most exposed to the change already; of the equally exposed from the latest year.
What then fails for want of co-financing frees no room under a cap: a smaller fall must not leave less room for others.
So everything here only shrinks as the factor does, and a tranche that falls at a factor falls at each smaller one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from funding.scenarios.caps import bound
from funding.scenarios.conditions import Links, closure
from funding.scenarios.facts import GRID, TrancheFact, ore


class Row(NamedTuple):
    """A tranche, in øre."""

    key: int
    amount: int
    paid: int


@dataclass
class Shared:
    """What is left after the caps."""

    after: dict[int, int]
    over: set[int] = field(default_factory=set)
    """Those for which there is no room under a cap, also when they fall anyway."""
    failed: set[int] = field(default_factory=set)
    """Those whose co-financing is among them."""
    granted: dict[tuple[int, int], int] = field(default_factory=dict)
    """By project and funder with a cap: what the cap lets it pay."""
    back: dict[int, int] = field(default_factory=dict)
    """By project: what has been paid beyond that."""

    @property
    def fallen(self) -> set[int]:
        return self.over | self.failed


class Sharing:
    """A group of projects whose money hangs together, and the caps that hold for them today."""

    def __init__(
        self,
        tranches: Sequence[TrancheFact],
        caps: Mapping[int, Mapping[int, int]],
        others: Mapping[int, int],
        least: Mapping[int, int],
        links: Links,
    ) -> None:
        """`others` is, by project, what nobody has written down as a tranche: what the costs are more than those."""
        self.paid = {one.key: ore(one.paid) for one in tranches}
        self.caps, self.others, self.links = caps, others, links
        self.capped = defaultdict[tuple[int, int], list[Row]](list)
        """By project and funder, the least exposed first."""
        self.free = defaultdict[int, list[int]](list)
        """By project, the money of funders without a cap."""
        for one in sorted(tranches, key=lambda one: (least.get(one.key, 0), *_latest_last(one))):
            if one.funder in caps.get(one.project, {}):
                self.capped[one.project, one.funder].append(Row(one.key, ore(one.amount), ore(one.paid)))
            else:
                self.free[one.project].append(one.key)

    def settle(self, given: Mapping[int, int]) -> Shared:
        """After the caps, when frames and conditions leave this of each tranche."""
        failed = set[int]()
        while True:
            found = self._share(given, failed)
            failed = failed | closure(found.over, self.links)
            if failed == found.failed:
                return found

    def _share(self, given: Mapping[int, int], failed: set[int]) -> Shared:
        after = dict(given) | {key: self.paid[key] for key in failed}
        found = Shared(after, failed=failed)
        for project, shares in self.caps.items():
            rows = {funder: self.capped[project, funder] for funder in shares}
            granted = {funder: sum(after[one.key] for one in rows[funder]) for funder in shares}
            kept = {funder: sum(one.amount for one in rows[funder] if one.key in failed) for funder in shares}
            other = self.others[project] + sum(after[key] for key in self.free[project])
            paid = bound(granted, other, shares, kept)
            whole = other + sum(paid.values())
            for funder, share in shares.items():
                found.granted[project, funder] = paid[funder]
                self._cut(found, project, rows[funder], share * whole // GRID - kept[funder])
        return found

    def _cut(self, found: Shared, project: int, rows: Sequence[Row], room: int) -> None:
        """Give the room to the funder's tranches in turn."""
        if sum(one.amount for one in rows) <= room:
            return
        taken = planned = 0
        for key, amount, paid in rows:
            if key in found.failed:
                continue
            before = found.after[key]
            kept = max(0, min(before, room - taken))
            taken += before
            planned += amount
            if planned > room and amount > paid:
                found.over.add(key)
            if kept < before:
                found.after[key] = max(kept, paid)
                found.back[project] = found.back.get(project, 0) + max(0, paid - kept)


def _latest_last(one: TrancheFact) -> tuple[bool, int, int]:
    return one.paid < (one.amount or 0), one.year or 9999, one.key
