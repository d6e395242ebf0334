"""Which offers come into question for a need, with everything that is known of them.

Words and competences are held against every offer (postings), gates and graded parts too (shortlist, columns), meaning
against those that stand out and the nearest (vectors). Of the best one can attend and the best of the others, as far as
their subject could be shown, all facts are read in one query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from brokering.matching import columns, postings, shortlist, vectors, versions
from brokering.matching.columns import Columns, Placed, Slots
from brokering.matching.documents import MOST_IMPACT
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.postings import COMPETENCE
from brokering.matching.score import Weights
from brokering.matching.shortlist import Evidence
from brokering.matching.understanding import Asked, Understood, read, worth_saying
from brokering.matching.ways import Floats, Question
from brokering.matching.wish import Wish
from brokering.models import CourseOffer, CourseRun

NAMED = 0.3
"""From which product of likelihoods a competence is named as one that need and offer share."""
# Background: how alike the 50th best offer is. In a small catalogue that is not a stranger yet, so never below what it
# may be in a large one (.05 ± .05 by words and .21 ± .06 by meaning, over the development needs in 3 538 offers).
RANK_OF_BACKGROUND = 50
LEAST = Signals(words=0.02, meaning=0.16)


@dataclass(frozen=True)
class Candidates:
    wish: Wish
    """As it is judged."""
    offers: list[Offer]
    understood: Understood
    background: Signals
    weights: Weights
    """That they were chosen by."""


def fetch(wish: Wish, on: date, also: int | None = None, least: float = shortlist.SHOWN) -> Candidates:
    """`also`: an offer that is looked at whether it comes into question or not; `least`: as shortlist.best.

    What does not hang on the meaning of the need is done while that is being found.
    """
    reading = read(wish)
    wish = wish.travelling_from(reading.place)
    found = postings.read([asked.term for asked in reading.terms])
    known, weights = columns.current(), versions.current()
    origin = wish.municipality or reading.place
    km = shortlist.distances(origin) if origin else {}
    understood = reading.understood()
    placed = known.placed(found | postings.read([COMPETENCE + one.slug for one in understood.subjects]))
    asked = Question(wish, understood, on, km, weights)
    with _being_compared(known, understood) as near:
        speaks = _said(known, understood, placed)
        slots = shortlist.best(known, asked, speaks, partial(_complete, speaks, near), also, least)
    shared = _shared(known, understood, placed, speaks, slots)
    return Candidates(wish, _offers(shared, km, on), understood, speaks.background, weights)


def evidence(known: Columns, understood: Understood, found: Mapping[str, Placed]) -> Evidence:
    with _being_compared(known, understood) as near:
        said = _said(known, understood, found)
        _complete(said, near)
    return said


def _said(known: Columns, understood: Understood, found: Mapping[str, Placed]) -> Evidence:
    """Without the meaning."""
    most = MOST_IMPACT * sum(asked.weight for asked in understood.terms) or 1.0
    words = known.sum(found, {asked.term: asked.weight / most for asked in understood.terms})
    competence = known.sum(found, {COMPETENCE + one.slug: one.strength for one in understood.subjects})
    return Evidence(words, competence, np.full(len(known), np.nan, np.float32))


@contextmanager
def _being_compared(known: Columns, understood: Understood) -> Iterator[Callable[[], Floats] | None]:
    """What gives the meaning of the offers; nothing where that of the need is not known."""
    if understood.vector is None:
        yield None
    else:
        with vectors.being_compared(known, understood.vector) as near:
            yield near


def _complete(said: Evidence, near: Callable[[], Floats] | None) -> None:
    if near:
        said.meaning = near()
    said.background = _background(said.words, said.meaning)


def _background(words: Floats, meaning: Floats) -> Signals:
    return Signals(max(LEAST.words, _fiftieth(words)), max(LEAST.meaning or 0.0, _fiftieth(meaning)))


def _fiftieth(signal: Floats) -> float:
    known = signal[np.flatnonzero(signal > 0)]  # by numbers: by flags it takes ten times as long
    if len(known) < RANK_OF_BACKGROUND:
        return 0.0
    return float(known[shortlist.highest(known, RANK_OF_BACKGROUND)].min())


@dataclass(frozen=True)
class Shared:
    """What of a need's evidence an offer has."""

    signals: Signals
    words: tuple[str, ...]
    competences: tuple[str, ...]


def _shared(
    known: Columns, understood: Understood, found: Mapping[str, Placed], speaks: Evidence, slots: Slots
) -> dict[int, Shared]:
    """By the number of the offer."""
    offers = known.offers(slots)
    terms = sorted(understood.terms, key=lambda asked: -asked.weight)
    words = [_impacts(found, asked.term, slots) for asked in terms]
    shares = [one.strength * _impacts(found, COMPETENCE + one.slug, slots) for one in understood.subjects]
    heaviest = max((asked.weight for asked in terms), default=0.0)
    rows = {}
    for at, (offer, slot) in enumerate(zip(offers.tolist(), slots.tolist(), strict=True)):
        meaning = float(speaks.meaning[slot])
        given = [(share[at], one.slug) for share, one in zip(shares, understood.subjects, strict=True)]
        slugs = tuple(slug for share, slug in sorted(given, reverse=True) if share >= NAMED)
        said = worth_saying((one for one, impacts in zip(terms, words, strict=True) if impacts[at] > 0), heaviest)
        rows[offer] = Shared(
            Signals(float(speaks.words[slot]), None if np.isnan(meaning) else meaning, float(speaks.competence[slot])),
            _named(one for one in said if one.is_whole or not slugs),
            slugs,
        )
    return rows


