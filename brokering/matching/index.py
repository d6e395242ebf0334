"""Keeps the index of the offers: terms at once, vectors afterwards, since ten offers' vectors take a second.

Every step may be repeated and may run twice at once: terms are written under one lock, vectors by whoever gets hold of
an offer first. What is here can always be built again from the offers.
"""

from collections.abc import Collection, Sequence

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from brokering.matching import analysis, competences, embedding, levels, meaning
from brokering.matching.documents import Document, alone, body, text_hash
from brokering.models import CourseOffer
from brokering.models.index import OfferIndex, OfferVector

BATCH = 16


def stale() -> QuerySet[CourseOffer]:
    """Offers that are not in the index as they are now."""
    outdated = ~Q(index__version=analysis.VERSION) | Q(updated_at__gt=F("index__analysed_at"))
    return CourseOffer.objects.filter(Q(index=None) | outdated).order_by("pk")


@transaction.atomic
def refresh(offer_ids: Collection[int]) -> int:
    """Analyse these offers anew and replace their terms; says how many had changed. About 500 offers a second.

    One at a time: who comes second waits, finds the words unchanged and writes nothing. The rows of the index are
    locked before anything else is written, as in `embed`, so that the two cannot block each other.
    """
    alone()
    entries = OfferIndex.objects.filter(pk__in=offer_ids).order_by("pk").select_for_update()
    known = {entry.pk: entry.text_hash for entry in entries if entry.version == analysis.VERSION}
    offers = CourseOffer.objects.filter(pk__in=offer_ids).order_by("pk")
    changed = [offer for offer in offers if known.get(offer.pk) != text_hash(offer)]
    if changed:
        _replace([Document.of(offer) for offer in changed])
    OfferIndex.objects.filter(pk__in=offer_ids).update(analysed_at=timezone.now())
    return len(changed)


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
    OfferIndex.objects.bulk_create(
        [_entry(document.offer) for document in documents],
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["version", "text_hash", "level", "is_long", "analysed_at", "embedded_at"],
    )
    competences.link([document.offer for document in documents])


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
    """Those without vectors, with those of an earlier text, or with those of an earlier space of meanings."""
    outdated = Q(embedded_at=None) | ~Q(offer__vector__space=meaning.space().version)
    return OfferIndex.objects.filter(outdated).order_by("pk")


@transaction.atomic
def embed(most: int = BATCH) -> int:
    """Give the next offers their vectors; says how many, 0 when none awaits them or the model is not there.

    Offers that another process has in hand are passed over, not waited for. About ten offers a second.
    """
    if not embedding.available():
        return 0
    waiting = awaiting_vectors().select_related("offer").select_for_update(of=("self",), skip_locked=True)
    offers = [entry.offer for entry in waiting[:most]]
    if offers:
        _keep_vectors(offers)
        competences.link(offers)
    return OfferIndex.objects.filter(pk__in=[offer.pk for offer in offers]).update(embedded_at=timezone.now())


def _keep_vectors(offers: Sequence[CourseOffer]) -> None:
    titles = meaning.of_titles([offer.title for offer in offers])
    texts = meaning.of_texts([f"{offer.title}. {' '.join(body(offer).split())}" for offer in offers])
    version = meaning.space().version
    OfferVector.objects.bulk_create(
        [
            OfferVector(offer=offer, title=title.tolist(), text=text.tolist(), space=version)
            for offer, title, text in zip(offers, titles, texts, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["title", "text", "space"],
    )


def forget() -> None:
    """Let every offer count as changed; what is there stays in use until it is replaced."""
    OfferIndex.objects.update(version="", embedded_at=None)


@transaction.atomic
def count_vocabulary() -> None:
    """Count all terms anew: for after offers were deleted, or the analysis has changed."""
    alone()
    with connection.cursor() as cursor:
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
    UPDATE brokering_vocabulary v SET offers = c.offers, titles = c.titles FROM counted c
    WHERE c.term = v.term AND (c.offers, c.titles) <> (v.offers, v.titles)
"""
