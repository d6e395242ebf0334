"""Keeps the index of the offers: terms at once, vectors afterwards, since ten offers' vectors take a second.

Every step may be repeated, may run twice at once and may be killed: it is one transaction, and what it takes out of the
index is what it had put in. Terms are written under one lock, vectors computed by whoever claims an offer first. What
is here can always be built again from the offers.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from brokering.matching import analysis, columns, competences, embedding, levels, meaning, postings
from brokering.matching.documents import Document, alone, body, text_hash
from brokering.matching.postings import Change
from brokering.matching.vectors import written
from brokering.models import CourseOffer
from brokering.models.index import OfferIndex, OfferVector

KEPT = ("version", "text_hash", "level", "is_long", "analysed_at", "seen", "terms", "embedded_at")
BATCH = 16
WORKERS = 8
"""Processes that may compute vectors at once."""


def stale() -> QuerySet[CourseOffer]:
    """Offers that are not in the index as they are now."""
    outdated = ~Q(index__version=analysis.VERSION) | ~Q(updated_at=F("index__seen"))
    return CourseOffer.objects.filter(Q(index=None) | outdated).order_by("pk")


def gone() -> QuerySet[OfferIndex]:
    """What the index still has of offers that were deleted."""
    return OfferIndex.objects.exclude(pk__in=CourseOffer.objects.values("pk")).order_by("pk")


@transaction.atomic
def refresh(offer_ids: Collection[int]) -> int:
    """Bring what the index has of these offers up to date, of deleted ones too; says how many texts had changed.

    Some 90 offers a second. Texts are analysed before the lock is taken, and again should they have changed since.
    """
    analysed = {one.offer.pk: one for one in map(Document.of, _changed(_offers(offer_ids)))}
    alone()
    offers = _offers(offer_ids)
    changed = _changed(offers)
    documents = [_anew(analysed.get(offer.pk), offer) for offer in changed]
    entries = OfferIndex.objects.filter(pk__in=offer_ids).order_by("pk")
    gone = list(entries.exclude(pk__in=[offer.pk for offer in offers]))
    _replace(documents, [*gone, *entries.filter(pk__in=[offer.pk for offer in changed])])
    competences.forget(gone)
    entries.filter(pk__in=[entry.pk for entry in gone]).delete()
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [[offer.pk for offer in offers], [offer.updated_at for offer in offers]])
    columns.write(offer_ids)
    competences.link(changed)
    competences.post([offer.pk for offer in offers])
    return len(documents)


def _offers(offer_ids: Collection[int]) -> list[CourseOffer]:
    return list(CourseOffer.objects.filter(pk__in=offer_ids).order_by("pk"))


def _changed(offers: Sequence[CourseOffer]) -> list[CourseOffer]:
    """Those whose text is not the one that is in the index."""
    ids = [offer.pk for offer in offers]
    entries = OfferIndex.objects.filter(pk__in=ids, version=analysis.VERSION).order_by("pk")
    known = dict(entries.values_list("pk", "text_hash"))
    return [offer for offer in offers if known.get(offer.pk) != text_hash(offer)]


def _anew(document: Document | None, offer: CourseOffer) -> Document:
    """The document, unless the text has changed since it was analysed."""
    if document and text_hash(document.offer) == text_hash(offer):
        return document
    return Document.of(offer)


def _replace(documents: Sequence[Document], before: Sequence[OfferIndex]) -> None:
    """Put these into the index, in place of what it has of them and of deleted ones."""
    old = {entry.pk: entry for entry in before}
    new = {document.offer.pk: document for document in documents}
    changes = [
        Change(pk, old[pk].terms if pk in old else (), dict(new[pk].impacts()) if pk in new else {})
        for pk in sorted(old.keys() | new.keys())
    ]
    postings.write(changes)
    _count(documents, before)
    OfferIndex.objects.bulk_create(
        [entry_of(document, old.get(document.offer.pk)) for document in documents],
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=[
            "version",
            "text_hash",
            "level",
            "is_long",
            "analysed_at",
            "seen",
            "terms",
            "embedded_at",
        ],
    )


def _count(documents: Sequence[Document], before: Sequence[OfferIndex]) -> None:
    """The vocabulary follows: what was counted in is counted out again."""
    offers = Counter[str]()
    for document in documents:
        offers.update(document.frequencies.keys())
    for entry in before:
        offers.subtract(entry.terms)
    bases = {term: base for document in documents for term, base in document.bases.items()}
    moved = [(term, bases.get(term, term), n) for term, n in sorted(offers.items()) if n]
    with connection.cursor() as cursor:
        if moved:
            cursor.execute(COUNT, [list(column) for column in zip(*moved, strict=True)])
            cursor.execute("DELETE FROM brokering_vocabulary WHERE offers = 0 AND term = ANY (%s)", [list(offers)])


def entry_of(document: Document, before: OfferIndex | None) -> OfferIndex:
    """The same text keeps its vectors."""
    offer = document.offer
    has_vectors = before is not None and before.text_hash == text_hash(offer)
    level = offer.level or levels.of_offer(offer.title, offer.description)
    return OfferIndex(
        offer=offer,
        version=analysis.VERSION,
        seen=offer.updated_at,
        text_hash=text_hash(offer),
        level=level,
        is_long=levels.is_long(offer.title, level),
        terms=sorted(document.frequencies),
        analysed_at=timezone.now(),
        embedded_at=before.embedded_at if before and has_vectors else None,
    )


def awaiting_vectors() -> QuerySet[OfferIndex]:
    """Those without vectors, with those of an earlier text, or with those of an earlier space of meanings.

    One whose text has not been read yet waits for that first.
    """
    outdated = Q(embedded_at=None) | ~Q(offer__vector__space=meaning.space().version)
    return OfferIndex.objects.filter(outdated, offer__updated_at=F("seen")).order_by("pk")


@transaction.atomic
def embed(most: int = BATCH) -> int:
    """Give the next offers their vectors; says how many were in hand, 0 when none awaits them or there is no model.

    Offers that another process has in hand are passed over, not waited for. Four to twenty offers a second. The claims
    are no locks on rows, so that nobody who edits an offer waits; what was edited meanwhile stays in line.
    """
    if not embedding.available():
        return 0
    claimed = _claimed(awaiting_vectors().values_list("pk", flat=True)[: most * WORKERS], most)
    entries = list(awaiting_vectors().filter(pk__in=claimed).select_related("offer"))
    if not entries:
        return 0
    vectors = _vectors([entry.offer for entry in entries])
    alone()
    now = dict(OfferIndex.objects.filter(pk__in=claimed).order_by("pk").values_list("pk", "text_hash"))
    _keep([vector for vector, entry in zip(vectors, entries, strict=True) if now.get(entry.pk) == entry.text_hash])
    return len(entries)


def _claimed(offer_ids: Iterable[int], most: int) -> list[int]:
    """Those of them that nobody else has claimed; until the transaction ends they are ours."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [list(offer_ids), most])
        return [offer_id for (offer_id,) in cursor.fetchall()]


