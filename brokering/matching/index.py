"""Keeps the index of the offers: terms at once, vectors afterwards, since ten offers' vectors take a second.

Every step may be repeated and may run twice at once: terms are written under one lock, vectors by whoever gets hold of
an offer first. What is here can always be built again from the offers.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from brokering.matching import analysis, embedding, levels
from brokering.models import CourseOffer
from brokering.models.index import OfferIndex, OfferVector

# BM25 (Robertson and Zaragoza 2009) with its usual constants. The length all lengths are measured by is a constant too,
# near the mean of a catalogue of study programmes, so that one offer's postings never change because of another.
SATURATION = 1.2
LENGTH_MATTERS = 0.75
TYPICAL_LENGTH = 75
TITLE_WEIGHT = 4
BATCH = 16


@dataclass(frozen=True)
class Document:
    """What the index knows of an offer's words."""

    offer: CourseOffer
    frequencies: Counter[str]
    in_title: frozenset[str]
    bases: dict[str, str]

    @classmethod
    def of(cls, offer: CourseOffer) -> "Document":
        title, text = analysis.terms(offer.title), analysis.terms(body(offer))
        frequencies: Counter[str] = Counter()
        for weight, found in ((TITLE_WEIGHT, title), (1, text)):
            for term in found:
                frequencies[term.text] += weight * term.weight  # type: ignore[assignment]  # counts halves too
        bases = {term.text: term.base for term in [*text, *title]}
        return cls(offer, frequencies, frozenset(term.text for term in title), bases)

    def impacts(self) -> Iterable[tuple[str, float]]:
        """Each term with what an occurrence is worth: 0 to 2.2, more for a title, less in a long text."""
        length = sum(self.frequencies.values())
        room = SATURATION * (1 - LENGTH_MATTERS + LENGTH_MATTERS * length / TYPICAL_LENGTH)
        return ((term, n * (SATURATION + 1) / (n + room)) for term, n in self.frequencies.items())


def body(offer: CourseOffer) -> str:
    """All words of an offer but its title."""
    return "\n".join(filter(None, [offer.description, *offer.outcomes, offer.audience]))


def stale() -> QuerySet[CourseOffer]:
    """Offers that are not in the index as they are now."""
    outdated = ~Q(index__version=analysis.VERSION) | Q(updated_at__gt=F("index__analysed_at"))
    return CourseOffer.objects.filter(Q(index=None) | outdated).order_by("pk")


@transaction.atomic
def refresh(offer_ids: Collection[int]) -> int:
    """Analyse these offers anew and replace their terms; says how many had changed. About 500 offers a second.

    One at a time: who comes second waits, finds the words unchanged and writes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('brokering.matching.index'))")
    known = dict(OfferIndex.objects.filter(version=analysis.VERSION).values_list("pk", "text_hash"))
    offers = CourseOffer.objects.filter(pk__in=offer_ids).order_by("pk")
    changed = [offer for offer in offers if known.get(offer.pk) != text_hash(offer)]
    if changed:
        _replace([Document.of(offer) for offer in changed])
    OfferIndex.objects.filter(pk__in=offer_ids).update(analysed_at=timezone.now())
    return len(changed)


def text_hash(offer: CourseOffer) -> str:
    read = "\0".join([offer.title, body(offer), offer.level])
    return sha256(read.encode()).hexdigest()


def _replace(documents: list[Document]) -> None:
    ids = [document.offer.pk for document in documents]
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [ids])
        rows = [
            (term, document.offer.pk, impact, term in document.in_title)
            for document in documents
            for term, impact in document.impacts()
        ]
        cursor.execute(POST, [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []])
        bases = {term: base for document in documents for term, base in document.bases.items()}
        cursor.execute(COUNT, [list(bases), list(bases.values()), ids])
        link(ids)
    OfferIndex.objects.bulk_create(
        [_entry(document.offer) for document in documents],
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["version", "text_hash", "level", "is_long", "analysed_at", "embedded_at"],
    )


def link(offer_ids: list[int]) -> None:
    """Find anew which competences these offers give."""
    with connection.cursor() as cursor:
        cursor.execute(UNLINK, [offer_ids])
        cursor.execute(LINK, [offer_ids])


def _entry(offer: CourseOffer) -> OfferIndex:
    level = offer.level or levels.of_offer(offer.title, offer.description)
    return OfferIndex(
        offer=offer,
        version=analysis.VERSION,
        text_hash=text_hash(offer),
        level=level,
        is_long=levels.is_long(offer.title, level),
        analysed_at=timezone.now(),
    )


def awaiting_vectors() -> QuerySet[OfferIndex]:
    return OfferIndex.objects.filter(embedded_at=None).order_by("pk")


@transaction.atomic
def embed(most: int = BATCH) -> int:
    """Give the next offers their vectors; says how many, 0 when none awaits them or the model is not there.

    Offers that another process has in hand are passed over, not waited for. About ten offers a second.
    """
    if not embedding.available():
        return 0
    entries = list(awaiting_vectors().select_related("offer").select_for_update(of=("self",), skip_locked=True)[:most])
    offers = [entry.offer for entry in entries]
    titles = embedding.of_titles([offer.title for offer in offers])
    texts = embedding.of_texts([f"{offer.title}. {' '.join(body(offer).split())}" for offer in offers])
    OfferVector.objects.bulk_create(
        [
            OfferVector(offer=one, title=a.tolist(), text=b.tolist())
            for one, a, b in zip(offers, titles, texts, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["title", "text"],
    )
    return OfferIndex.objects.filter(pk__in=[offer.pk for offer in offers]).update(embedded_at=timezone.now())


@transaction.atomic
def count_vocabulary() -> None:
    """Count all terms anew: for after offers were deleted, or the analysis has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('brokering.matching.index'))")
        cursor.execute(RECOUNT)


