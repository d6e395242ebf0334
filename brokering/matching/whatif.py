"""What a need would gain if one thing about it were different, judged by the same gates and parts.

The offers and the ways to attend them are fetched once; each change is then a matter of arithmetic.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from brokering.matching import Hit, Wish, alike, judge
from brokering.matching.candidates import Candidates, fetch
from brokering.matching.facts import Offer
from brokering.models import CourseOffer, CourseRun
from brokering.models.choices import Mode
from brokering.models.matches import Band
from partners.models import Distance

LATER = timedelta(weeks=13)
FARTHER_KM = 50
FARTHEST_KM = 2500
"""About as far as it is from one end of the country to the other."""
NEIGHBOURS_KM = 150
MOST_NEIGHBOURS = 12


@dataclass(frozen=True)
class Change:
    """One thing about the need that could be different."""

    kind: str
    """online, later, farther, county, neighbour or chosen (a place)."""
    facts: dict[str, Any]
    """The fields of the wish that change, and their values."""


NOW = Change("now", {})


@dataclass(frozen=True)
class Gain:
    change: Change
    strong: int
    """How many more fit well; near-identical ones count as one."""
    shown: int
    """How many more fit at all, those that fit well among them."""

    @property
    def possible(self) -> int:
        return self.shown - self.strong


@dataclass(frozen=True)
class Weighed:
    """A need with the offers whose subject could be shown, fetched once."""

    found: Candidates
    places: Mapping[tuple[int, int | None], Sequence[str]] = field(default_factory=dict)
    """Where each offer's run is held, or the offer itself (None): numbers of municipalities."""

    def under(self, change: Change, km: Mapping[str, float] | None = None) -> Iterator[Hit]:
        """Every offer as the changed need sees it; `km`: from another place to each municipality."""
        wish, offers = replace(self.found.wish, **change.facts), self.found.offers
        for offer in offers if km is None else (self._moved(offer, km) for offer in offers):
            yield judge(wish, self.found.understood, self.found.background, offer, self.found.weights)

    def _moved(self, offer: Offer, km: Mapping[str, float]) -> Offer:
        own = self._nearest(offer.pk, None, km)
        ways = [
            replace(way, km=own if (near := self._nearest(offer.pk, way.run_id, km)) is None else near)
            for way in offer.ways
        ]
        return replace(offer, ways=tuple(ways))

    def _nearest(self, offer: int, run: int | None, km: Mapping[str, float]) -> float | None:
        return min((km[place] for place in self.places.get((offer, run), ()) if place in km), default=None)


def weigh(wish: Wish, on: date | None = None, also: int | None = None) -> Weighed:
    """What is worth judging again: an offer whose subject is below what is shown never gets above it."""
    return Weighed(fetch(wish, on or timezone.localdate(), also))


def changes(wish: Wish, hits: Iterable[Hit] = ()) -> Iterator[Change]:
    """What could be different with the need itself, besides where one travels from; `hits`: offers as they are now, of
    which the nearest is to come within reach.
    """
    if wish.modes and Mode.ONLINE not in wish.modes:
        yield Change("online", {"modes": (*wish.modes, str(Mode.ONLINE))})
    if wish.latest_start and wish.latest_start <= date.max - LATER:
        yield Change("later", {"latest_start": wish.latest_start + LATER})
    if wish.municipality and wish.max_travel_km is not None:
        farther = {wish.max_travel_km * 2, wish.max_travel_km + FARTHER_KM} - {wish.max_travel_km}
        yield from (Change("farther", {"max_travel_km": km}) for km in sorted(farther) if km <= FARTHEST_KM)
        yield from _county(wish.municipality, max(farther))
        yield from _nearest(hits, max(farther))


def _county(origin: str, least: int) -> Iterator[Change]:
    """As far as to the farthest place of one's county."""
    within = Distance.objects.filter(origin=origin, destination__county__municipalities=origin)
    km = within.aggregate(km=Max("km"))["km"]
    if km and km > least:
        yield Change("county", {"max_travel_km": int(km) + 1})