def _vectors(offers: Sequence[CourseOffer]) -> list[OfferVector]:
    titles = meaning.of_titles([offer.title for offer in offers])
    texts = meaning.of_texts([f"{offer.title}. {' '.join(body(offer).split())}" for offer in offers])
    version = meaning.space().version
    return [
        OfferVector(offer=offer, title=title.tolist(), text=text.tolist(), space=version)
        for offer, title, text in zip(offers, titles, texts, strict=True)
    ]


def _keep(vectors: Sequence[OfferVector]) -> None:
    OfferVector.objects.bulk_create(
        vectors, update_conflicts=True, unique_fields=["offer"], update_fields=["title", "text", "space"]
    )
    competences.link([vector.offer for vector in vectors])
    ids = [vector.offer_id for vector in vectors]
    written(ids)
    competences.post(ids)
    OfferIndex.objects.filter(pk__in=ids).update(embedded_at=timezone.now())


def forget() -> None:
    """Let every offer count as changed; what is there stays in use until it is replaced."""
    OfferIndex.objects.update(version="", embedded_at=None)


SEEN = """
    UPDATE brokering_offerindex i SET seen = o.changed
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS o (id, changed) WHERE o.id = i.offer_id
"""
COUNT = """
    WITH moved AS (
        SELECT * FROM unnest(%s::varchar[], %s::varchar[], %s::int[]) AS m (term, word, offers)
    ),
    known AS (
        UPDATE brokering_vocabulary v SET offers = v.offers + m.offers
        FROM moved m WHERE m.term = v.term RETURNING v.term
    )
    INSERT INTO brokering_vocabulary (term, word, offers)
    SELECT * FROM moved WHERE term NOT IN (SELECT term FROM known)
"""
CLAIM = """
    SELECT id FROM unnest(%s::bigint[]) AS offers (id)
    WHERE pg_try_advisory_xact_lock(hashtext('brokering.matching.embed'), hashint8(id)) LIMIT %s
"""
