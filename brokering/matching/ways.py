"""The ways to attend offers, judged many at a time by what columns know of them.

What a gate and a part are is said of one way in `gates` and `parts`. Facts of few values are asked there, once for each
value that occurs; those of hundreds (place, dates, seats, price) are reckoned here over arrays. A test holds the two
together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from brokering.matching import columns, gates, packing, parts, score
from brokering.matching.columns import Columns, Slots, Ways
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models.choices import Mode

NONE = Offer(0, Signals())
MUNICIPALITIES = 10_000

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    wish: Wish
    understood: Understood
    on: date
    km: Mapping[str, float]
    """From where one is, to each municipality."""
    weights: score.Weights = score.OWN


@dataclass(frozen=True)
class Fact:
    """A fact of a way, with the gate and the part that it decides."""

    matters: Callable[[Question], bool]
    bars: Callable[[Question, Ways], Flags] | None = None
    part: str = ""
    value: Callable[[Question, Ways], Floats] | None = None
    """NaN where it is unknown."""
    is_limited: Callable[[Question], bool] = lambda _asked: True
    """Whether it bars anything."""

    def can_bar(self, asked: Question) -> bool:
        return self.bars is not None and self.matters(asked) and self.is_limited(asked)

    def barred(self, asked: Question, ways: Ways) -> Flags:
        if self.bars and self.can_bar(asked):
            return self.bars(asked, ways)
        return np.zeros(len(ways["modes"]), bool)


@dataclass(frozen=True)
class Judged:
    """Of each slot the best way to attend it: how many gates bar it, and its parts as a logarithm of their product."""

    slots: Slots
    bars: NDArray[np.int64]
    parts: Floats
    demanding: Floats

    def only(self, which: Flags) -> "Judged":
        return Judged(self.slots[which], self.bars[which], self.parts[which], self.demanding[which])

    def and_also(self, other: "Judged") -> "Judged":
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("slots", "bars", "parts", "demanding"))
        return Judged(*map(np.concatenate, pairs))

    @classmethod
    def of(cls, known: Columns, asked: Question, slots: Slots) -> "Judged":
        slots = slots[known.first[slots + 1] > known.first[slots]]
        if not len(slots):
            return cls(slots, np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))
        rows, begin = columns.rows_of(known, slots)
        today = packing.day(asked.on)
        ways = known.ways.only(rows)
        bars = (ways["closes"] < today).astype(np.int64)
        graded, weight = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        for fact in FACTS:
            if not fact.matters(asked):
                continue
            barred = fact.barred(asked, ways)
            bars += barred
            if fact.value:
                value = fact.value(asked, ways)
                counts = ~np.isnan(value) & ~barred
                share = np.float32(asked.weights.parts[fact.part])
                graded += share * np.log(np.where(counts, np.maximum(value, np.float32(parts.LEAST)), np.float32(1)))
                weight += share * counts
        product = graded / np.maximum(weight, 1e-6)
        chosen = np.maximum.reduceat(product - 1000 * bars, begin)
        fewest = np.floor(-chosen / 1000 + 1e-6).astype(np.int64)
        level = _looked_up(ways["level"][begin], lambda code: score.demanding(_of_level(code), asked.understood.level))
        judged = cls(slots, fewest, np.asarray(chosen + 1000 * fewest, np.float32), level)
        return judged.only(np.logical_or.reduceat(ways["public"] >= today, begin))


def attendable(known: Columns, asked: Question) -> Slots:
    """Every offer that no gate bars, whatever it is about."""
    today, ways = packing.day(asked.on), known.ways
    rows = np.flatnonzero((ways["closes"] >= today) & (ways["public"] >= today))
    for fact in FACTS:
        if fact.can_bar(asked):
            rows = rows[np.flatnonzero(~fact.barred(asked, ways.only(rows)))]
    slots = known.slot[rows]
    return slots[np.flatnonzero(np.diff(slots, prepend=-1))].astype(np.int64)


def has_gates(asked: Question) -> bool:
    return any(fact.can_bar(asked) for fact in FACTS)


def _looked_up(codes: NDArray[np.integer], value: Callable[[int], float]) -> Floats:
    """The value of each code, asked once for each that occurs."""
    occurring = np.flatnonzero(np.bincount(codes))
    table = np.zeros(occurring.max(initial=-1) + 1, np.float32)
    table[occurring] = [value(code) for code in occurring.tolist()]
    return table.take(codes)


def _value_by(name: str, part: str, read: Callable[[int], tuple[Offer, Way]]) -> Callable[[Question, Ways], Floats]:
    def value(asked: Question, ways: Ways) -> Floats:
        def of(code: int) -> float:
            found = parts.PARTS[part](asked.wish, asked.understood, *read(code))
            return float(found["value"]) if found else np.nan

        return _looked_up(ways[name], of)

    return value


def _bars_by(name: str, gate: str, read: Callable[[int], tuple[Offer, Way]]) -> Callable[[Question, Ways], Flags]:
    def bars(asked: Question, ways: Ways) -> Flags:
        return _looked_up(ways[name], lambda code: float(gates.GATES[gate](asked.wish, *read(code)) is not None)) > 0

    return bars


def _of_level(code: int) -> Offer:
    return Offer(0, Signals(), level=packing.LEVELS[code // 2], is_long=bool(code % 2))


def _level(code: int) -> tuple[Offer, Way]:
    return _of_level(code), Way()


def _modes(code: int) -> tuple[Offer, Way]:
    return NONE, Way(modes=packing.modes(code))


def _formal(code: int) -> tuple[Offer, Way]:
    return Offer(0, Signals(), formal=packing.FORMAL[code]), Way()


def _language(code: int) -> tuple[Offer, Way]:
    return Offer(0, Signals(), language=packing.LANGUAGES[code]), Way()


def _kms(asked: Question) -> Floats:
    """By the number of the municipality."""
    table = np.full(MUNICIPALITIES, np.nan, np.float32)
    table[[int(number) for number in asked.km]] = list(asked.km.values())
    return table


def _is_online(ways: Ways) -> Flags:
    return (ways["modes"] & (1 << packing.MODES.index(Mode.ONLINE))) > 0


def _too_far(asked: Question, ways: Ways) -> Flags:
    limit = np.float32(gates.farthest(asked.wish) or 0)
    return np.asarray((_kms(asked) > limit).take(ways["municipality"]) & ~_is_online(ways))


def _nearness(asked: Question, ways: Ways) -> Floats:
    reach = np.float32(asked.wish.max_travel_km or parts.USUAL_REACH_KM)
    value = 1 / (1 + (_kms(asked) / reach) ** 2)
    if not asked.wish.municipality:
        value = parts.MENTIONED * value + 1 - parts.MENTIONED
    return np.where(_is_online(ways), np.float32(1), value.take(ways["municipality"]))


def _outside_window(asked: Question, ways: Ways) -> Flags:
    days = _days_outside(asked, ways)
    return np.asarray((days < -gates.EARLIER_AT_MOST.days) | (days > gates.LATER_AT_MOST.days))


def _timeliness(asked: Question, ways: Ways) -> Floats:
    """As parts.time; NaN where no start is known."""
    days = _days_outside(asked, ways)
    return np.exp(np.where(days > 0, -days / np.float32(parts.DAYS_LATE), days / np.float32(parts.DAYS_EARLY)))


def _days_outside(asked: Question, ways: Ways) -> Floats:
    """As gates.days_outside; NaN where no start is known."""
    today, earliest, latest = packing.day(asked.on), asked.wish.earliest_start, asked.wish.latest_start
    start = np.where(ways["start"] > 0, ways["start"], np.float32(np.nan))
    has_begun = (start <= today) & (ways["closes"] >= today)
    first, last = np.where(has_begun, np.float32(today), start), np.where(has_begun, ways["closes"], start)
    late = first - (latest - packing.DAY_ZERO).days if latest else 0 * first
    early = last - (earliest - packing.DAY_ZERO).days if earliest else 0 * last
    return np.where(late > 0, late, np.minimum(early, 0))


def _seats(asked: Question, ways: Ways) -> Floats:
    """What is kept is one more than are left."""
    seats = ways["seats"].astype(np.float32)
    value = np.minimum((seats - 1) / np.float32(asked.wish.headcount or 1), 1)
    return np.where(seats == 0, np.float32(np.nan), value)


def _price(asked: Question, ways: Ways) -> Floats:
    """What is kept is tens of kroner, and one more."""
    price = 10 * (ways["price"].astype(np.float32) - 1)
    budget = np.float32(asked.wish.budget_nok or 0)
    return np.where(price < 0, np.float32(np.nan), np.where(price <= budget, 1, budget / np.maximum(price, 1)))


# The gates that leave the fewest come first.
FACTS = (
    Fact(
        lambda asked: bool(asked.km), _too_far, "place", _nearness, lambda asked: gates.farthest(asked.wish) is not None
    ),
    Fact(
        lambda asked: bool(asked.wish.earliest_start or asked.wish.latest_start), _outside_window, "time", _timeliness
    ),
    Fact(
        lambda asked: bool(asked.wish.modes),
        _bars_by("modes", "mode", _modes),
        "mode",
        _value_by("modes", "mode", _modes),
    ),
    Fact(lambda asked: bool(asked.wish.language), _bars_by("language", "language", _language)),
    Fact(lambda asked: bool(asked.understood.level), None, "level", _value_by("level", "level", _level)),
    Fact(lambda asked: bool(asked.wish.formal), None, "formal", _value_by("formal", "formal", _formal)),
    Fact(lambda asked: bool(asked.wish.headcount), None, "seats", _seats),
    Fact(lambda asked: asked.wish.budget_nok is not None, None, "price", _price),
)
