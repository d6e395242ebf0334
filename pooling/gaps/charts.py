"""The map of the gaps and the line of the figure, as numbers that a template draws."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pooling.gaps.cells import Row
from pooling.gaps.figure import Point, Share
from pooling.gaps.geography import Geography, Ring

WIDTH, MARGIN, EDGE, TALLEST, LOWEST = 720, 56, 28, 900, 260
SMALLEST, LARGEST = 9, 40
"""Radii; the area of a circle is as the people who lack a seat."""
SMALLEST_RING = 3
"""Points of an island that is drawn."""
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
    areas: Sequence[str]
    """Paths of the municipalities, where their boundaries are loaded."""
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
    centres = {place: (one.longitude, one.latitude) for place, one in there.municipalities.items()}
    outlines = [place for rings in there.boundaries.values() for ring in rings for place in ring]
    if not centres:
        return Map(WIDTH, LOWEST, [], [], elsewhere)
    projection = Projection.around([*centres.values(), *outlines], EDGE if outlines else MARGIN)
    points = {place: projection.at(*centre) for place, centre in centres.items()}
    most = max((share.unmet for share in shares.values()), default=0)
    sizes = {place: _radius(shares[place].unmet, most) if place in shares else 0 for place in points}
    names = _Names(WIDTH, [(*points[place], size) for place, size in sizes.items()])
    ordered = sorted(points, key=lambda place: (-sizes[place], there.name(place)))
    dots = [
        _dot(there.name(place), points[place], sizes[place], shares.get(place, Share()), names) for place in ordered
    ]
    areas = [projection.path(rings) for rings in there.boundaries.values()]
    return Map(WIDTH, projection.height, areas, dots, elsewhere)


def _dot(name: str, at: tuple[int, int], r: int, share: Share, names: "_Names") -> Dot:
    name_x, name_y, anchor = names.place(name, *at, r)
    return Dot(*at, r, name, share, name_x, name_y, anchor)


@dataclass(frozen=True)
class Projection:
    """From degrees to the drawing. Parallels are as long as they are in the middle of the county."""

    west: float
    north: float
    narrow: float
    scale: float
    left: float
    top: float
    height: int

    @classmethod
    def around(cls, points: Collection[tuple[float, float]], margin: int) -> "Projection":
        """So that all of these fit; `margin`: so much room beside the outermost."""
        longitudes, latitudes = zip(*points, strict=True)
        south, north, west, east = min(latitudes), max(latitudes), min(longitudes), max(longitudes)
        narrow = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * narrow, 0.1), max(north - south, 0.1)
        scale = min((WIDTH - 2 * margin) / wide, (TALLEST - 2 * margin) / high)
        height = max(LOWEST, round(high * scale) + 2 * margin)
        return cls(west, north, narrow, scale, (WIDTH - wide * scale) / 2, (height - high * scale) / 2, height)

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        x, y = (longitude - self.west) * self.narrow * self.scale, (self.north - latitude) * self.scale
        return round(self.left + x), round(self.top + y)

    def path(self, rings: Iterable[Ring]) -> str:
        """Of an SVG path; what is smaller than a dot is left out."""
        drawn = ([point for point, _same in groupby(self.at(*place) for place in ring)] for ring in rings)
        lines = (" ".join(f"{x},{y}" for x, y in ring) for ring in drawn if len(ring) > SMALLEST_RING)
        return " ".join(f"M{line}Z" for line in lines)


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