# Postings leave, and the counts of their terms with them.
FORGET = """
    WITH gone AS (DELETE FROM brokering_posting WHERE offer_id = ANY (%s) RETURNING term, in_title),
    fewer AS (SELECT term, count(*) AS offers, count(*) FILTER (WHERE in_title) AS titles FROM gone GROUP BY term)
    UPDATE brokering_vocabulary v
    SET offers = greatest(0, v.offers - f.offers), titles = greatest(0, v.titles - f.titles)
    FROM fewer f WHERE f.term = v.term
"""
POST = """
    INSERT INTO brokering_posting (term, offer_id, impact, in_title)
    SELECT * FROM unnest(%s::varchar[], %s::bigint[], %s::float8[], %s::bool[])
"""
COUNT = """
    INSERT INTO brokering_vocabulary (term, word, offers, titles)
    SELECT b.term, b.base, count(*), count(*) FILTER (WHERE p.in_title)
    FROM unnest(%s::varchar[], %s::varchar[]) AS b (term, base) JOIN brokering_posting p USING (term)
    WHERE p.offer_id = ANY (%s) GROUP BY b.term, b.base
    ON CONFLICT (term) DO UPDATE SET offers = brokering_vocabulary.offers + excluded.offers,
        titles = brokering_vocabulary.titles + excluded.titles
"""
RECOUNT = """
    WITH counted AS (
        SELECT term, count(*) AS offers, count(*) FILTER (WHERE in_title) AS titles FROM brokering_posting GROUP BY term
    ), gone AS (DELETE FROM brokering_vocabulary WHERE term NOT IN (SELECT term FROM counted))
    UPDATE brokering_vocabulary v SET offers = c.offers, titles = c.titles FROM counted c WHERE c.term = v.term
"""
# A competence is found where all terms of one of its phrases are; surely when the title has them.
UNLINK = "DELETE FROM brokering_offercompetence WHERE offer_id = ANY (%s)"
LINK = """
    WITH hits AS (
        SELECT f.id, f.competence_id, p.offer_id, bool_and(p.in_title) AS in_title
        FROM brokering_competencephrase f CROSS JOIN unnest(f.terms) AS t (term) JOIN brokering_posting p USING (term)
        WHERE p.offer_id = ANY (%s)
        GROUP BY f.id, f.competence_id, p.offer_id, f.terms HAVING count(*) = cardinality(f.terms)
    )
    INSERT INTO brokering_offercompetence (competence_id, offer_id, strength)
    SELECT competence_id, offer_id, max(CASE WHEN in_title THEN 1.0 ELSE 0.6 END)
    FROM hits GROUP BY competence_id, offer_id
"""
