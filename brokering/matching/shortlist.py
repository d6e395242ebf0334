"""Which offers are worth judging by the database's facts: the best of all, as far as columns and postings tell.

The same gates and parts that judge a way to attend an offer are asked here once for every value that occurs, and looked
up for all offers; so a narrow gate or a near place is no reason for a good offer to be missed. Only the meaning is not
known of every offer: it is read of those that stand out by words, competences and facts, and the nearest are found by
themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from brokering.matching import columns, gates, parts, score, vectors
from brokering.matching.columns import Columns, Slots
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models.choices import Mode

OPEN, BARRED = 120, 80
"""How many are judged that one can attend, and how many that something bars."""
STANDING_OUT = 10_000
"""Offers whose facts are looked at, the best by words and competences."""
COMPARED = 1_500
"""Offers one can attend whose meaning is read. Where narrow gates leave fewer of those that stand out, any others."""
ONLINE = 10_000
"""Added to the number of a municipality where one can attend from home."""

NONE = Offer(0, Signals())

Floats = NDArray[np.float32]


@dataclass
class Evidence:
    """What speaks for each slot; meaning is NaN where it was not read."""

    words: Floats
    competence: Floats
    meaning: Floats
    background: Signals = field(default_factory=Signals)


@dataclass(frozen=True)
class Question:
    wish: Wish
    understood: Understood
    on: date
    km: Mapping[str, float]
    """From where one is, to each municipality."""
    weights: score.Weights = score.OWN


def best(known: Columns, asked: Question, found: Evidence, also: int | None = None) -> Slots:
    """The best that one can attend, the best of the others, and `also`. Fills in the meaning of those it looks at."""
    interest = _interest(asked, found)
    stand_out = standing_out(interest, found, STANDING_OUT)
    ways = Judged.of(known, asked, stand_out)
    if (ways.bars == 0).sum() < COMPARED and any(fact.gate and fact.matters(asked) for fact in FACTS):
        others = attendable(known, asked)
        if len(others) > COMPARED:
            others = others[np.argpartition(-interest[others], COMPARED)[:COMPARED]]
        ways = Judged.of(known, asked, np.union1d(stand_out, others))
    slots = known.slots(np.array([] if also is None else [also], np.int64))
    named = slots[slots >= 0]
    if asked.understood.vector is not None:
        likely = _top(ways, _total(asked, found, ways), COMPARED, BARRED)
        unread = np.union1d(likely, named)
        unread = unread[np.isnan(found.meaning[unread])]
        if len(unread):
            offers, cosines = vectors.of(known.offers(unread), asked.understood.vector)
            found.meaning[known.slots(offers)] = cosines
        # What was not read would be taken for nearer than it is.
        ways = ways.only(np.isin(ways.slots, likely) | ~np.isnan(found.meaning[ways.slots]))
    return np.union1d(_top(ways, _total(asked, found, ways), OPEN, BARRED), named)


def attendable(known: Columns, asked: Question) -> Slots:
    """Every offer that no gate bars, whatever it is about."""
    today = columns.day(asked.on)
    rows = np.flatnonzero((known.ways["public"] >= today) & (known.ways["closes"] >= today))
    for fact in FACTS:
        if fact.gate and fact.matters(asked):
            rows = rows[~fact.barred(asked, known.ways[rows])]
    return np.unique(np.searchsorted(known.first, rows, side="right") - 1)


def _interest(asked: Question, found: Evidence) -> Floats:
    """What the words, the competences and what is known of the meaning give; no background is needed to order by it."""
    weights = asked.weights.with_meaning
    log = np.log(found.competence + np.float32(score.CHANCE))
    interest = weights["words"] * found.words + weights["competence"] * log
    return np.asarray(interest + weights["meaning"] * np.nan_to_num(found.meaning), np.float32)


def standing_out(interest: Floats, found: Evidence, most: int) -> Slots:
    """In rising order; where the meaning of a few only is known, those are among them."""
    near = ~np.isnan(found.meaning)
    stirred = (found.words > 0) | (found.competence > 0) | near
    if most < len(interest):
        stirred &= interest >= np.partition(interest, -most)[-most]
    return np.flatnonzero(stirred | near if near.sum() <= most else stirred)


@dataclass(frozen=True)
class Judged:
    """Of each slot the best way to attend it: how many gates bar it, and its parts as a logarithm of their product."""

    slots: Slots
    bars: NDArray[np.int64]
    parts: Floats
    demanding: Floats

    def only(self, which: NDArray[np.bool_]) -> "Judged":
        return Judged(self.slots[which], self.bars[which], self.parts[which], self.demanding[which])

    @classmethod
    def of(cls, known: Columns, asked: Question, slots: Slots) -> "Judged":
        slots = slots[known.first[slots + 1] > known.first[slots]]
        rows, _begin = columns.rows_of(known, slots)
        today = columns.day(asked.on)
        public = known.ways["public"][rows] >= today
        slots = slots[np.logical_or.reduceat(public, _begin)] if len(slots) else slots
        if not len(slots):
            return cls(slots, np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))
        rows, begin = columns.rows_of(known, slots)
        ways = known.ways[rows]
        bars = (ways["closes"] < today).astype(np.int64)
        graded, weight = np.zeros(len(ways), np.float32), np.zeros(len(ways), np.float32)
        for fact in FACTS:
            if fact.matters(asked):
                is_barred, value, is_known = fact.judge(asked, ways)
                bars += is_barred
                weight_of = asked.weights.parts.get(fact.part, 0.0)
                graded += weight_of * value
                weight += weight_of * (is_known & ~is_barred)
        product = graded / np.maximum(weight, 1e-6)
        chosen = np.maximum.reduceat(product - 1000 * bars, begin)
        fewest = np.floor(-chosen / 1000 + 1e-6).astype(np.int64)
        level = _looked_up(ways["level"][begin], lambda code: score.demanding(_of_level(code), asked.understood.level))
        return cls(slots, fewest, np.asarray(chosen + 1000 * fewest, np.float32), level)


def _total(asked: Question, found: Evidence, ways: Judged) -> Floats:
    """The logarithm of the score; an unread meaning counts as the background's."""
    has_meaning = asked.understood.vector is not None
    weights = asked.weights.with_meaning if has_meaning else asked.weights.without_meaning
    meaning = np.nan_to_num(found.meaning[ways.slots] - (found.background.meaning or 0))
    logit = (
        weights["bias"]
        + weights["words"] * (found.words[ways.slots] - found.background.words)
        + weights["competence"] * np.log(found.competence[ways.slots] + score.CHANCE)
        + weights["demanding"] * ways.demanding
        + weights.get("meaning", 0) * meaning
    )
    return np.asarray(ways.parts - np.logaddexp(0, -logit), np.float32)


