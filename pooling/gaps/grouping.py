"""Puts what is met and what is not into groups of three firms or more, the smallest that can be.

A group is a place and a subject as near as enough firms share them. Within it, those who could take part in another
course in the same way stand together, as far as they are three firms; such a group is taken to be as cautious as its
most cautious firm. Who is in no group, at most two firms of a county who have a seat and two who have none, is left out
of everything.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from brokering.demand import FEWEST_FIRMS


class Cell(NamedTuple):
    """A place and a subject, each in one of its ways; empty where it is not said."""

    county: str
    region: str = ""
    municipality: str = ""
    competence: str = ""
    area: str = ""


@dataclass(frozen=True)
class Part:
    """Those of a need's people who have a seat, or those who have none."""

    need: int
    firm: int
    county: str
    region: str
    municipality: str
    competence: str
    area: str
    is_met: bool
    people: int
    days: int
    """How long they have waited."""
    reach_km: int
    takes_on_site: bool
    takes_online: bool
    farther_km: int | None
    only_in: str

    @property
    def ways(self) -> tuple[object, ...]:
        """How they could take part in another course, so that like ones sort together."""
        far = (self.farther_km is None, self.farther_km or 0)
        return self.takes_on_site, self.takes_online, self.only_in, self.reach_km, *far


@dataclass(frozen=True)
class Group:
    """What is published. Nothing is said of less than a group."""

    cell: Cell
    parts: Sequence[Part]

    @property
    def is_met(self) -> bool:
        return self.parts[0].is_met

    @property
    def firms(self) -> int:
        return _firms(self.parts)

    @property
    def people(self) -> int:
        return sum(part.people for part in self.parts)

    @property
    def person_days(self) -> int:
        return sum(part.people * part.days for part in self.parts)

    @property
    def reach_km(self) -> int:
        return min(part.reach_km for part in self.parts)

    @property
    def takes_on_site(self) -> bool:
        return all(part.takes_on_site for part in self.parts)

    @property
    def takes_online(self) -> bool:
        return all(part.takes_online for part in self.parts)

    @property
    def farther_km(self) -> int | None:
        short = [part.farther_km for part in self.parts if part.farther_km is not None]
        return max(short) if len(short) == len(self.parts) else None

    @property
    def only_in(self) -> str:
        places = {part.only_in for part in self.parts}
        return places.pop() if len(places) == 1 else ""


# From the nearest place and subject to the widest; each takes those whom none before it took.
LADDER: tuple[Callable[[Part], Cell | None], ...] = (
    lambda one: Cell(one.county, municipality=one.municipality, competence=one.competence) if one.competence else None,
    lambda one: Cell(one.county, one.region, competence=one.competence) if one.competence and one.region else None,
    lambda one: Cell(one.county, competence=one.competence) if one.competence else None,
    lambda one: Cell(one.county, one.region, area=one.area) if one.area and one.region else None,
    lambda one: Cell(one.county, area=one.area) if one.area else None,
    lambda one: Cell(one.county),
)


def groups(parts: Iterable[Part]) -> Iterator[Group]:
    met, unmet = list[Part](), list[Part]()
    for part in parts:
        (met if part.is_met else unmet).append(part)
    yield from _placed(met)
    yield from _placed(unmet)


def _placed(left: list[Part]) -> Iterator[Group]:
    for step in LADDER:
        cells, rest = defaultdict[Cell, list[Part]](list), list[Part]()
        for part in left:
            if cell := step(part):
                cells[cell].append(part)
            else:
                rest.append(part)
        for cell, some in cells.items():
            if _firms(some) >= FEWEST_FIRMS:
                yield from (Group(cell, alike) for alike in _alike(some))
            else:
                rest += some
        left = rest


def _alike(parts: Iterable[Part]) -> list[list[Part]]:
    """Split where their ways differ, as far as three firms or more are left on each side; a firm is not split."""
    by_firm = sorted(parts, key=lambda part: part.firm)
    firms = [sorted(own, key=lambda part: part.ways) for _firm, own in groupby(by_firm, lambda part: part.firm)]
    firms.sort(key=lambda own: (own[0].ways, own[0].firm))
    alike = list[list[list[Part]]]()
    for own in firms:
        if not alike or (len(alike[-1]) >= FEWEST_FIRMS and own[0].ways != alike[-1][-1][0].ways):
            alike.append([])
        alike[-1].append(own)
    if len(alike) > 1 and len(alike[-1]) < FEWEST_FIRMS:
        alike[-2:] = [alike[-2] + alike[-1]]
    return [[part for own in some for part in own] for some in alike]


def _firms(parts: Iterable[Part]) -> int:
    return len({part.firm for part in parts})
