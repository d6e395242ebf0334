"""What can be known of every offer without its words: the ways to attend it, as columns in the memory of each process.

They decide which offers are worth a closer look, so that neither a gate nor a graded part hides a better offer behind
worse ones; what is shown is judged by the database's own facts. 21 bytes a way. A process reads a block of offers anew
when its version is another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha1
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from brokering.matching.postings import BLOCK, STEP, Found
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
PART = 2**16
AT_ONCE = 16
"""Blocks that are read by one query: it takes five times their memory on the way."""
Slots = NDArray[np.int64]
Packed = NDArray[np.void]


class Version(NamedTuple):
    """Of a block: of its facts, and of its vectors (brokering.matching.vectors)."""

    facts: str
    meanings: UUID | None


class Placed(NamedTuple):
    """Where a term occurs: slots, rising, and what it says of the offer in each."""

    slots: NDArray[np.int32]
    impacts: NDArray[np.float32]


@dataclass(frozen=True)
class Ways:
    """Each fact of WAY in an array of its own: of all ways, or of those in some rows."""

    facts: Mapping[str, NDArray[np.integer]]
    rows: Slots | None = None

    def __getitem__(self, name: str) -> NDArray[np.integer]:
        return self.facts[name] if self.rows is None else self.facts[name][self.rows]

    def only(self, rows: Slots) -> "Ways":
        return Ways(self.facts, rows)


@dataclass(frozen=True)
class Columns:
    """Offers have slots: their blocks in a row, 4096 slots each."""

    versions: Mapping[int, Version]
    ways: Ways
    """In the order of the slots."""
    ends: NDArray[np.int64]
    """Where the ways of each block end."""

    @cached_property
    def blocks(self) -> NDArray[np.int64]:
        return np.array(sorted(self.versions), np.int64)

    @cached_property
    def slot(self) -> NDArray[np.int32]:
        """Of each way."""
        sizes = np.diff(self.ends, prepend=0)
        return np.repeat(np.arange(len(sizes), dtype=np.int32) * BLOCK, sizes) + self.ways["offset"]

    @cached_property
    def first(self) -> NDArray[np.int32]:
        """Where the ways of each slot begin, and one more."""
        counts = np.bincount(self.slot, minlength=len(self))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    @cached_property
    def total(self) -> int:
        """How many offers there are."""
        return int(np.count_nonzero(np.diff(self.first)))

    def __len__(self) -> int:
        return len(self.blocks) * BLOCK

    def slots(self, offers: NDArray[np.int64]) -> Slots:
        """-1 for those it does not know."""
        block, offset = np.divmod(offers, BLOCK)
        rank = self._rank(block)
        return np.where(rank >= 0, rank * BLOCK + offset, -1)

    def _rank(self, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self.blocks):
            return np.full(len(blocks), -1)
        rank = np.minimum(np.searchsorted(self.blocks, blocks), len(self.blocks) - 1)
        return np.where(self.blocks[rank] == blocks, rank, -1)

    def offers(self, slots: Slots) -> NDArray[np.int64]:
        rank, offset = np.divmod(slots, BLOCK)
        return self.blocks[rank] * BLOCK + offset

    def placed(self, found: Mapping[str, Found]) -> dict[str, Placed]:
        return {term: self._placed(one) for term, one in found.items()}

    def _placed(self, found: Found) -> Placed:
        firsts = np.repeat((self._rank(found.blocks) * BLOCK).astype(np.int32), found.sizes)
        slots, impacts = firsts + found.packed["offset"], found.packed["impact"] * np.float32(STEP)
        is_known = firsts >= 0
        return Placed(slots, impacts) if is_known.all() else Placed(slots[is_known], impacts[is_known])

    def sum(self, found: Mapping[str, Placed], weights: Mapping[str, float]) -> NDArray[np.float32]:
        """For each slot what the terms say of it together, each as much as it weighs."""
        total = np.zeros(len(self), np.float32)
        for term, weight in weights.items():
            if term in found:
                slots, impacts = found[term]
                # Numbers of the machine's own width are five times as fast to look up by; a part fits its cache.
                for begin in range(0, len(slots), PART):
                    part = slice(begin, begin + PART)
                    total[slots[part].astype(np.intp)] += np.float32(weight) * impacts[part]
        return total


NOTHING = Columns({}, Ways({name: np.empty(0, WAY[name]) for name in WAY.names or ()}), np.empty(0, np.int64))
_known = NOTHING


def current() -> Columns:
    """As of now; one small query, and one more when offers have changed."""
    global _known  # a process has one copy
    known = _known
    with connection.cursor() as cursor:
        cursor.execute("SELECT block, version, meanings FROM brokering_factblock")
        versions = {block: Version(facts, meanings) for block, facts, meanings in cursor.fetchall()}
        if versions == known.versions:
            return known
        changed = [block for block, version in versions.items() if known.versions.get(block) != version]
        rows = {}
        for begin in range(0, len(changed), AT_ONCE):
            cursor.execute(READ, [changed[begin : begin + AT_ONCE]])
            for block, facts, meanings, packed in cursor.fetchall():
                rows[block] = (Version(facts, meanings), np.frombuffer(packed, WAY))
    _known = _with(known, versions, rows)
    return _known


def total() -> int:
    """How many offers there were when this process last looked; how rare a word is does not hang on the last few."""
    return (_known if _known.versions else current()).total


def _with(known: Columns, versions: Mapping[int, Version], rows: Mapping[int, tuple[Version, Packed]]) -> Columns:
    ends = dict(zip(known.blocks.tolist(), known.ends.tolist(), strict=True))
    begins = dict(zip(ends, [0, *ends.values()], strict=False))
    blocks = sorted(block for block in versions if block in rows or block in ends)

    def column(name: str) -> NDArray[np.integer]:
        kept = known.ways[name]
        of = [rows[block][1][name] if block in rows else kept[begins[block] : ends[block]] for block in blocks]
        return np.concatenate([kept[:0], *of])

    sizes = [len(rows[block][1]) if block in rows else ends[block] - begins[block] for block in blocks]
    read = {block: version for block, (version, _packed) in rows.items()}
    newest = {block: read.get(block) or versions[block] for block in blocks}
    return Columns(newest, Ways({name: column(name) for name in known.ways.facts}), np.cumsum(sizes, dtype=np.int64))


def write(offer_ids: Collection[int]) -> None:
    """Read these offers' facts anew; nobody else may write meanwhile (brokering.matching.documents.alone)."""
    blocks = sorted({offer // BLOCK for offer in offer_ids})
    with connection.cursor() as cursor:
        cursor.execute("SELECT block, packed FROM brokering_factblock WHERE block = ANY (%s)", [blocks])
        kept = {block: np.frombuffer(packed, WAY) for block, packed in cursor.fetchall()}
        cursor.execute(FACTS, [list(offer_ids)])
        found = [_packed(dict(zip(NAMES, row, strict=True))) for row in cursor.fetchall()]
        for block in blocks:
            ids = [offer % BLOCK for offer in offer_ids if offer // BLOCK == block]
            ways = np.array([way for of, way in found if of == block], WAY)
            old = kept.get(block, np.empty(0, WAY))
            merged = np.concatenate([old[~np.isin(old["offset"], ids)], ways])
            _store(block, merged[np.argsort(merged["offset"], kind="stable")].tobytes())


def _store(block: int, packed: bytes) -> None:
    with connection.cursor() as cursor:
        if packed:
            cursor.execute(STORE, [block, sha1(packed, usedforsecurity=False).hexdigest(), packed])
        else:
            cursor.execute("DELETE FROM brokering_factblock WHERE block = %s", [block])


def _packed(row: Mapping[str, Any]) -> tuple[int, tuple[int, ...]]:
    block, offset = divmod(row["offer"], BLOCK)
    return block, (
        offset,
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


def date_of(number: int) -> date:
    return date.fromordinal(DAY_ZERO.toordinal() + number)


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


def rows_of(columns: Columns, slots: Slots) -> tuple[Slots, NDArray[np.int64]]:
    """The rows of these slots' ways, and where those of each slot begin; every slot has one at least."""
    begin = columns.first[slots].astype(np.int64)
    counts = columns.first[slots + 1] - begin
    firsts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(begin - firsts, counts), firsts


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
READ = "SELECT block, version, meanings, packed FROM brokering_factblock WHERE block = ANY (%s)"
STORE = """
    INSERT INTO brokering_factblock (block, version, packed) VALUES (%s, %s, %s)
    ON CONFLICT (block) DO UPDATE SET version = excluded.version, packed = excluded.packed
"""
