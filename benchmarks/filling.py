"""Fills a database with an invented catalogue, block by block; one that was broken off goes on where it was.

The same tables with the same content as if the offers had been entered and indexed, by COPY: what takes time in the
index is measured by itself (benchmarks.matching).
"""

import io
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.bulk import past_the_triggers
from benchmarks.synthetic import Catalogue, Invented, real_offers, vectors
from brokering.matching import analysis, columns, index, meaning, postings
from brokering.matching.columns import BLOCK
from brokering.matching.competences import current_tree
from brokering.matching.documents import TITLE_WEIGHT, Document
from brokering.matching.postings import COMPETENCE, POSTING, STEP
from brokering.models import CourseOffer

# Around what COPY takes in binary.
BEGIN, END = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
FIRST = 4 * BLOCK
"""Numbers below are left to what was there before."""
SEED = 20261123


def fill(total: int) -> None:
    """Until there are so many offers; a million takes half an hour on an idle core, and 6 GB."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id) + 1, 0), count(*) FROM brokering_courseoffer")
        last, have = cursor.fetchone()
    begin = max(FIRST, last)
    if have >= total:
        return
    real, began, had = real_offers(), time.monotonic(), have
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS offer_meaning")
        cursor.execute(AWAITING)
    with past_the_triggers():
        while have < total:
            count = min(BLOCK - begin % BLOCK, total - have)
            catalogue = Catalogue(real, Random(SEED + begin))  # noqa: S311  # the same each time
            with transaction.atomic():
                _copy_in(list(catalogue.offers(begin, count, have)), catalogue)
            begin, have = begin + count, have + count
            rate = (have - had) / (time.monotonic() - began)
            print(f"\r{have} of {total} offers, {rate:.0f} a second ", end="", flush=True)
    print()
    _finish()


def _copy_in(offers: Sequence[Invented], catalogue: Catalogue) -> None:
    now = timezone.now()
    documents = [_document(offer, now) for offer in offers]
    saved = [document.offer for document in documents]
    _copy_models(CourseOffer, saved)
    entries = [index.entry_of(document, None) for document in documents]
    for entry, offer in zip(entries, offers, strict=True):
        entry.embedded_at, entry.tree = now, current_tree()
        entry.competences = sorted(found.slug for found in offer.given)
    _copy_models(type(entries[0]), entries)
    _copy("brokering_courseoffer_municipalities", ("courseoffer_id", "municipality_id"), _pairs(offers, "places"))
    runs = ((o.pk, "", "", r.municipality, r.start, r.deadline, r.seats, r.taken, "") for o in offers for r in o.runs)
    names = ("offer_id", "mode", "place", "municipality_id", "start", "deadline", "seats", "seats_taken", "times")
    _copy("brokering_courserun", names, runs)
    given = [(found.slug, offer.pk, found.strength) for offer in offers for found in offer.given]
    _copy("brokering_offercompetence", ("competence_id", "offer_id", "strength"), given)
    _copy_vectors(offers, *vectors(catalogue.real, offers, np.random.default_rng(offers[0].pk)))
    _copy("bench_packed", ("term", "block", "packed"), _packed(documents, offers))
    with connection.cursor() as cursor:
        cursor.execute(APPEND)
    columns.write([offer.pk for offer in offers])


def _pairs(offers: Iterable[Invented], name: str) -> Iterable[tuple[Any, Any]]:
    return ((offer.pk, one) for offer in offers for one in dict.fromkeys(getattr(offer, name)))


def _document(invented: Invented, now: datetime) -> Document:
    like = invented.like
    offer = CourseOffer(
        pk=invented.pk,
        title=invented.title,
        description=invented.description,
        provider_id=like.provider_id,
        level=like.level,
        formal=like.formal,
        language=like.language,
        modes=list(invented.modes),
        price_nok=invented.price,
        source="invented",
        source_id=str(invented.pk),
        created_at=now,
        updated_at=now,
    )
    title = analysis.terms(invented.title)
    frequencies: dict[str, float] = defaultdict(float)
    bases = {}
    for weight, found in ((TITLE_WEIGHT, title), *((1, _terms(sentence)) for sentence in invented.sentences)):
        for term in found:
            frequencies[term.text] += weight * term.weight
            bases[term.text] = term.base
    return Document(offer, frequencies, bases)


@cache
def _terms(sentence: str) -> list[analysis.Term]:
    return analysis.terms(sentence)


def _packed(documents: Sequence[Document], offers: Sequence[Invented]) -> Iterable[tuple[str, int, str]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for document, offer in zip(documents, offers, strict=True):
        given = ((COMPETENCE + one.slug, one.strength) for one in offer.given)
        for term, impact in (*document.impacts(), *given):
            found[term].append((offer.pk % postings.BLOCK, round(impact / STEP)))
    block = offers[0].pk // postings.BLOCK
    return ((term, block, "\\x" + np.array(rows, POSTING).tobytes().hex()) for term, rows in found.items())


def _copy_models(model: Any, rows: Sequence[Any]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    values = ([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows)
    _copy(model._meta.db_table, [field.column for field in fields], values)


def _copy(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = "".join("\t".join(map(_written, row)) + "\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN", io.StringIO(text))


def _written(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str) and value.startswith("\\x"):
        return "\\" + value
    if isinstance(value, list):
        inner = ",".join('"{}"'.format(str(one).replace("\\", "\\\\").replace('"', '\\"')) for one in value)
        value = "{" + inner + "}"
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _copy_vectors(offers: Sequence[Invented], titles: Any, texts: Any) -> None:
    """In binary: a row is its number of columns, and each column its length and its bytes, the high ones first."""
    half = [("dim", ">i2"), ("unused", ">i2"), ("values", ">f2", titles.shape[1])]
    space = meaning.space().version.encode()
    row = [("n", ">i2"), ("l1", ">i4"), ("id", ">i8"), ("l2", ">i4"), ("space", f"S{len(space)}")]
    rows = np.zeros(len(offers), [*row, ("l3", ">i4"), ("title", half), ("l4", ">i4"), ("text", half)])
    rows["n"], rows["l1"], rows["l2"], rows["space"] = 4, 8, len(space), space
    rows["id"] = [offer.pk for offer in offers]
    for length, name, vectors_ in (("l3", "title", titles), ("l4", "text", texts)):
        rows[length] = rows[name].dtype.itemsize
        rows[name]["dim"], rows[name]["values"] = titles.shape[1], vectors_
    content = BEGIN + rows.tobytes() + END
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY brokering_offervector (offer_id, space, title, text) FROM STDIN (FORMAT binary)", io.BytesIO(content)
        )


def _finish() -> None:
    """What is cheaper to make at the end: the graph of the vectors, the vocabulary, BM25's own table, statistics."""
    for what, statement in STATEMENTS.items():
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1500MB'")
            cursor.execute(statement)
        print(f"{what}: {time.monotonic() - began:.0f} s", flush=True)
    _peer()


