"""Which offers are worth judging by the database's facts: the best of all, as far as columns and postings tell.

Gates and parts are held against every way to attend (ways); so a narrow gate or a near place is no reason for a good
offer to be missed. Only the meaning is not known of every offer in a large catalogue: it is read of those that could be
among the best by words, competences and facts, and the nearest are found by themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from brokering.matching import score, vectors
from brokering.matching.columns import Columns, Slots
from brokering.matching.facts import Signals
from brokering.matching.ways import Flags, Floats, Judged, Question, attendable, has_gates

OPEN, BARRED = 110, 60
"""How many are judged that one can attend, and how many that something bars."""
STANDING_OUT = 10_000
"""Offers whose facts are looked at, the best by words and competences."""
AT_FIRST, COMPARED = 500, 5_000
"""Of the offers that could be among the best, so many that one can attend have their meaning read; so many more after
that, when it is known how good the best are."""
ENOUGH = 1_000
"""Where gates leave fewer of those that stand out, others that one can attend are looked at too."""
NEARER = 0.1
"""By how much an offer that the graph missed may be nearer than the nearest that it found."""
SAMPLED = 16
SHOWN, ALL = score.POSSIBLE, 0.0
"""From which likelihood of the subject an offer is worth judging: that of those that a page shows, or none."""


@dataclass
class Evidence:
    """What speaks for each slot; meaning is NaN where it was not read."""

    words: Floats
    competence: Floats
    meaning: Floats
    background: Signals = field(default_factory=Signals)


def best(
    known: Columns,
    asked: Question,
    found: Evidence,
    complete: Callable[[], None],
    also: int | None = None,
    least: float = SHOWN,
) -> Slots:
    """The best that one can attend, the best of the others, and `also`. Fills in the meaning of those it looks at.

    `complete`: fills in that of all, or in a large catalogue of the nearest: there the others are judged while those
    are still being found. `least`: how likely the subject has to be.
    """
    is_large = asked.understood.vector is not None and len(known) > vectors.KEPT
    if not is_large:
        complete()
    stand_out = standing_out(asked, found, STANDING_OUT)
    ways = Judged.of(known, asked, stand_out)
    if (ways.bars == 0).sum() < ENOUGH and has_gates(asked):
        is_other = np.zeros(len(known), bool)
        is_other[attendable(known, asked)] = True
        is_other[stand_out] = False
        others = _of_interest(asked, found, is_other)
        ways = ways.and_also(Judged.of(known, asked, others))
    slots = known.slots(np.array([] if also is None else [also], np.int64))
    named = slots[slots >= 0]
    if is_large:
        complete()
        nearest = np.flatnonzero(~np.isnan(found.meaning))
        ways = ways.and_also(Judged.of(known, asked, np.setdiff1d(nearest, ways.slots)))
        ways = _with_meaning(known, asked, found, ways, least)
        _read(known, asked, found, named)
    ways = ways.only(_subject(asked, found, ways) >= least)
    return np.union1d(_top(ways, _total(asked, found, ways), OPEN, BARRED), named)


def _with_meaning(known: Columns, asked: Question, found: Evidence, ways: Judged, least: float) -> Judged:
    """Those whose meaning is known now: of all that could be among the best, were they as near as any."""
    is_open, unread = ways.bars == 0, np.isnan(found.meaning[ways.slots])
    near = found.meaning[ways.slots[~unread]]
    nearest = float(near.max()) + NEARER if len(near) else None
    at_best = np.maximum(_subject(asked, found, ways, nearest), _subject(asked, found, ways))
    for most in (AT_FIRST, COMPARED):
        total, is_found = _total(asked, found, ways), ~unread & (_subject(asked, found, ways) >= least)
        border = np.where(is_open, _nth(total[is_found & is_open], OPEN), _nth(total[is_found & ~is_open], BARRED))
        likely = ways.only(unread & (at_best >= least) & (ways.parts + np.log(at_best) >= border))
        slots = _top(likely, _total(asked, found, likely, found.background.meaning), most, BARRED)
        _read(known, asked, found, slots)
        unread &= ~np.isin(ways.slots, slots)
    return ways.only(~unread)


def _nth(values: Floats, most: int) -> float:
    """The last of so many of the highest; below all where there are fewer."""
    return float(np.partition(values, -most)[-most]) if 0 < most <= len(values) else -np.inf


def _read(known: Columns, asked: Question, found: Evidence, slots: Slots) -> None:
    unread = slots[np.isnan(found.meaning[slots])]
    if len(unread) and asked.understood.vector is not None:
        offers, cosines = vectors.of(known.offers(unread), asked.understood.vector)
        found.meaning[known.slots(offers)] = cosines


def _interest(asked: Question, found: Evidence, slots: Slots) -> Floats:
    """What words, competences and the meaning, where it is known, give beyond what every offer has; to order by."""
    weights, competence, meaning = asked.weights.with_meaning, found.competence[slots], found.meaning[slots]
    interest = np.float32(weights["words"]) * found.words[slots]
    has = np.flatnonzero(competence)
    interest[has] += np.float32(weights["competence"]) * np.log1p(competence[has] / np.float32(score.CHANCE))
    known = np.flatnonzero(~np.isnan(meaning))
    interest[known] += np.float32(weights["meaning"]) * meaning[known]
    return interest


def _of_interest(asked: Question, found: Evidence, which: Flags) -> Slots:
    """The best of these by interest; of those of which the need says nothing the first, if there is room."""
    is_stirred = _is_stirred(found)
    stirred = np.flatnonzero(which & is_stirred)
    best = stirred[highest(_interest(asked, found, stirred), STANDING_OUT)]
    if len(best) == STANDING_OUT:
        return best
    return np.concatenate([best, np.flatnonzero(which & ~is_stirred)[: STANDING_OUT - len(best)]])


def _is_stirred(found: Evidence) -> Flags:
    return (found.words > 0) | (found.competence > 0) | ~np.isnan(found.meaning)


def standing_out(asked: Question, found: Evidence, most: int) -> Slots:
    """In rising order."""
    stirred = np.flatnonzero(_is_stirred(found))
    return np.sort(stirred[highest(_interest(asked, found, stirred), most)])


def _total(asked: Question, found: Evidence, ways: Judged, unread: float | None = None) -> Floats:
    """The logarithm of the score."""
    return np.asarray(ways.parts + np.log(_subject(asked, found, ways, unread)), np.float32)


def _subject(asked: Question, found: Evidence, ways: Judged, unread: float | None = None) -> Floats:
    """As score.subject; a meaning that was not read is taken to be `unread`, or else not to be there."""
    meaning = found.meaning[ways.slots]
    if unread is not None:
        meaning = np.where(np.isnan(meaning), np.float32(unread), meaning)
    features = {
        "words": found.words[ways.slots] - found.background.words,
        "competence": np.log(found.competence[ways.slots] + score.CHANCE),
        "demanding": ways.demanding,
    }
    without = _weighed(features, asked.weights.without_meaning)
    whole = features | {"meaning": meaning - (found.background.meaning or 0.0)}
    logit = np.where(np.isnan(meaning), without, _weighed(whole, asked.weights.with_meaning))
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def _weighed(features: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    return np.asarray(weights["bias"] + sum(weights[name] * value for name, value in features.items()), np.float32)


def _top(ways: Judged, total: Floats, most_open: int, most_barred: int) -> Slots:
    is_open = ways.bars == 0
    sides = ((np.flatnonzero(is_open), most_open), (np.flatnonzero(~is_open), most_barred))
    return np.sort(np.concatenate([ways.slots[rows[highest(total[rows], most)]] for rows, most in sides]))


def highest(values: Floats, most: int) -> Slots:
    """Where the highest are, in no order; the first of equal ones."""
    if most >= len(values):
        return np.arange(len(values))
    if len(values) > SAMPLED * max(most, SAMPLED):
        rows = np.flatnonzero(values >= _likely_below(values, most))
        if most <= len(rows) < len(values) / 2:
            return np.asarray(rows[highest(values[rows], most)])
    least = np.partition(values, len(values) - most)[len(values) - most] if most else np.inf
    above = np.flatnonzero(values > least)
    return np.concatenate([above, np.flatnonzero(values == least)[: most - len(above)]])


def _likely_below(values: Floats, most: int) -> float:
    """The value that some more than twice as many reach, judged by every sixteenth: to order a million takes long."""
    sample = values[::SAMPLED]
    nth = len(sample) - 2 * most // SAMPLED - SAMPLED
    return float(np.partition(sample, nth)[nth])


def distances(origin: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT destination_id, km FROM partners_distance WHERE origin_id = %s", [origin])
        return dict(cursor.fetchall())
