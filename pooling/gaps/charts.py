"""The map of the gaps and the line of the figure, as numbers that a template draws."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from partners.models import Municipality
from pooling.gaps.cells import Row
from pooling.gaps.figure import Point, Share
from pooling.gaps.geography import Geography

WIDTH, MARGIN, TALLEST, LOWEST = 720, 56, 900, 260
SMALLEST, LARGEST = 9, 40
"""Radii; the area of a circle is as the people who lack a seat."""
LETTER, LINE = 7, 16
"""How wide a letter is, and how high a line of text."""


class Dot(NamedTuple):
    x: int
    y: int
    r: int
    name: str
    share: Share
    name_x: int
    name_y: int
    anchor: str
    """start, end or middle; empty where there is no room for the name."""

    @property
    def kind(self) -> str:
        """few: most have a seat; some; many: most lack one."""
        if not self.r:
            return "none"
        percent = self.share.percent or 0
        return "few" if percent >= 67 else "some" if percent >= 34 else "many"


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    dots: Sequence[Dot]
    """The largest first, so that small ones lie on top."""
    elsewhere: int
    """People who lack a seat, and of whom one does not say in which municipality."""


def chart(rows: Iterable[Row], there: Geography) -> Map:
    shares, elsewhere = defaultdict[str, Share](Share), 0
    for row in rows:
        if row.cell.municipality:
            shares[row.cell.municipality] += row.share
        else:
            elsewhere += row.share.unmet
    points, height = _points(list(there.municipalities.values()))
    most = max((share.unmet for share in shares.values()), default=0)
    sizes = {place: _radius(shares[place].unmet, most) if place in shares else 0 for place in points}
    names = _Names(WIDTH, [(*points[place], size) for place, size in sizes.items()])
    ordered = sorted(points, key=lambda place: (-sizes[place], there.name(place)))
    dots = [
        _dot(there.name(place), points[place], sizes[place], shares.get(place, Share()), names) for place in ordered
    ]
    return Map(WIDTH, height, dots, elsewhere)


def _dot(name: str, at: tuple[int, int], r: int, share: Share, names: "_Names") -> Dot:
    name_x, name_y, anchor = names.place(name, *at, r)
    return Dot(*at, r, name, share, name_x, name_y, anchor)


def _points(places: Sequence[Municipality]) -> tuple[dict[str, tuple[int, int]], int]:
    """Of each municipality, and how high the map is. Parallels are as long as they are in the middle of the county."""
    if not places:
        return {}, LOWEST
    south, north = min(one.latitude for one in places), max(one.latitude for one in places)
    west, east = min(one.longitude for one in places), max(one.longitude for one in places)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 0.1), max(north - south, 0.1)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    left = (WIDTH - wide * scale) / 2
    height = max(LOWEST, round(high * scale) + 2 * MARGIN)
    top = (height - high * scale) / 2
    return {
        one.pk: (round(left + (one.longitude - west) * narrow * scale), round(top + (north - one.latitude) * scale))
        for one in places
    }, height


def _radius(people: int, most: int) -> int:
    if not people:
        return 0
    return max(SMALLEST, round(LARGEST * math.sqrt(people / most)))


class _Names:
    """Where names may stand without lying on a circle or on each other: right of it, left of it, below or above."""

    def __init__(self, width: int, dots: Iterable[tuple[int, int, int]]) -> None:
        self.width = width
        self.taken = [(x - r, y - r, x + r, y + r) for x, y, r in dots if r]

    def place(self, name: str, x: int, y: int, r: int) -> tuple[int, int, str]:
        long, gap = LETTER * len(name), max(r, 4) + 5
        for at_x, at_y, anchor, left in (
            (x + gap, y + 5, "start", x + gap),
            (x - gap, y + 5, "end", x - gap - long),
            (x, y + gap + 10, "middle", x - long // 2),
            (x, y - gap, "middle", x - long // 2),
        ):
            box = (left, at_y - LINE + 4, left + long, at_y + 4)
            if left >= 0 and left + long <= self.width and not any(_meet(box, other) for other in self.taken):
                self.taken.append(box)
                return at_x, at_y, anchor
        return x, y, ""


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class Line(NamedTuple):
    """The figure over time: points of a polyline, where the last one is, and the days at its ends."""

    points: str
    last_x: int
    last_y: int
    first: date
    last: date


HIGH, LONG = 160, 640


def line(points: Sequence[Point]) -> Line | None:
    """None for fewer than two days."""
    if len(points) < 2:
        return None
    first, days = points[0].on, (points[-1].on - points[0].on).days
    at = [(round(LONG * (one.on - first).days / days), round(HIGH * (100 - one.percent) / 100)) for one in points]
    return Line(" ".join(f"{x},{y}" for x, y in at), *at[-1], first, points[-1].on)