def _peer() -> None:
    """The same postings, a row each, for plain BM25 in SQL."""
    with connection.cursor() as cursor:
        for statement in PEER:
            cursor.execute(statement)
        cursor.execute("SELECT DISTINCT block FROM brokering_postingblock ORDER BY block")
        for (block,) in cursor.fetchall():
            cursor.execute(NUMBERED, [block])
            found = [(number, np.frombuffer(packed, POSTING)) for number, packed in cursor.fetchall()]
            every = np.concatenate([packed for _number, packed in found])
            rows = np.zeros(len(every), PEER_ROW)
            rows["n"], rows["l1"], rows["l2"], rows["l3"] = 3, 4, 4, 4
            rows["term"] = np.repeat([number for number, _packed in found], [len(packed) for _number, packed in found])
            rows["offer"], rows["impact"] = block * postings.BLOCK + every["offset"].astype(int), every["impact"] * STEP
            cursor.copy_expert(
                "COPY bench_posting FROM STDIN (FORMAT binary)", io.BytesIO(BEGIN + rows.tobytes() + END)
            )
        cursor.execute("CREATE INDEX bench_posting_term ON bench_posting (term, offer) INCLUDE (impact)")
        cursor.execute("VACUUM ANALYZE bench_posting")


AWAITING = "CREATE UNLOGGED TABLE IF NOT EXISTS bench_packed (LIKE brokering_postingblock)"
APPEND = """
    INSERT INTO brokering_postingblock AS kept (term, block, packed) SELECT term, block, packed FROM bench_packed
    ON CONFLICT (term, block) DO UPDATE SET packed = kept.packed || excluded.packed;
    TRUNCATE bench_packed
"""
"""Offers come in the order of their numbers, some thousands of a block at a time."""
PEER_ROW = np.dtype(
    [("n", ">i2"), ("l1", ">i4"), ("term", ">i4"), ("l2", ">i4"), ("offer", ">i4"), ("l3", ">i4"), ("impact", ">f4")]
)
PEER = (
    "DROP TABLE IF EXISTS bench_posting, bench_term",
    "CREATE UNLOGGED TABLE bench_posting (term int, offer int, impact real)",
    'CREATE TABLE bench_term (term varchar COLLATE "C" PRIMARY KEY, number int)',
    "INSERT INTO bench_term SELECT term, row_number() OVER (ORDER BY term)"
    " FROM (SELECT DISTINCT term FROM brokering_postingblock) every",
    "SET maintenance_work_mem = '1500MB'",
)
NUMBERED = """
    SELECT t.number, b.packed FROM brokering_postingblock b JOIN bench_term t USING (term) WHERE b.block = %s
"""
STATEMENTS = {
    "vocabulary": """
        INSERT INTO brokering_vocabulary (term, word, offers)
        SELECT term, term, count(*) FROM brokering_offerindex, unnest(terms) AS t (term) GROUP BY term
        ON CONFLICT (term) DO UPDATE SET offers = excluded.offers
    """,
    "graph of the vectors": """
        CREATE INDEX offer_meaning ON brokering_offervector USING hnsw (text halfvec_ip_ops)
        WITH (m = 16, ef_construction = 64)
    """,
    "statistics": "VACUUM ANALYZE",
}
