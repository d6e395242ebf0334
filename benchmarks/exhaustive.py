"""Whether the best hundred of a match are those found by looking at every offer whose subject could be shown."""

import io
import statistics
from collections.abc import Iterator, Sequence
from unittest.mock import patch

import numpy as np
from django.db import connection

from benchmarks.synthetic import TODAY
from brokering.matching import Wish, candidates, columns, match, postings, shortlist
from brokering.matching.columns import Slots
from brokering.matching.embedding import Vectors
from brokering.matching.postings import COMPETENCE
from brokering.matching.understanding import understand
from brokering.matching.ways import Question
from brokering.models.index import DIMENSIONS

BEST = 100
ROW = np.dtype([("n", ">i2"), ("l1", ">i4"), ("id", ">i8"), ("l2", ">i4"), ("dim", ">i4"), ("text", ">f2", DIMENSIONS)])


def recall(needs: Sequence[Wish]) -> Iterator[tuple[str, str]]:
    """Of the best hundred that one can attend; needs that fewer than ten offers fit say nothing."""
    every = all_vectors()
    shares = [share for need in needs if (share := _share(need, every)) is not None]
    worst = f"worst {min(shares):.2f}; {sum(share < 1 for share in shares)} of {len(shares)} needs below 1"
    yield f"recall of the best {BEST} against looking at every offer", f"{statistics.mean(shares):.4f} ({worst})"


def _share(need: Wish, every: tuple[Slots, Vectors]) -> float | None:
    best = set(looked_at_all(need, every).tolist())
    matching = match(need, on=TODAY)
    found = sorted([*matching.hits, *matching.rest], key=lambda hit: -hit.score)[:BEST]
    return len(best & {hit.offer_id for hit in found}) / len(best) if len(best) >= 10 else None


def looked_at_all(need: Wish, every: tuple[Slots, Vectors]) -> Slots:
    """The best by the very same judgement, made for every offer with its own meaning."""
    understood, known = understand(need), columns.current()
    said = [asked.term for asked in understood.terms] + [COMPETENCE + one.slug for one in understood.subjects]
    evidence = candidates.evidence(known, understood, known.placed(postings.read(said)))
    if understood.vector is not None:
        offers, texts = every
        slots = known.slots(offers)
        evidence.meaning[slots[slots >= 0]] = (texts @ understood.vector)[slots >= 0]
    origin = need.municipality or understood.place
    asked = Question(need, understood, TODAY, shortlist.distances(origin) if origin else {})
    with patch.multiple(
        shortlist, OPEN=BEST, BARRED=0, standing_out=lambda _interest, _found, _most: np.arange(len(known))
    ):
        return known.offers(shortlist.best(known, asked, evidence, complete=lambda: None))


def all_vectors() -> tuple[Slots, Vectors]:
    """Half a gigabyte for a million offers."""
    content = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT offer_id, text FROM brokering_offervector) TO STDOUT (FORMAT binary)", content)
    rows = np.frombuffer(content.getvalue()[19:-2], ROW)
    return rows["id"].astype(np.int64), rows["text"].astype(np.float32)
