"""Which conditions fail when allocations fall, from which factor on, and what falls with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush

from funding.scenarios.answers import NEVER, Cause, Strain
from funding.scenarios.facts import GRID, ConditionFact, Facts, FrameFact, Inputs, TrancheFact, Year, ore

Links = Mapping[int, list[tuple[int, Cause]]]
"""By key of a tranche: those that hang on it as their co-financing, and how to say so."""


def condition_strains(facts: Facts, inputs: Inputs) -> Iterator[tuple[int, Strain]]:
    """By key of tranche, but for co-financing. Released money hangs on nothing, nor firm money on what is met."""
    frames: dict[tuple[int, Year], FrameFact] = {(one.source, one.year): one for one in facts.frames}
    for tranche in facts.tranches:
        for condition in hanging(tranche):
            if condition.state == "not_met":
                yield tranche.key, Strain(NEVER, Cause("already_failed", (condition.key,)))
            elif condition.kind == "allocation" and condition.source is not None:
                frame = frames.get((condition.source, tranche.year))
                yield from _allocation(condition, condition.source, tranche, frame, facts, inputs)


def hanging(tranche: TrancheFact) -> list[ConditionFact]:
    """The conditions that the tranche still hangs on."""
    over = {"held_out": ("waived",), "conditional": ("waived",), "firm": ("waived", "met")}.get(tranche.state)
    return [] if over is None else [one for one in tranche.conditions if one.state not in over]


def _allocation(
    condition: ConditionFact,
    source: int,
    tranche: TrancheFact,
    frame: FrameFact | None,
    facts: Facts,
    inputs: Inputs,
) -> Iterator[tuple[int, Strain]]:
    key = frame.key if frame else None
    if not inputs.selection.has_all_of(source, facts.owners.get(source), key, tranche.year):
        return
    level = int(GRID * (1 - condition.tolerance))
    size = ore(frame.size) if frame else 0
    if condition.baseline is None or frame is None or frame.size is None:
        yield tranche.key, Strain(level, Cause("allocation_below", (source, tranche.year, level, None, None)))
        return
    least = -(-ore(condition.baseline) * level // size) if size > 0 else NEVER
    wanted = -(-ore(condition.baseline) * level // GRID)
    yield tranche.key, Strain(least, Cause("allocation_below", (source, tranche.year, level, wanted, size)))


def co_financing(tranches: Iterable[TrancheFact]) -> Links:
    """What hangs on what. A year hangs on the same year of its co-financing; what has no year, on all of it."""
    by_commitment = defaultdict[int, list[TrancheFact]](list)
    tranches = list(tranches)
    for tranche in tranches:
        by_commitment[tranche.commitment].append(tranche)
    links = defaultdict[int, list[tuple[int, Cause]]](list)
    for tranche in tranches:
        for condition in hanging(tranche):
            if condition.kind == "co_financing" and condition.supports is not None:
                for support in by_commitment[condition.supports]:
                    if support.key != tranche.key and _meet(tranche.year, support.year):
                        cause = Cause("co_financing_fell", (support.commitment, support.year))
                        links[support.key].append((tranche.key, cause))
    return links


def _meet(year: Year, other: Year) -> bool:
    return year == other or None in (year, other)


def spread(least: Mapping[int, int], links: Links) -> dict[int, int]:
    """How much must be left for each when it also needs that its co-financing stands, and that of those in turn."""
    worst = dict(least)
    queue = [(-value, key) for key, value in worst.items() if value and key in links]
    heapify(queue)
    while queue:
        value, key = heappop(queue)
        for other, _cause in links.get(key, ()):
            if -value > worst.get(other, 0):
                worst[other] = -value
                heappush(queue, (value, other))
    return worst


def closure(keys: Iterable[int], links: Links) -> set[int]:
    """All that fall because these do; these themselves only if they hang on each other."""
    found, queue = set[int](), list(keys)
    while queue:
        for other, _cause in links.get(queue.pop(), ()):
            if other not in found:
                found.add(other)
                queue.append(other)
    return found
