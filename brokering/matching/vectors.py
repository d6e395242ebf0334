"""How near the offers are to a need in meaning.

In a catalogue of some ten thousand offers every vector is compared, from a copy that each process keeps; in a larger
one pgvector's graph (HNSW) finds nearly all of the nearest, and the database is asked for those of others.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from brokering.matching import meaning
from brokering.matching.columns import BLOCK, Columns, Version
from brokering.matching.embedding import Vectors
from brokering.models.index import DIMENSIONS

KEPT = 16 * BLOCK
"""Numbers of offers up to which every process keeps all vectors: 17 MB at most, and a millisecond or two to compare."""
REACH = 200
"""How wide the graph is searched; no more can be found in it."""

SCALE = 32_767
"""Numbers between -1 and 1 are kept as so many parts of it: half the memory, exact to the fifth digit."""
AT_ONCE = 1024
"""Vectors that are compared at once: so many fit into the processor's own memory as fractions."""

Rows = NDArray[np.int16]
Cosines = NDArray[np.float32]
Near = tuple[NDArray[np.int64], Cosines]


@dataclass(frozen=True)
class Copies:
    """The vectors of each block as of a version, in the order of columns.Columns; zeros where an offer has none."""

    space: str
    versions: Mapping[int, Version]
    rows: Rows

    @property
    def blocks(self) -> dict[int, Rows]:
        return dict(zip(sorted(self.versions), self.rows.reshape(-1, BLOCK, DIMENSIONS), strict=True))

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        return np.asarray(~self.rows.any(axis=1))

    def cosines(self, vector: Vectors) -> Cosines:
        near = np.empty(len(self.rows), np.float32)
        for begin in range(0, len(self.rows), AT_ONCE):
            near[begin : begin + AT_ONCE] = self.rows[begin : begin + AT_ONCE].astype(np.float32) @ vector
        near /= SCALE
        near[self.missing] = np.nan
        return near


NO_ROWS = np.empty((0, DIMENSIONS), np.int16)
_copies = Copies("", {}, NO_ROWS)


def cosines(known: Columns, vector: Vectors) -> Cosines:
    """For each slot, NaN where it is not known: of all in a small catalogue, of the nearest in a large one."""
    with being_compared(known, vector) as near:
        return near()


@contextmanager
def being_compared(known: Columns, vector: Vectors) -> Iterator[Callable[[], Cosines]]:
    """`cosines`, found while something else is done that does not ask the database."""
    with ThreadPoolExecutor(1, thread_name_prefix="vectors") as beside:
        if len(known) <= KEPT:
            yield beside.submit(_all(known).cosines, vector).result
        else:
            with _being_searched(vector, beside) as nearest:
                yield lambda: _in_slots(known, *nearest())


def _in_slots(known: Columns, offers: NDArray[np.int64], found: Cosines) -> Cosines:
    near = np.full(len(known), np.nan, np.float32)
    slots = known.slots(offers)
    near[slots[slots >= 0]] = found[slots >= 0]
    return near


def _all(known: Columns) -> Copies:
    """Blocks whose version is another are read anew."""
    global _copies  # a process has one copy
    space = meaning.space().version
    kept = _copies if _copies.space == space else Copies(space, {}, NO_ROWS)
    if kept.versions != known.versions:
        changed = [block for block, version in known.versions.items() if kept.versions.get(block) != version]
        blocks = kept.blocks | {block: _read(block, space) for block in changed}
        rows = np.concatenate([blocks[block] for block in sorted(known.versions)])
        _copies = kept = Copies(space, dict(known.versions), rows)
    return kept


def _read(block: int, space: str) -> Rows:
    """One at a time, so that little memory is taken on the way."""
    read = np.zeros((BLOCK, DIMENSIONS), np.int16)
    with connection.cursor() as cursor:
        cursor.execute(OF_BLOCK, [BLOCK, space, block * BLOCK, (block + 1) * BLOCK])
        for offsets, packed in cursor.fetchall():
            read[offsets] = np.rint(np.frombuffer(packed, ">f2").astype(np.float32).reshape(-1, DIMENSIONS) * SCALE)
    return read


def written(offers: Collection[int]) -> None:
    """Processes that keep these offers' vectors have to read them anew."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [sorted({offer // BLOCK for offer in offers})])


@contextmanager
def _being_searched(vector: Vectors, beside: Executor) -> Iterator[Callable[[], Near]]:
    """The offers whose text is nearest in meaning as the graph finds them, nearest first, and their cosines."""
    asked = HalfVector(vector).to_text()
    with connection.cursor() as cursor:
        searching = beside.submit(cursor.execute, GRAPH, [REACH, asked, meaning.space().version, asked, REACH])

        def nearest() -> Near:
            searching.result()
            return _near(cursor.fetchone())

        try:
            yield nearest
        finally:
            wait([searching])  # no cursor is closed that is at work


def of(offers: NDArray[np.int64], vector: Vectors) -> Near:
    """How near these are; those without a vector are left out."""
    asked = HalfVector(vector).to_text()
    with connection.cursor() as cursor:
        # The driver takes longer to write a list of thousands of numbers than the database takes to look them up.
        cursor.execute(THESE, [asked, meaning.space().version, f"{{{','.join(map(str, offers.tolist()))}}}"])
        return _near(cursor.fetchone())


def _near(row: tuple[bytes | None, bytes | None]) -> Near:
    offers, cosines = (packed or b"" for packed in row)
    return np.frombuffer(offers, ">i8").astype(np.int64), np.frombuffer(cosines, ">f4").astype(np.float32)


# What is sent of a halfvec are its dimensions and a filler, two bytes each, and the numbers.
OF_BLOCK = """
    SELECT array_agg((offer_id %% %s)::int ORDER BY offer_id),
        string_agg(substr(halfvec_send(text), 5), '' ORDER BY offer_id)
    FROM brokering_offervector WHERE space = %s AND offer_id >= %s AND offer_id < %s HAVING count(*) > 0
"""
WRITTEN = "UPDATE brokering_factblock SET meanings = gen_random_uuid() WHERE block = ANY (%s)"
PACKED = """
    SELECT string_agg(int8send(offer_id), ''), string_agg(float4send((-away)::real), '')
    FROM (SELECT offer_id, text <#> %s::halfvec AS away FROM brokering_offervector WHERE space = %s AND {these}) near
"""
# What is set holds for this one statement. Rows that are gone stay in the graph until it is cleaned: it is searched on
# until there are enough.
GRAPH = f"""
    SET LOCAL hnsw.ef_search = %s; SET LOCAL hnsw.iterative_scan = strict_order;
    {PACKED.replace("AND {these}", "ORDER BY text <#> %s::halfvec LIMIT %s")}
"""
THESE = PACKED.replace("{these}", "offer_id = ANY (%s::bigint[])")
