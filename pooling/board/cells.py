"""The demand as one partition: each need is in one cell, and a cell is shown with numbers where three firms are in it.

A cell is a competence, an area and the half-year in which they would begin; or a pool. The smallest that holds enough
firms by itself is taken: the municipality in that half-year, the municipality, the county in that half-year, the
county, anywhere. Who is left is shown without a number. The partition is the same for everybody and for every filter,
which only chooses among its cells: nothing can be had by subtracting one answer from another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brokering.demand import FEWEST_FIRMS, ROUGHLY
from brokering.models import CompetenceNeed
from brokering.models.choices import Level, Mode
from brokering.names import competence_names
from partners.models import County, Municipality
from pooling.models import CouldRun, Pool, PoolMember, PoolState
from pooling.subjects import mostly_about

Area = Municipality | County
GATHERED = (PoolState.GATHERING, PoolState.FROZEN)


class Season(NamedTuple):
    """Half a year, by its number: 0 is January to June."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> "Season":
        return cls(day.year, int(day.month > 6))

    def __str__(self) -> str:
        name = _("autumn %(year)d") if self.half else _("spring %(year)d")
        return name % {"year": self.year}

    @property
    def key(self) -> str:
        return f"{self.year}-{self.half + 1}"


class Place(NamedTuple):
    """An area by its kind and number; no number is anywhere."""

    kind: str = ""
    number: str = ""


ANYWHERE = Place()


@dataclass(frozen=True)
class Asked:
    """What of a need decides in which cell it is, and what the cell says."""

    need: int
    firm: int
    subject: str
    municipality: str
    county: str
    season: Season | None
    people: int
    level: str
    modes: tuple[str, ...]
    on: date
    pool: int | None


class Key(NamedTuple):
    subject: str
    place: Place
    season: Season | None
    pool: int | None = None


@dataclass(frozen=True)
class Cell:
    """What is shown of the needs in it."""

    key: Key
    needs: tuple[Asked, ...]
    area: Area | None
    pool: Pool | None = None
    tells_people: bool = True

    @cached_property
    def firms(self) -> int:
        return len({one.firm for one in self.needs})

    @property
    def is_shown(self) -> bool:
        """Whether there are firms enough to say how many."""
        return self.firms >= FEWEST_FIRMS

    @property
    def name(self) -> str:
        """In addresses and feeds; the same as long as the cell is."""
        place, season = self.key.place, self.key.season
        of_pool = f"pool{self.key.pool}" if self.key.pool else ""
        return "-".join(filter(None, [self.key.subject, place.kind + place.number, season and season.key, of_pool]))

    @property
    def subject(self) -> str:
        return competence_names().get(self.key.subject, self.key.subject)

    @property
    def where(self) -> str:
        if self.area:
            return str(self.area)
        return _("Several counties") if self.is_shown else _("Place not shown: fewer than three firms")

    @property
    def when(self) -> str:
        """The half-year, of a pool the months."""
        if not self.pool:
            return str(self.key.season) if self.key.season else ""
        days = [self.pool.earliest_start, self.pool.latest_start]
        return "–".join(dict.fromkeys(date_format(day, "F Y") for day in days if day))

    @property
    def said(self) -> str:
        """How many people and firms, roughly."""
        if not self.is_shown:
            return _("fewer than three firms")
        firms = next((label for most, label in ROUGHLY if self.firms <= most), _("more than 100"))
        if not self.tells_people:
            return _("%(firms)s firms") % {"firms": firms}
        people = max(5, 5 * round(sum(one.people for one in self.needs) / 5))
        return _("about %(people)d people, %(firms)s firms") % {"people": people, "firms": firms}

    @property
    def level(self) -> str:
        """Where all of them ask for the same."""
        levels = {one.level for one in self.needs}
        level = levels.pop() if len(levels) == 1 and self.is_shown else ""
        return str(Level(level).label) if level else ""

    @property
    def is_online(self) -> bool:
        """Whether all of them could take part online."""
        return self.is_shown and all(not one.modes or Mode.ONLINE in one.modes for one in self.needs)

    @property
    def newest(self) -> date:
        """The day on which the last of them came in."""
        return max(one.on for one in self.needs)

    @property
    def title(self) -> str:
        return ", ".join(filter(None, [self.subject, self.where if self.area else "", self.when]))

    @property
    def tag(self) -> str:
        """How far a pool has come."""
        if not self.pool:
            return ""
        return _("Firms are gathering") if self.pool.state == PoolState.GATHERING else _("Seats are settled")

    @property
    def county(self) -> str:
        """The number of the county it is in; empty for anywhere."""
        return self.area.county_id if isinstance(self.area, Municipality) else self.area.pk if self.area else ""

    def among(self, said: Iterable[CouldRun]) -> list[CouldRun]:
        """Those that are about this demand."""
        return [one for one in said if self.matches(one)]

    def matches(self, provider_says: CouldRun) -> bool:
        """Whether that is about this demand."""
        kind, number = self.key.place
        said = (provider_says.competence_id, provider_says.pool_id)
        there = (provider_says.municipality_id or "", provider_says.county_id or "")
        return said == (self.key.subject, self.key.pool) and there == (
            number if kind == "m" else "",
            number if kind == "c" else "",
        )


