"""The postings of terms and competences, packed: one row of the database holds those of a term in a block of offers.

A need's words are held against every offer that has one of them, at any size: what its terms occur in is read in one
query and added up in arrays. A million offers are some four megabytes to read for a need. An offer that is edited has
its postings replaced in the blocks of its own terms only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

BLOCK = 4096
POSTING = np.dtype([("offset", "<u2"), ("impact", "<u2")])
STEP = 2.2 / 65_000
"""Impacts are kept as so many of these: 0..2.2 with an error below 0.00002."""
COMPETENCE = "@"
"""Before the slug of a competence, which is a term like any other; no word has it."""

Packed = NDArray[np.void]
EMPTY: Packed = np.empty(0, POSTING)


class Change(NamedTuple):
    """The terms an offer had, and those it has with what they say of it."""

    offer: int
    before: Collection[str]
    after: Mapping[str, float]


class Found(NamedTuple):
    """The postings of a term: of each block its number and how many there are, and all of them in a row."""

    blocks: NDArray[np.int64]
    sizes: NDArray[np.int64]
    packed: Packed

    @property
    def offers(self) -> list[int]:
        firsts = np.repeat(self.blocks * BLOCK, self.sizes)
        return [int(number) for number in firsts + self.packed["offset"]]


def write(changes: Iterable[Change]) -> None:
    """Replace what is known of these offers; nobody else may write meanwhile (brokering.matching.documents.alone)."""
    gone, come = _by_row(changes)
    kept = _kept(gone.keys() | come.keys())
    rows = {key: _merged(kept.get(key, EMPTY), gone[key], come[key]) for key in sorted(gone.keys() | come.keys())}
    _store([(*key, packed) for key, packed in rows.items() if packed.tobytes() != kept.get(key, EMPTY).tobytes()])


def read(terms: Collection[str]) -> dict[str, Found]:
    """Every posting of these terms, by term; a term that no offer has is left out."""
    if not terms:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(terms)])
        return {term: _found(blocks, sizes, packed) for term, blocks, sizes, packed in cursor.fetchall()}


def of(terms: Mapping[int, Collection[str]]) -> dict[int, dict[str, float]]:
    """What these terms of each offer say of it."""
    kept = _kept({(term, offer // BLOCK) for offer, these in terms.items() for term in these})
    return {
        offer: {term: _impact(kept.get((term, offer // BLOCK), EMPTY), offer % BLOCK) for term in these}
        for offer, these in terms.items()
    }


def _impact(packed: Packed, offset: int) -> float:
    return float(packed["impact"][packed["offset"] == offset].sum() * STEP)


def _found(blocks: Sequence[int], sizes: Sequence[int], packed: bytes) -> Found:
    return Found(
        np.array(blocks, np.int64),
        np.array(sizes, np.int64) // POSTING.itemsize,
        np.frombuffer(packed, POSTING),
    )


Key = tuple[str, int]


def _by_row(changes: Iterable[Change]) -> tuple[dict[Key, list[int]], dict[Key, list[tuple[int, int]]]]:
    gone: dict[Key, list[int]] = defaultdict(list)
    come: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for change in changes:
        block, offset = divmod(change.offer, BLOCK)
        for term in change.before:
            gone[term, block].append(offset)
        for term, impact in change.after.items():
            come[term, block].append((offset, round(impact / STEP)))
    return gone, come


def _kept(keys: Collection[Key]) -> dict[Key, Packed]:
    terms, blocks = [term for term, _block in keys], [block for _term, block in keys]
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [terms, blocks])
        return {(term, block): np.frombuffer(packed, POSTING) for term, block, packed in cursor.fetchall()}


def _merged(kept: Packed, gone: Sequence[int], come: Sequence[tuple[int, int]]) -> Packed:
    stays = kept[~np.isin(kept["offset"], gone)] if gone and len(kept) else kept
    if not come:
        return stays
    merged = np.concatenate([stays, np.array(come, POSTING)])
    return merged[np.argsort(merged["offset"], kind="stable")]


def _store(rows: Sequence[tuple[str, int, Packed]]) -> None:
    empty = [(term, block) for term, block, packed in rows if not len(packed)]
    filled = [(term, block, packed.tobytes()) for term, block, packed in rows if len(packed)]
    with connection.cursor() as cursor:
        if empty:
            cursor.execute(CLEAR, [list(column) for column in zip(*empty, strict=True)])
        if filled:
            cursor.execute(STORE, [list(column) for column in zip(*filled, strict=True)])


READ = """
    SELECT term, array_agg(block ORDER BY block), array_agg(octet_length(packed) ORDER BY block),
        string_agg(packed, '' ORDER BY block)
    FROM brokering_postingblock WHERE term = ANY (%s::varchar[]) GROUP BY term
"""
KEPT = """
    SELECT b.term, b.block, b.packed FROM unnest(%s::varchar[], %s::int[]) AS k (term, block)
    JOIN brokering_postingblock b USING (term, block)
"""
CLEAR = """
    DELETE FROM brokering_postingblock b USING unnest(%s::varchar[], %s::int[]) AS k (term, block)
    WHERE (b.term, b.block) = (k.term, k.block)
"""
STORE = """
    INSERT INTO brokering_postingblock (term, block, packed)
    SELECT * FROM unnest(%s::varchar[], %s::int[], %s::bytea[])
    ON CONFLICT (term, block) DO UPDATE SET packed = excluded.packed
"""
