"""What can be known of every offer without its words: the ways to attend it, as columns in the memory of each process.

They decide which offers are worth a closer look, so that neither a gate nor a graded part hides a better offer behind
worse ones; what is shown is judged by the database's own facts. 21 bytes a way. A process reads a block of offers anew
when its version is another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from brokering.matching import postings
from brokering.matching.packing import FACTS, NAMES, WAY, numbers
from brokering.matching.postings import STEP, Found

BLOCK = 4096
MANY = postings.BLOCK // BLOCK
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

    def _firsts(self, wide: NDArray[np.int64]) -> NDArray[np.int32]:
        """The first slot of each block in these wide ones of the postings; below 0 where it is not known."""
        blocks = wide[:, None] * MANY + np.arange(MANY)
        return (self._rank(blocks.ravel()) * BLOCK).astype(np.int32)

    def _placed(self, found: Found) -> Placed:
        offset, firsts = found.packed["offset"], self._firsts(found.blocks)
        at = firsts[np.repeat(np.arange(len(found.blocks)) * MANY, found.sizes) + offset // BLOCK]
        slots, impacts = at + offset % BLOCK, found.packed["impact"] * np.float32(STEP)
        is_known = at >= 0
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
        found = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
        for block in blocks:
            ids = [offer % BLOCK for offer in offer_ids if offer // BLOCK == block]
            of_block = [way for way in found if way["offer"] // BLOCK == block]
            ways = np.array([(way["offer"] % BLOCK, *numbers(way)) for way in of_block], WAY)
            old = kept.get(block, np.empty(0, WAY))
            merged = np.concatenate([old[~np.isin(old["offset"], ids)], ways])
            _store(block, merged[np.argsort(merged["offset"], kind="stable")].tobytes())


def _store(block: int, packed: bytes) -> None:
    with connection.cursor() as cursor:
        if packed:
            cursor.execute(STORE, [block, sha1(packed, usedforsecurity=False).hexdigest(), packed])
        else:
            cursor.execute("DELETE FROM brokering_factblock WHERE block = %s", [block])


def rows_of(columns: Columns, slots: Slots) -> tuple[Slots, NDArray[np.int64]]:
    """The rows of these slots' ways, and where those of each slot begin; every slot has one at least."""
    begin = columns.first[slots].astype(np.int64)
    counts = columns.first[slots + 1] - begin
    firsts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(begin - firsts, counts), firsts


READ = "SELECT block, version, meanings, packed FROM brokering_factblock WHERE block = ANY (%s)"
STORE = """
    INSERT INTO brokering_factblock (block, version, packed) VALUES (%s, %s, %s)
    ON CONFLICT (block) DO UPDATE SET version = excluded.version, packed = excluded.packed
"""
