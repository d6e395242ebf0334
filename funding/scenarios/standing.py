"""How each tranche stands before any cap: what pulls at it, and from which factor downwards it gives way.

A tranche stands at a factor when no strain on it begins above that factor; so its break-even is its worst strain.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from funding.scenarios.answers import Cause, Strain
from funding.scenarios.conditions import co_financing, condition_strains, spread
from funding.scenarios.facts import Facts, Inputs, TrancheFact, ore
from funding.scenarios.pots import shares_of_pots


class Standing:
    """All dictionaries are by key of tranche; what is not there has no strain."""

    def __init__(self, facts: Facts, inputs: Inputs) -> None:
        self.shares = shares_of_pots(facts, inputs)
        self.strains = defaultdict[int, list[Strain]](list)
        for key, strain in condition_strains(facts, inputs):
            self.strains[key].append(strain)
        self.links = co_financing(facts.tranches)
        self.supports = _turned(self.links)
        own = {key: max(strain.least for strain in strains) for key, strains in self.strains.items()}
        pots = {key: share.least for key, share in self.shares.items()}
        worst = {key: max(own.get(key, 0), pots.get(key, 0)) for key in own.keys() | pots.keys()}
        self.least = spread(worst, self.links)
        self.failing = {key: self._failing(key, own) for key in own.keys() | self.supports.keys()}
        """How much must be left for its conditions to hold."""

    def _failing(self, key: int, own: Mapping[int, int]) -> int:
        return max([own.get(key, 0), *(self.least.get(other, 0) for other, _cause in self.supports.get(key, ()))])

    def falls(self, key: int, left: int) -> bool:
        return self.least.get(key, 0) > left

    def given(self, tranche: TrancheFact, left: int) -> int:
        """What its frame and its conditions leave of it, in øre. What a failed condition frees goes to nobody else."""
        if self.failing.get(tranche.key, 0) > left:
            return ore(tranche.paid)
        share = self.shares.get(tranche.key)
        return share.given(left) if share else max(ore(tranche.amount), ore(tranche.paid))

    def causes(self, key: int, left: int, fallen: Collection[int]) -> Iterator[Cause]:
        """Why it falls; `fallen` are all that do."""
        share = self.shares.get(key)
        if share and share.least > left:
            yield share.strain.cause
        yield from (strain.cause for strain in self.strains.get(key, ()) if strain.least > left)
        yield from dict.fromkeys(cause for other, cause in self.supports.get(key, ()) if other in fallen)


def _turned(links: Mapping[int, list[tuple[int, Cause]]]) -> dict[int, list[tuple[int, Cause]]]:
    found = defaultdict[int, list[tuple[int, Cause]]](list)
    for key, others in links.items():
        for other, cause in others:
            found[other].append((key, cause))
    return found
