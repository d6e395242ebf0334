"""What makes attendance impossible. Each gate is a condition in SQL and the same in Python, with what it found.

A gate that an unknown fact would decide is open. An offer whose every way is barred is a near miss: it keeps the way
with the fewest bars, and they say what would change it. Withdrawn, unpublished and outdated offers are not even that:
they are left out before (`CourseOffer.objects.published()`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from brokering.matching.facts import Offer, Way
from brokering.matching.wish import Wish
from brokering.models.choices import Mode, TeachingLanguage
from brokering.models.runs import RunState

# How far outside the wanted dates a run may start and still be shown with a lower score.
EARLIER_AT_MOST = timedelta(days=30)
LATER_AT_MOST = timedelta(days=120)
ATTENDABLE = (RunState.COMING, RunState.OPEN, RunState.DEADLINE_NEAR)
# Who reads one of the written Norwegians reads the other.
UNDERSTOOD = {
    TeachingLanguage.BOKMAL: (TeachingLanguage.BOKMAL, TeachingLanguage.NYNORSK),
    TeachingLanguage.NYNORSK: (TeachingLanguage.BOKMAL, TeachingLanguage.NYNORSK),
}

Bar = dict[str, Any]
"""What stands in the way: {"gate": its name} and the facts its sentence needs, as JSON."""


@dataclass(frozen=True)
class Gate:
    name: str
    sql: str
    """True where a way is open; over the columns of `ways` in candidates.py and the parameters of `parameters()`."""
    bar: Callable[[Wish, Offer, Way], Bar | None]


def _seats(wish: Wish, offer: Offer, way: Way) -> Bar | None:
    if not way.state or way.state in ATTENDABLE:
        return None
    return {"gate": "runs", "state": way.state, "start": way.start and way.start.isoformat()}


def _language(wish: Wish, offer: Offer, way: Way) -> Bar | None:
    if not wish.language or not offer.language or offer.language in languages(wish):
        return None
    return {"gate": "language", "language": offer.language}


def _mode(wish: Wish, offer: Offer, way: Way) -> Bar | None:
    if not wish.modes or not way.modes or set(wish.modes) & set(way.modes):
        return None
    return {"gate": "mode", "modes": list(way.modes), "wanted": list(wish.modes)}


def _reach(wish: Wish, offer: Offer, way: Way) -> Bar | None:
    limit = farthest(wish)
    if limit is None or way.km is None or way.km <= limit or Mode.ONLINE in way.modes:
        return None
    return {"gate": "reach", "km": round(way.km), "limit": limit, "place": way.place}


def _window(wish: Wish, offer: Offer, way: Way) -> Bar | None:
    if way.start is None:
        return None
    if wish.earliest_start and way.start < first_day(wish.earliest_start):
        return {"gate": "window", "days": (way.start - wish.earliest_start).days, "start": way.start.isoformat()}
    if wish.latest_start and way.start > last_day(wish.latest_start):
        return {"gate": "window", "days": (way.start - wish.latest_start).days, "start": way.start.isoformat()}
    return None


GATES = (
    Gate("runs", "(state = '' OR state = ANY (%(attendable)s))", _seats),
    Gate("language", "(%(languages)s::text[] = '{}' OR language = '' OR language = ANY (%(languages)s))", _language),
    Gate("mode", "(%(modes)s::text[] = '{}' OR modes = '{}' OR modes && %(modes)s::text[])", _mode),
    Gate("reach", "(%(limit)s::float8 IS NULL OR km IS NULL OR km <= %(limit)s OR 'online' = ANY (modes))", _reach),
    Gate(
        "window",
        "(start IS NULL OR (start >= coalesce(%(first)s::date, start) AND start <= coalesce(%(last)s::date, start)))",
        _window,
    ),
)
ALL_OPEN = " AND ".join(gate.sql for gate in GATES)


def parameters(wish: Wish) -> Mapping[str, Any]:
    return {
        "attendable": [str(state) for state in ATTENDABLE],
        "languages": languages(wish),
        "modes": list(wish.modes),
        "limit": farthest(wish),
        "first": wish.earliest_start and first_day(wish.earliest_start),
        "last": wish.latest_start and last_day(wish.latest_start),
    }


def first_day(earliest: date) -> date:
    """On which a run may start; what lies before all dates is the first of them."""
    return max(earliest, date.min + EARLIER_AT_MOST) - EARLIER_AT_MOST


def last_day(latest: date) -> date:
    """
    >>> last_day(date(2026, 1, 1)), last_day(date.max)
    (datetime.date(2026, 5, 1), datetime.date(9999, 12, 31))
    """
    return min(latest, date.max - LATER_AT_MOST) + LATER_AT_MOST


def farthest(wish: Wish) -> int | None:
    """None without a place to travel from: one that a text happens to name bars nothing."""
    return wish.max_travel_km if wish.municipality else None


def languages(wish: Wish) -> list[str]:
    """Those the wish accepts; empty means any."""
    understood = UNDERSTOOD.get(TeachingLanguage(wish.language), (wish.language,)) if wish.language else ()
    return [str(language) for language in understood]


def bars(wish: Wish, offer: Offer, way: Way) -> list[Bar]:
    """Everything that stands in the way of this way; empty when one can go."""
    return [bar for gate in GATES if (bar := gate.bar(wish, offer, way))]


def outside(bars: Sequence[Bar]) -> int:
    """Kilometres and days from what is wanted: the fewer, the less has to change."""
    return sum(bar.get("km", 0) + abs(bar.get("days", 0)) for bar in bars)


def unbarred(graded: Mapping[str, Any], bars: Sequence[Bar]) -> dict[str, Any]:
    """The parts that a near miss is ranked by: not those that its bars are about."""
    about = {"reach": "place", "window": "time", "mode": "mode"}
    barred = {about.get(bar["gate"], "") for bar in bars}
    return {name: part for name, part in graded.items() if name not in barred}