def _nearest(hits: Iterable[Hit], least: int) -> Iterator[Change]:
    """As far as to the nearest that nothing but its distance bars, in tens of kilometres."""
    alone = [hit.gates[0]["km"] for hit in hits if [bar["gate"] for bar in hit.gates] == ["reach"]]
    if alone and min(alone) >= least:
        yield Change("farther", {"max_travel_km": 10 * (min(alone) // 10 + 1)})


def what_if(wish: Wish, elsewhere: str = "", on: date | None = None) -> list[Gain]:
    """The changes that give something; of the neighbouring places the best, and whichever somebody asks for."""
    weighed = weigh(wish, on)
    hits = [hit for hit in weighed.under(NOW) if hit.band]
    now = _bands(hits)
    then = [(change, _bands(weighed.under(change))) for change in changes(weighed.found.wish, hits)]
    then += _from_elsewhere(weighed, now, elsewhere)
    titles = _titles({pk for _change, bands in then for pk in bands.keys() - now.keys() | _better(bands, now)})
    gains = [
        Gain(
            change, _count(_better(bands, now), titles), _count(bands.keys() - now.keys() | _better(bands, now), titles)
        )
        for change, bands in then
    ]
    return list(_worthwhile(gains))


def _bands(hits: Iterable[Hit]) -> dict[int, str]:
    """Of what is shown among those that fit."""
    return {hit.offer_id: hit.band for hit in hits if hit.band and not hit.gates}


def _better(bands: Mapping[int, str], now: Mapping[int, str]) -> set[int]:
    """What fits well then and does not now."""
    return {pk for pk, band in bands.items() if band == Band.STRONG and now.get(pk) != Band.STRONG}


def _from_elsewhere(weighed: Weighed, now: Mapping[int, str], chosen: str) -> list[tuple[Change, dict[int, str]]]:
    origin = weighed.found.wish.municipality
    near = _neighbours(origin) if origin else []
    if not near and not chosen:
        return []
    weighed = replace(weighed, places=_places(weighed.found.offers))
    km = _distances([*near, *([chosen] if chosen else [])], weighed.places)
    found = {
        place: (change := Change("neighbour", {"municipality": place}), _bands(weighed.under(change, km[place])))
        for place in near
    }
    best = max(near, key=lambda place: _worth(found[place][1], now), default=None)
    rows = [found[best]] if best else []
    if chosen:
        change = Change("chosen", {"municipality": chosen})
        rows.append((change, _bands(weighed.under(change, km[chosen]))))
    return rows


def _worth(bands: Mapping[int, str], now: Mapping[int, str]) -> tuple[int, int]:
    """More than what is lost by it."""
    strong = sum(band == Band.STRONG for band in bands.values()) - sum(band == Band.STRONG for band in now.values())
    return strong, len(bands) - len(now)


def _neighbours(origin: str) -> list[str]:
    """The nearest first."""
    near = Distance.objects.filter(origin=origin, km__gt=0, km__lte=NEIGHBOURS_KM).order_by("km")
    return list(near.values_list("destination", flat=True)[:MOST_NEIGHBOURS])


def _places(offers: Iterable[Offer]) -> dict[tuple[int, int | None], list[str]]:
    ids = [offer.pk for offer in offers]
    runs = CourseRun.objects.filter(offer__in=ids, municipality__isnull=False).order_by("pk")
    usual = CourseOffer.municipalities.through.objects.filter(courseoffer__in=ids).order_by("pk")
    places: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for offer, run, place in runs.values_list("offer", "pk", "municipality"):
        places[offer, run].append(place)
    for offer, place in usual.values_list("courseoffer", "municipality"):
        places[offer, None].append(place)
    return places


def _distances(origins: Iterable[str], places: Mapping[Any, Iterable[str]]) -> dict[str, dict[str, float]]:
    held = {place for some in places.values() for place in some}
    rows = Distance.objects.filter(origin__in=origins, destination__in=held).order_by("pk")
    km: dict[str, dict[str, float]] = defaultdict(dict)
    for origin, destination, away in rows.values_list("origin", "destination", "km"):
        km[origin][destination] = away
    return km


def _titles(ids: Iterable[int]) -> dict[int, CourseOffer]:
    said = CourseOffer.objects.only("title", "description", "level", "provider_id").order_by("pk")
    return said.in_bulk(list(ids))


def _count(ids: Iterable[int], titles: Mapping[int, CourseOffer]) -> int:
    return len(alike.grouped((titles[pk] for pk in ids), lambda offer: offer))


def _worthwhile(gains: Iterable[Gain]) -> Iterator[Gain]:
    """Without those that give nothing, and the longer travels that give no more than a shorter one."""
    before = (0, 0)
    for gain in gains:
        given = (gain.strong, gain.shown)
        if gain.change.kind in ("farther", "county"):
            if given > before:
                before = given
                yield gain
        elif gain.change.kind == "chosen" or any(given):
            yield gain
