"""What a provider sees of the needs that its offer could meet: never whose they are, nor anything that tells.

Only needs whose firm agreed to it, and that share a competence with the offer. A place is named where three firms or
more there ask for the same; where fewer do in the municipality the county is, and where fewer do in the county none.
People are counted roughly, dates are months, and the firm's words, budget and longest travel stay out. Each need is
made anonymous first and held against the offer afterwards: beside how near the subjects are, what ranks is what is
shown, so that a provider who tries out places, prices and seats learns nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from statistics import mean
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brokering.matching import Hit, Wish, explain
from brokering.matching.explain import Reason
from brokering.matching.facts import Way
from brokering.matching.reverse import Held, Likely, held, likely
from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.choices import Level, Mode
from brokering.models.matches import Band
from brokering.names import competence_names
from partners.models import County, Distance, Municipality

FEWEST_FIRMS = 3
ROUGHLY = ((2, "1–2"), (5, "3–5"), (10, "6–10"), (20, "11–20"), (50, "21–50"), (100, "51–100"))
BANDS = [Band.STRONG, Band.POSSIBLE, Band.NEAR]


class Cell(NamedTuple):
    """What is asked for, and in which area: a municipality, a county, or anywhere."""

    subject: str
    area: Municipality | County | None = None


@dataclass(frozen=True)
class Wanted:
    """One need as the provider sees it, with how the offer fits it. Its number is shown to nobody."""

    need: int
    hit: Hit
    cell: Cell
    wish: Wish
    level: str
    headcount: int
    asked_at: datetime
    """To tell what is new; shown to nobody."""

    @property
    def band(self) -> str:
        return self.hit.band

    @property
    def subject(self) -> str:
        return competence_names().get(self.cell.subject, self.cell.subject)

    @property
    def area(self) -> str:
        return str(self.cell.area or _("Place not shown: fewer than three firms"))

    @property
    def level_label(self) -> str:
        return str(Level(self.level).label) if self.level else ""

    @property
    def people(self) -> str:
        return roughly(self.headcount)

    @property
    def modes(self) -> str:
        return ", ".join(str(Mode(mode).label) for mode in self.wish.modes)

    @property
    def window(self) -> str:
        """The months between which they would begin."""
        first, last = (day and date_format(day, "F Y") for day in (self.wish.earliest_start, self.wish.latest_start))
        if first and last:
            return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        if first:
            return _("from %(month)s") % {"month": first}
        return _("until %(month)s") % {"month": last} if last else ""

    @property
    def reasons(self) -> list[Reason]:
        """What stands in the way, then what speaks for and against, said to the provider."""
        barred = [replace(bar, sentence=_of_bar(bar)) for bar in explain.bars(self.hit.gates)]
        known = explain.reasons(self.hit.parts, competence_names())
        spoken = [reason for reason in known if reason.kind not in {bar.kind for bar in barred}]
        return [*barred, *(_of_part(reason, self.hit.parts.get(reason.kind, {})) for reason in spoken)]


@dataclass(frozen=True)
class Demand:
    rows: list[Wanted]
    """The best fitting first, near misses last."""
    firms: int

    @property
    def seats(self) -> str:
        """How many people in all; never a number, which could be held against those of other pages."""
        return roughly(sum(row.headcount for row in self.rows))

    @property
    def asked_by(self) -> str:
        if self.firms < FEWEST_FIRMS:
            return _("fewer than three firms")
        return ngettext("%(n)d firm", "%(n)d firms", self.firms) % {"n": self.firms}


def roughly(people: int) -> str:
    """
    >>> roughly(4)
    '3–5 people'
    """
    found = next((label for most, label in ROUGHLY if people <= most), None)
    return _("%(range)s people") % {"range": found} if found else _("more than 100 people")


def demand(offers: Collection[CourseOffer], on: date) -> dict[int, Demand]:
    """Of each offer, fetched with its index; what is withdrawn meets none. A dozen queries, however many they are."""
    needs = CompetenceNeed.objects.open().shared().select_related("employer", "municipality__county")
    found = defaultdict[int, list[Likely]](list)
    for one in likely([offer for offer in offers if not offer.withdrawn_at], needs.order_by("pk")):
        if one.offer.shared_competences:
            found[one.offer.pk].append(one)
    cells = {pk: dict(_cells(pairs)) for pk, pairs in found.items()}
    ways = held(offers, on)
    distances = Distances.between(chain(*ways.values()), chain(*(of.values() for of in cells.values())))
    return {pk: _demand(found[pk], cells.get(pk, {}), ways[pk], distances) for pk in ways}


def _demand(found: list[Likely], cells: Mapping[int, Cell], ways: list[Held], distances: "Distances") -> Demand:
    rows = [(one, _wanted(one, cells[one.need.pk], ways, distances)) for one in found]
    firms = {_firm(one.need) for one, row in rows if row.band}
    return Demand(sorted((row for _one, row in rows if row.band), key=_order), len(firms))


def _order(row: Wanted) -> tuple[int, float, str, int]:
    return BANDS.index(Band(row.band)), -row.hit.score, row.cell.subject, row.headcount


def _cells(found: list[Likely]) -> Iterator[tuple[int, Cell]]:
    """Need → what is said of it: the smallest area in which enough firms ask for the same.

    Who is left over after the municipalities are named must be enough by themselves for their county to be named.
    """
    left = found
    for area in (_municipality, _county):
        firms = defaultdict[Cell, set[int]](set)
        for one in left:
            firms[Cell(_subject(one), area(one.need))].add(_firm(one.need))
        enough = {cell for cell, of in firms.items() if cell.area and len(of) >= FEWEST_FIRMS}
        yield from ((one.need.pk, cell) for one in left if (cell := Cell(_subject(one), area(one.need))) in enough)
        left = [one for one in left if Cell(_subject(one), area(one.need)) not in enough]
    yield from ((one.need.pk, Cell(_subject(one))) for one in left)


def _municipality(need: CompetenceNeed) -> Municipality | None:
    return need.municipality


def _county(need: CompetenceNeed) -> County | None:
    return need.municipality.county if need.municipality else None


def _subject(one: Likely) -> str:
    """The competence that need and offer share most of."""
    return one.offer.shared_competences[0]


def _firm(need: CompetenceNeed) -> int:
    """Units of one firm are one firm."""
    return need.employer.parent_id or need.employer_id


def _wanted(one: Likely, cell: Cell, ways: list[Held], distances: "Distances") -> Wanted:
    need = one.need
    wish = Wish(
        municipality=str(cell.area.pk) if cell.area else None,
        level=need.level,
        earliest_start=need.earliest_start and need.earliest_start.replace(day=1),
        latest_start=need.latest_start and _last_of_month(need.latest_start),
        modes=tuple(need.modes),
        language=need.language,
        formal=need.formal,
        without=frozenset(need.without),
    ).as_meant()
    hit = one.judged(wish, [distances.way(way, cell) for way in ways])
    return Wanted(need.pk, hit, cell, wish, one.kept.understood.level, need.headcount, need.created_at)


def _last_of_month(day: date) -> date:
    """
    >>> _last_of_month(date(2026, 2, 3))
    datetime.date(2026, 2, 28)
    """
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Distances:
    """Kilometres from each area to each place; for a county the mean over its municipalities."""

    km: Mapping[tuple[str, str], float]

    @classmethod
    def between(cls, ways: Iterable[Held], cells: Iterable[Cell]) -> "Distances":
        areas, places = {cell.area for cell in cells if cell.area}, {place for way in ways for place in way.places}
        counties = [area.pk for area in areas if isinstance(area, County)]
        towns = [area.pk for area in areas if isinstance(area, Municipality)]
        there = Distance.objects.filter(destination__in=places)
        near = there.filter(origin__in=towns).values_list("origin", "destination", "km")
        km = {(town, place): far for town, place, far in near}
        gathered = defaultdict[tuple[str, str], list[float]](list)
        wide = there.filter(origin__county__in=counties).values_list("origin__county", "destination", "km")
        for county, place, far in wide:
            gathered[county, place].append(far)
        return cls(km | {between: mean(all_of_it) for between, all_of_it in gathered.items()})

    def way(self, held: Held, cell: Cell) -> Way:
        """As seen from the area, from its nearest place."""
        known = [
            self.km[cell.area.pk, place] for place in held.places if cell.area and (cell.area.pk, place) in self.km
        ]
        return replace(held.way, km=min(known, default=None))


def _of_part(reason: Reason, part: Mapping[str, Any]) -> Reason:
    return replace(reason, sentence=PARTS[reason.kind](part)) if part and reason.kind in PARTS else reason


def _of_bar(bar: Reason) -> str:
    return BARS[bar.kind]() if bar.kind in BARS else bar.sentence


def _of_level(part: Mapping[str, Any]) -> str:
    if part["offered"] == part["wanted"]:
        return _("at the level they ask for")
    return _("they ask for another level: %(wanted)s") % {"wanted": explain.inside(str(Level(part["wanted"]).label))}


def _of_place(part: Mapping[str, Any]) -> str:
    if part.get("online"):
        return _("online, without travel")
    return _("about %(km)d km away (straight line)") % {"km": part["km"]}


def _of_time(part: Mapping[str, Any]) -> str:
    if not part["days"]:
        return _("starts when they want it to")
    return _("starts later than they want") if part["days"] > 0 else _("starts earlier than they want")


PARTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "level": _of_level,
    "place": _of_place,
    "time": _of_time,
}
BARS: dict[str, Callable[[], str]] = {
    "mode": lambda: _("They cannot take part the way it is held."),
    "window": lambda: _("It starts outside the months they want."),
    "language": lambda: _("They ask for another teaching language."),
}