def _named(terms: Iterable[Asked]) -> tuple[str, ...]:
    """As they were written; of a compound of which the offer has but a part, that part."""
    return tuple(dict.fromkeys(asked.said if asked.is_whole and asked.said else asked.base for asked in terms))


def _impacts(found: Mapping[str, Placed], term: str, slots: Slots) -> Floats:
    """What a term says of the offers in these slots; 0 where they do not have it."""
    if term not in found or not len(found[term].slots):
        return np.zeros(len(slots), np.float32)
    having, impacts = found[term]
    at = np.minimum(np.searchsorted(having, slots.astype(np.int32)), len(having) - 1)
    return np.where(having[at] == slots, impacts[at], np.float32(0))


def _offers(shared: Mapping[int, Shared], km: Mapping[str, float], on: date) -> list[Offer]:
    """Those that are published; the rows of one offer are its ways, the earliest first: that is shown of equals."""
    with connection.cursor() as cursor:
        cursor.execute(_query(on), [list(shared)])
        rows = [Row(*row) for row in cursor.fetchall()]
    return [_offer(list(ways), shared[offer], km, on) for offer, ways in groupby(rows, key=attrgetter("id"))]


class Row(NamedTuple):
    """A run of an offer, or the offer itself while it has none."""

    id: int
    level: str
    is_long: bool
    language: str
    formal: bool | None
    modes: list[str]
    price: Decimal | None
    provider: int
    places: list[list[str]] | None
    """Number and name of each of the offer's municipalities."""
    run_id: int | None
    state: str | None
    mode: str | None
    number: str | None
    name: str | None
    start: date | None
    joined_until: date | None
    seats_left: int | None
    run_price: Decimal | None


def _offer(rows: list[Row], shared: Shared, km: Mapping[str, float], on: date) -> Offer:
    first = rows[0]
    known = [(km[number], name) for number, name in first.places or () if number in km]
    nearest = min(known, default=None)
    return Offer(
        pk=first.id,
        signals=shared.signals,
        level=first.level,
        is_long=first.is_long,
        language=first.language,
        formal=first.formal,
        ways=tuple(_way(row, nearest, km, on) for row in rows),
        shared_words=shared.words,
        shared_competences=shared.competences,
        provider=first.provider,
    )


def _way(row: Row, nearest: tuple[float, str] | None, km: Mapping[str, float], on: date) -> Way:
    there = (km[row.number], row.name or "") if row.number and row.number in km else nearest
    return Way(
        run_id=row.run_id,
        state=row.state or "",
        modes=(row.mode,) if row.mode else tuple(row.modes),
        place=there[1] if there else "",
        km=there and there[0],
        start=on if row.joined_until else row.start,
        until=row.joined_until,
        seats_left=row.seats_left,
        price_nok=row.price if row.run_price is None else row.run_price,
    )


@lru_cache(maxsize=8)
def _query(on: date) -> str:
    """The querysets of the models say what is published and what state a run is in; the rest is written out."""
    published = CourseOffer.objects.published(on).values(*OF_OFFER).order_by()
    runs = CourseRun.objects.with_state(on).order_by()
    known = ("pk", "offer_id", "mode", "municipality_id", "start", "seats", "seats_taken", "price_nok")
    return QUERY.replace("{offers}", _literal(published)).replace(
        "{runs}", _literal(runs.values(*known, "state", "joined_until"))
    )


def _literal(rows: QuerySet[Any, Any]) -> str:
    """A queryset's SQL with its values written in, to stand inside a larger query."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        written: bytes = cursor.cursor.mogrify(sql, values)
    return written.decode().replace("%", "%%")


OF_OFFER = ("pk", "language", "modes", "formal", "price_nok", "provider_id")
# OFFSET 0 and LATERAL keep the planner at the few offers that are asked for.
QUERY = """
SELECT o.id, i.level, i.is_long, o.language, o.formal, o.modes::text[], o.price, o.provider,
    (SELECT array_agg(ARRAY[m.number, m.name]) FROM brokering_courseoffer_municipalities p
        JOIN partners_municipality m ON m.number = p.municipality_id WHERE p.courseoffer_id = o.id),
    r.id, r.state, r.mode, r.municipality_id, place.name, r.start, r.joined_until,
    r.seats - r.seats_taken, r.price
FROM unnest(%s::bigint[]) AS f (offer_id) CROSS JOIN LATERAL (
    SELECT * FROM ({offers}) published (id, language, modes, formal, price, provider) WHERE id = f.offer_id OFFSET 0
) o
JOIN brokering_offerindex i ON i.offer_id = o.id
LEFT JOIN LATERAL (
    SELECT * FROM ({runs}) every
        (id, offer_id, mode, municipality_id, start, seats, seats_taken, price, state, joined_until)
    WHERE offer_id = o.id OFFSET 0
) r ON true
LEFT JOIN partners_municipality place ON place.number = r.municipality_id
ORDER BY o.id, r.start, r.id
"""
