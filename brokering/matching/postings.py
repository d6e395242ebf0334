"""The postings of terms and competences, packed: one row of the database holds those of a term in a block of offers.

A need's words are held against every offer that has one of them, at any size: what its terms occur in is read in one
query and added up in arrays. Of a million offers a need reads a few hundred rows, half a megabyte. An offer that is
edited has its postings replaced in the blocks of its own terms only.
"""

import io
import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

BLOCK = 2**16
"""Numbers of offers in a row: as many as fit an offset. With 4 096 a need reads three times as long at a million."""
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
    content = io.BytesIO()
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(cursor.mogrify(READ, [list(terms)]).decode(), content)
    return {bytes(term).decode(): _found(*columns) for term, *columns in _rows(content.getbuffer())}


def _rows(content: memoryview) -> Iterator[list[memoryview]]:
    """Of what COPY gives in binary, the columns of each row; the end is a row of -1.

    As rows of a query the same takes twice as long: the driver has all bytes written out as digits.
    https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
    """
    at = HEADER
    while (columns := NUMBER.unpack_from(content, at)[0]) >= 0:
        at += NUMBER.size
        row = []
        for _column in range(columns):
            begin = at + LENGTH.size
            at = begin + LENGTH.unpack_from(content, at)[0]
            row.append(content[begin:at])
        yield row


def of(terms: Mapping[int, Collection[str]]) -> dict[int, dict[str, float]]:
    """What these terms of each offer say of it."""
    kept = _kept({(term, offer // BLOCK) for offer, these in terms.items() for term in these})
    return {
        offer: {term: _impact(kept.get((term, offer // BLOCK), EMPTY), offer % BLOCK) for term in these}
        for offer, these in terms.items()
    }


def _impact(packed: Packed, offset: int) -> float:
    return float(packed["impact"][packed["offset"] == offset].sum() * STEP)


def _found(blocks: memoryview, sizes: memoryview, packed: memoryview) -> Found:
    return Found(
        np.frombuffer(blocks, ">i4").astype(np.int64),
        np.frombuffer(sizes, ">i4").astype(np.int64) // POSTING.itemsize,
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


HEADER = 19
NUMBER, LENGTH = struct.Struct("!h"), struct.Struct("!i")
READ = """
    COPY (
        SELECT term::text, string_agg(int4send(block), '' ORDER BY block),
            string_agg(int4send(octet_length(packed)), '' ORDER BY block), string_agg(packed, '' ORDER BY block)
        FROM brokering_postingblock WHERE term = ANY (%s::varchar[]) GROUP BY term
    ) TO STDOUT (FORMAT binary)
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
