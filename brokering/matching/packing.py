"""A way to attend an offer as numbers, 21 bytes: what brokering.matching.columns keeps of it, and what they mean."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from brokering.models.choices import Level, Mode, TeachingLanguage
from brokering.models.offers import GRACE

WAY = np.dtype(
    [
        ("offset", "<u2"),
        ("level", "u1"),  # twice its place in LEVELS, and one more for five years of study
        ("language", "u1"),
        ("formal", "u1"),
        ("modes", "u1"),  # a bit each
        ("municipality", "<u2"),
        ("start", "<u2"),  # days as in `day`
        ("closes", "<u2"),  # the last day one can get a seat
        ("public", "<u2"),  # the last day it is published
        ("seats", "<u2"),  # one more than are left
        ("price", "<u2"),  # tens of kroner and one more
    ]
)
# What a number means: its place in the tuple; 0 is unknown.
LEVELS = ("", *Level.values)
LANGUAGES = ("", *TeachingLanguage.values)
FORMAL = (None, True, False)
MODES = tuple(Mode.values)
DAY_ZERO = date(2000, 1, 1)
NEVER, ALWAYS = 0, 65_535


def numbers(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Of a row of FACTS, all of WAY but the offset."""
    return (
        2 * LEVELS.index(row["level"]) + row["is_long"],
        LANGUAGES.index(row["language"]),
        FORMAL.index(row["formal"]),
        sum(1 << MODES.index(mode) for mode in row["modes"]),
        int(row["municipality"] or 0),
        day(row["start"]) if row["start"] else 0,
        _closes(row),
        _public(row),
        0 if row["seats"] is None else min(ALWAYS, 1 + max(0, row["seats"] - row["taken"])),
        0 if row["price"] is None else 1 + int(min(row["price"] / 10, ALWAYS - 1)),
    )


def day(on: date) -> int:
    """
    >>> day(date(2026, 1, 1))
    9497
    """
    return min(max((on - DAY_ZERO).days, 1), ALWAYS - 1)


def _closes(row: Mapping[str, Any]) -> int:
    """The last day on which its RunState is one of those of which one gets a seat."""
    if row["is_cancelled"] or (row["seats"] is not None and row["taken"] >= row["seats"]):
        return NEVER
    closes = [day(row["deadline"])] if row["deadline"] else [day(row["start"]) - 1] if row["start"] else []
    return min([ALWAYS, *closes, *([day(row["end"])] if row["end"] else [])])


def _public(row: Mapping[str, Any]) -> int:
    if not row["is_public"]:
        return NEVER
    return day(row["stale_on"] + GRACE) - 1 if row["stale_on"] else ALWAYS


def modes(number: int) -> tuple[str, ...]:
    """
    >>> modes(0), modes(3)
    ((), ('on_site', 'online'))
    """
    return tuple(mode for bit, mode in enumerate(MODES) if number >> bit & 1)


NAMES = (
    *("offer", "level", "is_long", "language", "formal", "modes", "municipality", "start", "end", "deadline"),
    *("is_cancelled", "seats", "taken", "price", "is_public", "stale_on"),
)
FACTS = """
    SELECT o.id, i.level, i.is_long, o.language, o.formal,
        CASE WHEN r.mode <> '' THEN ARRAY[r.mode]::text[] ELSE o.modes::text[] END,
        coalesce(r.municipality_id, m.municipality_id), r.start, r."end", r.deadline, r.cancelled_at IS NOT NULL,
        r.seats, r.seats_taken, coalesce(r.price_nok, o.price_nok), o.is_published AND o.withdrawn_at IS NULL,
        o.stale_on
    FROM brokering_courseoffer o JOIN brokering_offerindex i ON i.offer_id = o.id
    LEFT JOIN brokering_courserun r ON r.offer_id = o.id
    LEFT JOIN brokering_courseoffer_municipalities m ON m.courseoffer_id = o.id AND r.municipality_id IS NULL
    WHERE o.id = ANY (%s) ORDER BY o.id, r.id, m.id
"""
