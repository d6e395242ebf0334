"""What makes attendance impossible. Each gate says what it found.

A gate that an unknown fact would decide is open. An offer whose every way is barred is a near miss: it keeps the way
with the fewest bars, and they say what would change it. Withdrawn, unpublished and outdated offers are not even that:
they are left out before (`CourseOffer.objects.published()`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from brokering.matching.facts import Offer, Way
from brokering.matching.wish import Wish
from brokering.models.choices import Mode, TeachingLanguage
from brokering.models.runs import ATTENDABLE

# How far outside the wanted dates one may begin and still be shown with a lower score.
EARLIER_AT_MOST = timedelta(days=30)
LATER_AT_MOST = timedelta(days=120)
# Who reads one of the written Norwegians reads the other.
UNDERSTOOD = {
    TeachingLanguage.BOKMAL: (TeachingLanguage.BOKMAL, TeachingLanguage.NYNORSK),
    TeachingLanguage.NYNORSK: (TeachingLanguage.BOKMAL, TeachingLanguage.NYNORSK),
}

Bar = dict[str, Any]
"""What stands in the way: {"gate": its name} and the facts its sentence needs, as JSON."""


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
    days = days_outside(wish, way)
    if -EARLIER_AT_MOST.days <= days <= LATER_AT_MOST.days:
        return None
    return {"gate": "window", "days": days, **dates(way)}


GATES: dict[str, Callable[[Wish, Offer, Way], Bar | None]] = {
    "runs": _seats,
    "language": _language,
    "mode": _mode,
    "reach": _reach,
    "window": _window,
}


def days_outside(wish: Wish, way: Way) -> int:
    """How many days after the latest wanted start one can begin at the earliest; negative when one has to begin before
    the earliest wanted; 0 when one can begin between them, or when no start is known.
    """
    if way.start and wish.latest_start and way.start > wish.latest_start:
        return (way.start - wish.latest_start).days
    last = way.until or way.start
    if last and wish.earliest_start and last < wish.earliest_start:
        return (last - wish.earliest_start).days
    return 0


def dates(way: Way) -> dict[str, str]:
    """When one can begin, as the sentences need it."""
    known = {"start": way.start, "until": way.until}
    return {name: day.isoformat() for name, day in known.items() if day}


def farthest(wish: Wish) -> int | None:
    """None without a place to travel from."""
    return wish.max_travel_km if wish.municipality else None


def languages(wish: Wish) -> list[str]:
    """Those the wish accepts; empty means any."""
    understood = UNDERSTOOD.get(TeachingLanguage(wish.language), (wish.language,)) if wish.language else ()
    return [str(language) for language in understood]


def bars(wish: Wish, offer: Offer, way: Way) -> list[Bar]:
    """Everything that stands in the way of this way; empty when one can go."""
    return [bar for gate in GATES.values() if (bar := gate(wish, offer, way))]


def outside(bars: Sequence[Bar]) -> int:
    """Kilometres and days from what is wanted: the fewer, the less has to change."""
    return sum(bar.get("km", 0) + abs(bar.get("days", 0)) for bar in bars)


def unbarred(graded: Mapping[str, Any], bars: Sequence[Bar]) -> dict[str, Any]:
    """The parts that a near miss is ranked by: not those that its bars are about."""
    about = {"reach": "place", "window": "time", "mode": "mode"}
    barred = {about.get(bar["gate"], "") for bar in bars}
    return {name: part for name, part in graded.items() if name not in barred}
