"""Which money falls together, and what that does to each tranche of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from funding.scenarios.answers import NEVER, Cause, Strain
from funding.scenarios.facts import GRID, Facts, Fit, Inputs, TrancheFact, ore
from funding.scenarios.fitting import Place, in_order, places


@dataclass(frozen=True)
class Share:
    """A tranche's place in the pot that it is paid from."""

    place: Place
    size: int
    """Of the pot today, in øre."""
    frame: int | None
    """None when the size of the pot is not known: it is taken to be what has been promised of it."""

    @property
    def least(self) -> int:
        """How many ten-thousandths of the pot must be left for the tranche to stay whole."""
        if self.frame is None and not self.place.is_known:
            return GRID
        if self.place.need <= 0:
            return 0
        return -(-self.place.need * GRID // self.size) if self.size > 0 else NEVER

    @property
    def strain(self) -> Strain:
        needs = (self.frame, self.place.need, self.size)
        return Strain(self.least, Cause("cut_directly") if self.frame is None else Cause("frame_short", needs))

    def given(self, left: int) -> int:
        return self.place.given(self.size, left)


def shares_of_pots(facts: Facts, inputs: Inputs) -> dict[int, Share]:
    """By key of tranche, for the money that the change selects."""
    sizes = _sizes(facts, inputs)
    pots = defaultdict[tuple[object, ...], list[TrancheFact]](list)
    for tranche in facts.tranches:
        if inputs.selection.has(tranche):
            pots[_pot(tranche, sizes)].append(tranche)
    found = dict[int, Share]()
    for pot, tranches in pots.items():
        found |= _shares(tranches, sizes.get(pot[0]), inputs.fit)
    return found


def _sizes(facts: Facts, inputs: Inputs) -> dict[object, tuple[int, int]]:
    """Frames whose size is known. When a scheme falls, only its part of a frame does, and nobody has said how large."""
    if inputs.selection.schemes:
        return {}
    return {("frame", one.key): (one.key, ore(one.size)) for one in facts.frames if one.size is not None}


def _pot(tranche: TrancheFact, sizes: Mapping[object, object]) -> tuple[object, ...]:
    frame = ("frame", tranche.frame)
    return (frame,) if frame in sizes else (None, tranche.funder, tranche.source, tranche.year)


def _shares(tranches: list[TrancheFact], frame: tuple[int, int] | None, rule: Fit) -> dict[int, Share]:
    key, size = frame or (None, sum(max(ore(one.amount), ore(one.paid)) for one in tranches))
    return {one: Share(place, size, key) for one, place in places(in_order(tranches, rule)).items()}
