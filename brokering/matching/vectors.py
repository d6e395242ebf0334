"""The vectors of the offers in the database: which are nearest to a need, and how near some are."""

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from brokering.matching import meaning
from brokering.matching.embedding import Vectors

EXACT_BELOW = 20_000
"""Offers up to which every vector is compared: 5 ms. Above, pgvector's graph (HNSW) finds nearly all of the nearest."""
REACH = 400
"""How wide the graph is searched; no more can be found in it."""

Near = tuple[NDArray[np.int64], NDArray[np.float32]]


def nearest(vector: Vectors, total: int) -> Near:
    """The offers whose text is nearest in meaning, nearest first, and their cosines."""
    asked = HalfVector(vector).to_text()
    with transaction.atomic(), connection.cursor() as cursor:
        if total > EXACT_BELOW:
            cursor.execute(f"SET LOCAL hnsw.ef_search = {REACH}")
        cursor.execute(GRAPH if total > EXACT_BELOW else EXACT, [asked, meaning.space().version, asked, REACH])
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


# Where every vector is compared, adding nothing keeps the planner from the graph.
EXACT = """
    SELECT offer_id, -(text <#> %s::halfvec) FROM brokering_offervector
    WHERE space = %s ORDER BY (text <#> %s::halfvec) + 0, offer_id LIMIT %s
"""
GRAPH = """
    SELECT offer_id, -(text <#> %s::halfvec) FROM brokering_offervector
    WHERE space = %s ORDER BY text <#> %s::halfvec LIMIT %s
"""
THESE = """
    SELECT offer_id, -(text <#> %s::halfvec) FROM brokering_offervector
    WHERE space = %s AND offer_id = ANY (%s::bigint[])
"""