def _top(ways: Judged, total: Floats, most_open: int, most_barred: int) -> Slots:
    is_open = ways.bars == 0
    sides = ((np.flatnonzero(is_open), most_open), (np.flatnonzero(~is_open), most_barred))
    return np.sort(np.concatenate([ways.slots[rows[np.argsort(-total[rows], kind="stable")[:n]]] for rows, n in sides]))


@dataclass(frozen=True)
class Fact:
    """A fact of a way, as a number, with the gate and the part that it decides."""

    codes: Callable[[columns.Ways], NDArray[np.int64]]
    read: Callable[[int, Question], tuple[Offer, Way]]
    matters: Callable[[Question], bool]
    part: str = ""
    gate: str = ""

    def judge(self, asked: Question, ways: columns.Ways) -> tuple[NDArray[np.bool_], Floats, NDArray[np.bool_]]:
        """Whether it bars, the logarithm of its part (0 where it is unknown or barred), whether the part is known."""
        barred = self.barred(asked, ways)
        value = _looked_up(self.codes(ways), lambda code: self._value(asked, code))
        return barred, np.where(barred | (value < 0), np.float32(0), np.log(np.abs(value))), value >= 0

    def barred(self, asked: Question, ways: columns.Ways) -> NDArray[np.bool_]:
        return _looked_up(self.codes(ways), lambda code: self._bars(asked, code)) > 0

    def _bars(self, asked: Question, code: int) -> float:
        offer, way = self.read(code, asked)
        return float(
            any(gate.bar(asked.wish, offer, way) is not None for gate in gates.GATES if gate.name == self.gate)
        )

    def _value(self, asked: Question, code: int) -> float:
        """-1 is unknown."""
        if not self.part:
            return -1.0
        part = parts.PARTS[self.part](asked.wish, asked.understood, *self.read(code, asked))
        return max(parts.LEAST, float(part["value"])) if part else -1.0


