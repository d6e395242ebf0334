"""How near the offers are to a need in meaning.

In a catalogue of some ten thousand offers every vector is compared, from a copy that each process keeps; in a larger
one pgvector's graph (HNSW) finds nearly all of the nearest, and the database is asked for those of others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from brokering.matching import meaning
from brokering.matching.columns import Columns, Version
from brokering.matching.embedding import Vectors
from brokering.matching.postings import BLOCK
from brokering.models.index import DIMENSIONS

KEPT = 16 * BLOCK
"""Numbers of offers up to which every process keeps all vectors: 34 MB at most, and a millisecond or two to compare."""
REACH = 400
"""How wide the graph is searched; no more can be found in it."""

Near = tuple[NDArray[np.int64], NDArray[np.float32]]


@dataclass(frozen=True)
class Copies:
    """The vectors of each block as of a version, in the order of columns.Columns; NaN where an offer has none."""

    space: str
    versions: Mapping[int, Version]
    rows: Vectors

    @property
    def blocks(self) -> dict[int, Vectors]:
        return dict(zip(sorted(self.versions), self.rows.reshape(-1, BLOCK, DIMENSIONS), strict=True))


NO_ROWS = np.empty((0, DIMENSIONS), np.float32)
_copies = Copies("", {}, NO_ROWS)


def cosines(known: Columns, vector: Vectors) -> NDArray[np.float32]:
    """For each slot, NaN where it is not known: of all in a small catalogue, of the nearest in a large one."""
    if not len(known):
        return np.zeros(0, np.float32)
    if len(known) <= KEPT:
        return _all(known).rows @ vector
    near = np.full(len(known), np.nan, np.float32)
    offers, found = nearest(vector)
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
        blocks = kept.blocks | _read(changed, space)
        rows = np.concatenate([blocks[block] for block in sorted(known.versions)])
        _copies = kept = Copies(space, dict(known.versions), rows)
    return kept


def _read(blocks: Collection[int], space: str) -> dict[int, Vectors]:
    read = {block: np.full((BLOCK, DIMENSIONS), np.nan, np.float32) for block in blocks}
    with connection.cursor() as cursor:
        cursor.execute(OF_BLOCKS, [BLOCK, BLOCK, space, BLOCK, list(blocks)])
        for block, offsets, packed in cursor.fetchall():
            read[block][offsets] = np.frombuffer(packed, ">f2").reshape(-1, DIMENSIONS)
    return read


def written(offers: Collection[int]) -> None:
    """Processes that keep these offers' vectors have to read them anew."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [sorted({offer // BLOCK for offer in offers})])


def nearest(vector: Vectors) -> Near:
    """The offers whose text is nearest in meaning as the graph finds them, nearest first, and their cosines."""
    asked = HalfVector(vector).to_text()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {REACH}")
        cursor.execute(GRAPH, [asked, meaning.space().version, asked, REACH])
        return _columns(cursor.fetchall())


def of(offers: NDArray[np.int64], vector: Vectors) -> Near:
    """How near these are; those without a vector are left out."""
    asked = HalfVector(vector).to_text()
    with connection.cursor() as cursor:
        cursor.execute(THESE, [asked, meaning.space().version, offers.tolist()])
        return _columns(cursor.fetchall())


def _columns(rows: list[tuple[int, float]]) -> Near:
    offers, cosines = zip(*rows, strict=True) if rows else ((), ())
    return np.array(offers, np.int64), np.array(cosines, np.float32)


# What is sent of a halfvec are its dimensions and a filler, two bytes each, and the numbers.
OF_BLOCKS = """
    SELECT offer_id / %s, array_agg((offer_id %% %s)::int ORDER BY offer_id),
        string_agg(substr(halfvec_send(text), 5), '' ORDER BY offer_id)
    FROM brokering_offervector WHERE space = %s AND offer_id / %s = ANY (%s) GROUP BY 1
"""
WRITTEN = "UPDATE brokering_factblock SET meanings = gen_random_uuid() WHERE block = ANY (%s)"
GRAPH = """
    SELECT offer_id, -(text <#> %s::halfvec) FROM brokering_offervector
    WHERE space = %s ORDER BY text <#> %s::halfvec LIMIT %s
"""
THESE = """
    SELECT offer_id, -(text <#> %s::halfvec) FROM brokering_offervector
    WHERE space = %s AND offer_id = ANY (%s::bigint[])
"""
