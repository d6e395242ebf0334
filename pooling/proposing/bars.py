"""What keeps two needs out of one course, whatever they are about: level, language, dates, and where they can meet."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brokering.matching.gates import UNDERSTOOD
from brokering.models.choices import Level, Mode, TeachingLanguage
from partners.models import Distance
from pooling.proposing.asking import Asking

LEAD = timedelta(days=14)
"""Sooner than this no course is arranged."""
Bits = NDArray[np.bool_]
MODES = tuple(Mode.values)
ONLINE = 1 << MODES.index(Mode.ONLINE)
IN_A_PLACE = (1 << len(MODES)) - 1 - ONLINE


@dataclass(frozen=True)
class Places:
    """How far it is from each home to every municipality."""

    numbers: tuple[str, ...]
    km: Mapping[str, NDArray[np.float32]]

    @cached_property
    def column(self) -> dict[str, int]:
        """Where each municipality stands."""
        return {number: place for place, number in enumerate(self.numbers)}

    def between(self, home: str, other: str) -> float:
        """Kilometres; infinite when that is not known."""
        return float(self.km[home][self.column[other]]) if home in self.km and other in self.column else math.inf

    @classmethod
    def around(cls, homes: set[str]) -> "Places":
        """One query."""
        rows = Distance.objects.filter(origin__in=homes).order_by("origin", "destination")
        km = {(home, there): km for home, there, km in rows.values_list("origin", "destination", "km")}
        km |= {(home, home): 0.0 for home in homes}
        return cls.of(sorted({there for _home, there in km}), km)

    @classmethod
    def of(cls, numbers: Sequence[str], km: Mapping[tuple[str, str], float]) -> "Places":
        """What no distance is known to is out of reach."""
        column = {number: place for place, number in enumerate(numbers)}
        far = {home: np.full(len(numbers), np.inf, np.float32) for home in {home for home, _there in km}}
        for (home, there), distance in km.items():
            far[home][column[there]] = distance
        return cls(tuple(numbers), far)

    def within(self, asking: Asking) -> int:
        """The places the people of a need can travel to, as bits in the order of `numbers`."""
        if asking.home not in self.km:
            return 0
        near = self.km[asking.home] <= asking.reach_km
        return int.from_bytes(np.packbits(near, bitorder="little").tobytes(), "little")


def modes(asking: Asking) -> int:
    """Those it accepts, as bits in the order of MODES."""
    return sum(1 << place for place, mode in enumerate(MODES) if mode in asking.modes)


def can_meet(modes: int, places: int) -> bool:
    """Whether there is a way that all accept: online, or in a place that all reach."""
    return bool(modes & ONLINE) or (bool(modes & IN_A_PLACE) and bool(places))


class Facts:
    """The facts of many needs as columns, to ask of many pairs at once what keeps them apart."""

    def __init__(self, asking: Sequence[Asking], on: date) -> None:
        self.level = np.array([_place(one.level, Level.values) for one in asking])
        self.understands = np.array([_understood(one.language) for one in asking])
        self.speaks = np.array([_bit(one.language) for one in asking])
        self.first = np.array([_day(one.earliest, date.min) for one in asking])
        self.last = np.array([_day(one.latest, date.max) for one in asking])
        self.modes = np.array([modes(one) for one in asking])
        self.soonest = (on + LEAD).toordinal()

    def apart(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> dict[str, Bits]:
        """By what: true where a pair cannot stand in one course. Reach is told by `meet`."""
        level, other = self.level[rows][:, None], self.level[columns]
        begins = np.maximum(np.maximum(self.first[rows][:, None], self.first[columns]), self.soonest)
        return {
            "level": (level != other) & (level > 0) & (other > 0),
            "language": (self.understands[rows][:, None] & self.speaks[columns]) == 0,
            "time": begins > np.minimum(self.last[rows][:, None], self.last[columns]),
            "mode": (self.modes[rows][:, None] & self.modes[columns]) == 0,
        }


def _place(value: str, values: Sequence[str]) -> int:
    """0 for what is not known."""
    return values.index(value) + 1 if value else 0


def _day(day: date | None, unknown: date) -> int:
    return (day or unknown).toordinal()


def _bit(language: str) -> int:
    """Not said is every language."""
    return 1 << TeachingLanguage.values.index(language) if language else (1 << len(TeachingLanguage.values)) - 1


def _understood(language: str) -> int:
    if not language:
        return _bit("")
    return sum(_bit(one) for one in UNDERSTOOD.get(TeachingLanguage(language), (language,)))
