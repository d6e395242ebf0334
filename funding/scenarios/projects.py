"""What a scenario means for one project: its gap, what each funder then pays of it, and the least that saves it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from funding.scenarios.answers import Cause, Outcome, ProjectOutcome, Risk, ShareAfter
from funding.scenarios.facts import GRID, Costs, Inputs, TrancheFact, kroner, ore
from funding.scenarios.sharing import Shared

ROOTS = ("cut_directly", "frame_short", "allocation_below", "already_failed")
"""Causes that come from outside; the others follow when money in the project falls."""


@dataclass(frozen=True)
class Project:
    key: int
    tranches: Sequence[TrancheFact]
    caps: Mapping[int, int]
    """By funder, in ten-thousandths."""
    costs: int
    """By its plan, or 0."""

    @cached_property
    def known(self) -> int:
        return sum(ore(one.amount) for one in self.tranches)

    @cached_property
    def whole(self) -> int:
        """What it costs: by its plan, or what is known to be promised when that is more."""
        return max(self.costs, self.known)

    @property
    def other(self) -> int:
        """What is paid by others than those who have promised something here."""
        return self.whole - self.known

    @cached_property
    def holding(self) -> dict[int, int]:
        """The caps that hold today. One that does not is not the change's doing."""
        today = self.today
        return {funder: cap for funder, cap in self.caps.items() if self.of(funder, today) * GRID <= cap * self.whole}

    @property
    def today(self) -> dict[int, int]:
        return {one.key: ore(one.amount) for one in self.tranches}

    def of(self, funder: int, amounts: Mapping[int, int]) -> int:
        return sum(amounts[one.key] for one in self.tranches if one.funder == funder)

    def least_under_caps(self, given: Mapping[int, int]) -> int:
        """How much more must be paid for no cap to bind, when costs are what is paid; 0 or less when none does."""
        whole = self.other + sum(given[one.key] for one in self.tranches)
        wanted = [-(-self.of(funder, given) * GRID // cap) for funder, cap in self.holding.items() if cap]
        return max(wanted, default=0) - whole


def outcome_of(
    project: Project, outcomes: Sequence[Outcome], given: Mapping[int, int], shared: Shared, inputs: Inputs
) -> ProjectOutcome:
    """`given` is what frames and conditions leave of each tranche, `shared` what caps leave of that."""
    fallen = [one for one in outcomes if one.falls]
    gap = Risk.of([one.lost for one in fallen])
    fill = _outside(fallen, inputs.left)
    if inputs.costs == Costs.CUT and (under_caps := project.least_under_caps(given)) > 0:
        fill = Risk(kroner(under_caps) if fill.unknown else min(fill.known, kroner(under_caps)))
    back = kroner(shared.back.get(project.key, 0))
    return ProjectOutcome(project.key, gap, fill, back, _shares(project, given, shared, inputs.costs))


def _outside(fallen: Sequence[Outcome], left: int) -> Risk:
    """What has to come from outside for nothing to fall: what is lost first, not what is lost because of that.

    Of money that only waits for an allocation, what the allocation is short of, when that is less.
    """
    lost = [_lost(cause, outcomes, left) for cause, outcomes in _by_root(fallen).items()]
    return Risk(sum((one.known for one in lost), Decimal(0)), sum(one.unknown for one in lost))


def _by_root(fallen: Sequence[Outcome]) -> dict[Cause | None, list[Outcome]]:
    """By the one thing from outside that they fall for; None for what falls for several."""
    found = defaultdict[Cause | None, list[Outcome]](list)
    for one in fallen:
        roots = [cause for cause in one.causes if cause.code in ROOTS]
        if roots:
            found[roots[0] if len(roots) == 1 else None].append(one)
    return found


def _lost(cause: Cause | None, outcomes: Sequence[Outcome], left: int) -> Risk:
    lost = Risk.of([one.lost for one in outcomes])
    if cause and cause.code == "allocation_below" and isinstance(cause.of[3], int) and isinstance(cause.of[4], int):
        short = kroner(cause.of[3] - cause.of[4] * left // GRID)
        return Risk(short) if lost.unknown or short < lost.known else lost
    return lost


def _shares(project: Project, given: Mapping[int, int], shared: Shared, costs: Costs) -> tuple[ShareAfter, ...]:
    paid = {funder: shared.granted.get((project.key, funder), project.of(funder, given)) for funder in project.caps}
    whole = project.whole
    if costs == Costs.CUT:
        rest = sum(shared.after[one.key] for one in project.tranches if one.funder not in project.caps)
        whole = project.other + rest + sum(paid.values())
    return tuple(
        ShareAfter(
            funder,
            Decimal(cap).scaleb(-4),
            _percent(project.of(funder, project.today), project.whole),
            _percent(paid[funder], whole),
            is_bound=paid[funder] < project.of(funder, given),
            is_over_today=funder not in project.holding,
        )
        for funder, cap in sorted(project.caps.items())
    )


def _percent(part: int, whole: int) -> Decimal | None:
    """With two decimals, halves up."""
    return Decimal((part * 2 * GRID + whole) // (2 * whole)).scaleb(-2) if whole else None
