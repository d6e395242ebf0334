"""Groups of needs in which every two are alike, and that can all meet in one place, or online.

The surest pairs come first, near ones before far ones; two groups become one when every two of both are alike, all can
meet, and a class holds them. What is far apart in subject never lands in one group by way of a third need.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pooling.proposing import bars
from pooling.proposing.alike import Subjects
from pooling.proposing.asking import Asking
from pooling.proposing.bars import Facts, Places

MOST_SEATS = 24
"""The greatest class that is proposed: three times the least."""
FEWEST_FIRMS = 2
AT_ONCE = 500
"""Rows that are compared with all others at a time."""
FAR_KM = 2000.0
"""So many kilometres between two homes weigh as much as being sure of their subject."""
Pair = tuple[int, int]


@dataclass(frozen=True)
class Judged:
    """What brokers have said of two needs, the lesser first: that they belong together, or do not."""

    together: Set[Pair] = frozenset()
    apart: Set[Pair] = frozenset()


@dataclass(frozen=True)
class Edge:
    """Two needs, by their places in the list, that one course may meet."""

    one: int
    other: int
    chance: float


@dataclass(frozen=True)
class Group:
    members: tuple[Asking, ...]
    sure: float
    """How likely it is, of two of its needs on average, that one course meets them."""

    @property
    def needs(self) -> frozenset[int]:
        return frozenset(one.need for one in self.members)

    @property
    def seats(self) -> int:
        return sum(one.seats for one in self.members)


def edges(
    asking: Sequence[Asking], places: Places, on: date, judged: Judged | None = None, rows: Iterable[int] | None = None
) -> list[Edge]:
    """Every two that may stand in one course; `rows`: only those of these with any other."""
    if not asking:
        return []
    judged = judged or Judged()
    within, ways, found = [places.within(one) for one in asking], [bars.modes(one) for one in asking], list[Edge]()
    wanted = set(range(len(asking)) if rows is None else rows)
    for house in _by_broker(asking):
        some = [place for place, at in enumerate(house) if at in wanted]
        for edge in _of_house([asking[at] for at in house], some, on, judged, is_all=rows is None):
            one, other = house[edge.one], house[edge.other]
            if bars.can_meet(ways[one] & ways[other], within[one] & within[other]):
                found.append(Edge(one, other, edge.chance))
    return found


def _by_broker(asking: Sequence[Asking]) -> Iterable[list[int]]:
    """The places in the list of the needs of each, for only those of one broker stand together."""
    houses = defaultdict[int, list[int]](list)
    for at, one in enumerate(asking):
        houses[one.broker].append(at)
    return houses.values()


def _of_house(
    asking: Sequence[Asking], wanted: Sequence[int], on: date, judged: Judged, *, is_all: bool
) -> Iterator[Edge]:
    """Of needs of one broker: every two that are alike and that nothing but reach keeps apart."""
    subjects, facts, columns = Subjects(asking), Facts(asking, on), np.arange(len(asking))
    for start in range(0, len(wanted), AT_ONCE):
        some = np.array(wanted[start : start + AT_ONCE], np.intp)
        open_ = _open(facts, some, columns, asking, judged, is_all=is_all)
        chances = _judged(subjects.likely(some, columns, open_), open_, some, asking, judged)
        for row, column in zip(*np.nonzero(chances), strict=True):
            yield Edge(int(some[row]), int(column), float(chances[row, column]))


def _open(
    facts: Facts,
    some: NDArray[np.intp],
    columns: NDArray[np.intp],
    asking: Sequence[Asking],
    judged: Judged,
    *,
    is_all: bool,
) -> NDArray[np.bool_]:
    """Each pair once, with nothing between them."""
    open_: NDArray[np.bool_] = columns > some[:, None] if is_all else columns != some[:, None]
    for apart in facts.apart(some, columns).values():
        open_ &= ~apart
    for row, column in _cells(judged.apart, some, asking):
        open_[row, column] = False
    return open_


def _judged(
    chances: NDArray[np.float32],
    open_: NDArray[np.bool_],
    some: NDArray[np.intp],
    asking: Sequence[Asking],
    judged: Judged,
) -> NDArray[np.float32]:
    for row, column in _cells(judged.together, some, asking):
        if open_[row, column]:
            chances[row, column] = 1.0
    return chances


def _cells(pairs: Set[Pair], some: NDArray[np.intp], asking: Sequence[Asking]) -> Iterator[Pair]:
    """Where these pairs stand in the matrix of some rows and all columns."""
    if not pairs:
        return
    column = {one.need: place for place, one in enumerate(asking)}
    row = {asking[place].need: number for number, place in enumerate(some)}
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if one in row and other in column:
                yield row[one], column[other]


def components(size: int, found: Iterable[Edge]) -> list[int]:
    """For each the least of those it hangs together with: what one group may take from."""
    root = list(range(size))

    def top(one: int) -> int:
        while root[one] != one:
            root[one] = one = root[root[one]]
        return one

    for edge in found:
        low, high = sorted((top(edge.one), top(edge.other)))
        root[high] = low
    return [top(one) for one in range(size)]


def groups(asking: Sequence[Asking], found: Sequence[Edge], places: Places, most: int = MOST_SEATS) -> list[Group]:
    """Those of at least two firms. The order in which the needs come does not matter."""
    chances: dict[int, dict[int, float]] = defaultdict(dict)
    for edge in found:
        chances[edge.one][edge.other] = chances[edge.other][edge.one] = edge.chance
    clusters = {place: _Cluster.of(place, one, places) for place, one in enumerate(asking)}
    rank = _ranks(asking)
    for edge in sorted(
        found, key=lambda edge: (_far(edge, asking, places), *sorted((rank[edge.one], rank[edge.other])))
    ):
        one, other = clusters[edge.one], clusters[edge.other]
        if one is not other and (both := one.joined(other, chances, most)):
            clusters.update(dict.fromkeys(both.members, both))
    formed = {id(cluster): cluster for cluster in clusters.values() if len(cluster.members) > 1}
    made = (_group(cluster, asking, chances) for cluster in formed.values())
    return [group for group in made if len({one.firm for one in group.members}) >= FEWEST_FIRMS]


def _far(edge: Edge, asking: Sequence[Asking], places: Places) -> float:
    """How late the pair comes: near and sure ones first."""
    one, other = asking[edge.one], asking[edge.other]
    km = places.between(one.home, other.home) if one.home and other.home else 0.0
    return min(km, FAR_KM) / FAR_KM - edge.chance


def _ranks(asking: Sequence[Asking]) -> dict[int, int]:
    """Which of two comes first when nothing else tells: not its number, which says only when it was registered."""
    return {at: rank for rank, at in enumerate(sorted(range(len(asking)), key=lambda at: _facts_of(asking[at])))}


def _facts_of(one: Asking) -> tuple[Any, ...]:
    """All of them in an order, with the number last."""
    about = (sorted(one.subjects.items()), sorted(one.terms.items()), one.level, one.language)
    when = (one.earliest or date.min, one.latest or date.max)
    return one.home, one.seats, one.reach_km, sorted(one.modes), *when, *about, one.firm, one.need


def _group(cluster: "_Cluster", asking: Sequence[Asking], chances: Mapping[int, Mapping[int, float]]) -> Group:
    members = sorted(cluster.members, key=lambda place: asking[place].need)
    pairs = [chances[one][other] for one in members for other in members if one < other]
    return Group(tuple(asking[place] for place in members), math.fsum(pairs) / len(pairs))


@dataclass(frozen=True)
class _Cluster:
    members: tuple[int, ...]
    seats: int
    modes: int
    places: int

    @classmethod
    def of(cls, place: int, one: Asking, places: Places) -> "_Cluster":
        return cls((place,), one.seats, bars.modes(one), places.within(one))

    def joined(self, other: "_Cluster", chances: Mapping[int, Mapping[int, float]], most: int) -> "_Cluster | None":
        seats, modes, places = self.seats + other.seats, self.modes & other.modes, self.places & other.places
        if seats > most or not bars.can_meet(modes, places):
            return None
        if any(there not in chances[here] for here in self.members for there in other.members):
            return None
        return _Cluster(self.members + other.members, seats, modes, places)