def cells(on: date, *, tells_people: bool = True) -> list[Cell]:
    """All of them, pools first, then those with the most people. Six queries, whatever the number of needs."""
    gathered = Pool.objects.filter(state__in=GATHERED).select_related("municipality__county")
    pools = gathered.prefetch_related("competences").in_bulk()
    grouped = partition(_asked(on, pools))
    areas = _areas({key.place for key in grouped})
    found = [_cell(key, needs, areas, pools) for key, needs in grouped.items()]
    return sorted((replace(cell, tells_people=tells_people) for cell in found), key=_order)


def _cell(key: Key, needs: list[Asked], areas: Mapping[Place, Area], pools: Mapping[int, Pool]) -> Cell:
    """A pool is where it would meet, not where its firms are."""
    pool = pools[key.pool] if key.pool else None
    return Cell(key, tuple(needs), pool.municipality if pool else areas.get(key.place), pool)


def _order(cell: Cell) -> tuple[bool, bool, int, str, str]:
    """Whose numbers are not shown are not told by their place in the list either."""
    people = sum(one.people for one in cell.needs) if cell.is_shown and cell.tells_people else 0
    return not cell.is_shown, cell.pool is None, -round(people / 5), cell.subject, cell.name


def partition(needs: Iterable[Asked]) -> dict[Key, list[Asked]]:
    """Each need in one cell; every cell but those of anywhere has three firms or more."""
    found, left = dict[Key, list[Asked]](), list(needs)
    for level in LEVELS:
        groups = defaultdict[Key | None, list[Asked]](list)
        for one in left:
            groups[level(one)].append(one)
        enough = {key: of for key, of in groups.items() if key and len({one.firm for one in of}) >= FEWEST_FIRMS}
        found |= enough
        left = [one for key, of in groups.items() if key not in enough for one in of]
    for one in left:
        found.setdefault(Key(one.subject, ANYWHERE, None), []).append(one)
    return found


def _in_town(one: Asked) -> Place:
    return Place("m", one.municipality)


def _in_county(one: Asked) -> Place:
    return Place("c", one.county)


LEVELS: tuple[Callable[[Asked], Key | None], ...] = (
    lambda one: Key(one.subject, ANYWHERE, None, one.pool) if one.pool else None,
    lambda one: Key(one.subject, _in_town(one), one.season) if one.municipality and one.season else None,
    lambda one: Key(one.subject, _in_town(one), None) if one.municipality else None,
    lambda one: Key(one.subject, _in_county(one), one.season) if one.county and one.season else None,
    lambda one: Key(one.subject, _in_county(one), None) if one.county else None,
)


def _asked(on: date, pools: Mapping[int, Pool]) -> Iterator[Asked]:
    """The open needs whose firms agreed to be shown without their name, as far as matching has understood them."""
    subjects = {pk: slug for pk, pool in pools.items() if (slug := _of_pool(pool))}
    in_pool = dict(PoolMember.objects.present().filter(pool__in=pools).values_list("need", "pool"))
    needs = CompetenceNeed.objects.open().shared().order_by("pk")
    known = needs.filter(index__isnull=False).values(*FIELDS)
    for row in known:
        pool = in_pool.get(row["pk"], 0)
        if subject := subjects.get(pool, "") or mostly_about(row["index__subjects"]):
            yield _read(row, subject, on, pool if pool in subjects else None)


FIELDS = (
    *("pk", "employer", "employer__parent", "municipality", "municipality__county", "earliest_start", "latest_start"),
    *("headcount", "level", "modes", "created_at", "index__subjects"),
)


def _read(row: dict[str, Any], subject: str, on: date, pool: int | None) -> Asked:
    return Asked(
        need=row["pk"],
        firm=row["employer__parent"] or row["employer"],
        subject=subject,
        municipality=row["municipality"] or "",
        county=row["municipality__county"] or "",
        season=_season(row["earliest_start"], row["latest_start"], on),
        people=row["headcount"],
        level=row["level"],
        modes=tuple(row["modes"]),
        on=_day(row["created_at"]),
        pool=pool,
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _season(first: date | None, last: date | None, on: date) -> Season | None:
    """In which they could begin; none when they said nothing of it."""
    return Season.of(max(first or on, on)) if first or last else None


def _of_pool(pool: Pool) -> str:
    """Its first competence stands for it."""
    return next((competence.pk for competence in pool.competences.all()), "")


def _areas(places: Iterable[Place]) -> dict[Place, Area]:
    numbers = {kind: [place.number for place in places if place.kind == kind] for kind in "mc"}
    towns = Municipality.objects.select_related("county").in_bulk(numbers["m"])
    counties = County.objects.in_bulk(numbers["c"])
    found = dict[Place, Area]()
    found.update({Place("m", number): town for number, town in towns.items()})
    found.update({Place("c", number): county for number, county in counties.items()})
    return found