def _looked_up(codes: NDArray[np.int64], value: Callable[[int], float]) -> Floats:
    """The value of each code, asked once for each that occurs."""
    if not len(codes):
        return np.zeros(0, np.float32)
    occurring = np.flatnonzero(np.bincount(codes))
    table = np.zeros(occurring[-1] + 1, np.float32)
    table[occurring] = [value(code) for code in occurring.tolist()]
    return table[codes]


def _of_level(code: int) -> Offer:
    return Offer(0, Signals(), level=columns.LEVELS[code // 2], is_long=bool(code % 2))


def _place(ways: columns.Ways) -> NDArray[np.int64]:
    online = ways["modes"] >> columns.MODES.index(Mode.ONLINE) & 1
    return np.asarray(ways["municipality"].astype(np.int64) + ONLINE * online.astype(np.int64))


def _at(code: int, asked: Question) -> tuple[Offer, Way]:
    online, number = divmod(code, ONLINE)
    return NONE, Way(modes=(Mode.ONLINE,) if online else (), km=asked.km.get(f"{number:04}"))


def _start(code: int, asked: Question) -> tuple[Offer, Way]:
    return NONE, Way(start=columns.date_of(code) if code else None)


FACTS = (
    Fact(
        lambda ways: ways["level"].astype(np.int64),
        lambda code, _asked: (_of_level(code), Way()),
        lambda asked: bool(asked.understood.level),
        part="level",
    ),
    Fact(_place, _at, lambda asked: bool(asked.km), part="place", gate="reach"),
    Fact(
        lambda ways: ways["start"].astype(np.int64),
        _start,
        lambda asked: bool(asked.wish.earliest_start or asked.wish.latest_start),
        part="time",
        gate="window",
    ),
    Fact(
        lambda ways: ways["seats"].astype(np.int64),
        lambda code, _asked: (NONE, Way(seats_left=code - 1 if code else None)),
        lambda asked: bool(asked.wish.headcount),
        part="seats",
    ),
    Fact(
        lambda ways: ways["price"].astype(np.int64),
        lambda code, _asked: (NONE, Way(price_nok=Decimal(10 * (code - 1)) if code else None)),
        lambda asked: asked.wish.budget_nok is not None,
        part="price",
    ),
    Fact(
        lambda ways: ways["modes"].astype(np.int64),
        lambda code, _asked: (NONE, Way(modes=columns.modes(code))),
        lambda asked: bool(asked.wish.modes),
        part="mode",
        gate="mode",
    ),
    Fact(
        lambda ways: ways["formal"].astype(np.int64),
        lambda code, _asked: (Offer(0, Signals(), formal=columns.FORMAL[code]), Way()),
        lambda asked: bool(asked.wish.formal),
        part="formal",
    ),
    Fact(
        lambda ways: ways["language"].astype(np.int64),
        lambda code, _asked: (Offer(0, Signals(), language=columns.LANGUAGES[code]), Way()),
        lambda asked: bool(asked.wish.language),
        gate="language",
    ),
)


def distances(origin: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT destination_id, km FROM partners_distance WHERE origin_id = %s", [origin])
        return dict(cursor.fetchall())
