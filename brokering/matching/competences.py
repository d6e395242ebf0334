"""The competence tree as a bridge: a firm's own words on one side, the names of courses on the other.

Of a need and of an offer it is estimated how likely each leaf is what they are about, from its words (BM25 over the
leaf's names, synonyms, jargon and sentences) and from its meaning; what they share is a signal of the score. What
it brings is measured in docs/matching.md: more than anything else.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

import numpy as np
from django.db import connection, transaction

from brokering.matching import analysis, meaning
from brokering.matching.analysis import Term
from brokering.matching.documents import alone, body
from brokering.matching.embedding import Vectors
from brokering.matching.postings import COMPETENCE, Change, write
from brokering.models import Competence, CourseOffer
from brokering.models.index import CompetencePosting, IndexedTree, OfferCompetence, OfferIndex, OfferVector

# BM25 over leaves: that a word is there counts, hardly how often; a sentence says half of what a name says.
SATURATION = 0.6
LENGTH_MATTERS = 0.3
TYPICAL_LENGTH = 200
SENTENCE_WEIGHT = 0.5
# How sharply the likeliest leaf stands out, and what words count beside meaning: round values in the middle of what did
# equally well on the development needs (.04–.07; .6–2; .3–.6).
SHARPNESS = 0.07
WORDS_OF_NEED = 1.2
WORDS_OF_TITLE = 0.4
TITLE_MEANING = 0.5
MEANING_OF_OFFER = 1 / 1.3
WITHOUT_MEANING = 0.05
OFFER_WITHOUT_MEANING = 0.03
# How much speaks for none of the leaves: what nonsense reaches, and few real needs and offers fall below.
NOTHING_BY_MEANING = 0.3
NOTHING_BY_WORDS_OF_NEED = 0.05
NOTHING_BY_WORDS_OF_OFFER = 0.1
MOST_OF_NEED = 8
MOST_OF_OFFER = 5
LEAST = 0.01
STATED = 1.0
"""How likely an offer is about a competence that its provider says it gives."""
BATCH = 500


@dataclass(frozen=True)
class Found:
    slug: str
    strength: float
    """How likely it is what the text is about, 0..1."""


@dataclass(frozen=True)
class LeafWords:
    """The words of the leaves: by term, in which leaf it occurs and what it is worth there."""

    postings: Mapping[str, Sequence[tuple[str, float]]]
    leaves: int
    tree: str = ""
    """The version of the tree that all of them were read of."""

    @classmethod
    def load(cls, terms: Iterable[str] | None = None) -> "LeafWords":
        rows = CompetencePosting.objects.order_by("pk")
        if terms is not None:
            rows = rows.filter(term__in=list(terms))
        postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        known: dict[tuple[str, float], tuple[str, float]] = {}  # hundreds of words of a leaf are worth the same there
        for term, slug, impact in rows.values_list("term", "competence_id", "impact"):
            postings[term].append(known.setdefault((slug, impact), (slug, impact)))
        return cls({term: tuple(rows) for term, rows in postings.items()}, Competence.objects.count())

    def rarity(self, term: str) -> float:
        found = len(self.postings.get(term, ()))
        return math.log(1 + (self.leaves - found + 0.5) / (found + 0.5))

    def spoken_for(self, weights: Mapping[str, float]) -> dict[str, float]:
        """What share of the text's words, by weight and rarity, speaks for each leaf: 0..1."""
        most = (SATURATION + 1) * sum(weight * self.rarity(term) for term, weight in weights.items())
        points: dict[str, float] = defaultdict(float)
        for term, weight in weights.items():
            for slug, impact in self.postings.get(term, ()):
                points[slug] += weight * self.rarity(term) * impact / most
        return points


def weights(terms: Iterable[Term]) -> dict[str, float]:
    """Each term once, with the most that any of its words gives it."""
    best: dict[str, float] = {}
    for term in terms:
        best[term.text] = max(term.weight, best.get(term.text, 0))
    return best


def by_words(terms: Iterable[Term]) -> dict[str, float]:
    """What share of a need's words speaks for each leaf."""
    return leaves().spoken_for(weights(terms))


def leaves() -> LeafWords:
    """Of the tree as it is now."""
    return words_of_all(current_tree())


def of_need(spoken_for: Mapping[str, float], vector: Vectors | None) -> list[Found]:
    """The likeliest leaves of a need, likeliest first; `spoken_for`: as by_words."""
    if vector is None:
        return likeliest(_sharpened(spoken_for, WITHOUT_MEANING, NOTHING_BY_WORDS_OF_NEED), MOST_OF_NEED)
    by_meaning = _closeness(vector)
    evidence = {slug: close + WORDS_OF_NEED * spoken_for.get(slug, 0) for slug, close in by_meaning.items()}
    only_words = {slug: WORDS_OF_NEED * share for slug, share in spoken_for.items() if slug not in by_meaning}
    return likeliest(_sharpened(evidence | only_words, SHARPNESS, NOTHING_BY_MEANING), MOST_OF_NEED)


def of_offer(words: LeafWords, offer: CourseOffer, vectors: tuple[Vectors, Vectors] | None) -> list[Found]:
    """The likeliest leaves of an offer; `vectors` are those of its title and its text."""
    by_title = words.spoken_for(weights(analysis.terms(offer.title)))
    if vectors is None:
        by_text = words.spoken_for(weights(analysis.terms(f"{offer.title}. {body(offer)}")))
        both = {slug: share + by_title.get(slug, 0) for slug, share in by_text.items()}
        return likeliest(_sharpened(both, OFFER_WITHOUT_MEANING, NOTHING_BY_WORDS_OF_OFFER), MOST_OF_OFFER)
    title, text = vectors
    by_meaning = _closeness(text + TITLE_MEANING * title)
    slugs = by_meaning.keys() | by_title.keys()
    evidence = {
        slug: MEANING_OF_OFFER * by_meaning.get(slug, 0) + WORDS_OF_TITLE * by_title.get(slug, 0) for slug in slugs
    }
    return likeliest(_sharpened(evidence, SHARPNESS, NOTHING_BY_MEANING), MOST_OF_OFFER)


def _closeness(vector: Vectors) -> dict[str, float]:
    space = meaning.space()
    return dict(zip(space.slugs, (space.leaves @ vector).tolist(), strict=True))


def _sharpened(evidence: Mapping[str, float], sharpness: float, nothing: float) -> dict[str, float]:
    """The evidence as logarithms of odds against its being about no leaf at all."""
    return {slug: (value - nothing) / sharpness for slug, value in evidence.items()}


def likeliest(evidence: Mapping[str, float], most: int) -> list[Found]:
    """Logarithms of odds → likelihoods, together below 1; those below one in a hundred are left out.

    >>> [found.slug for found in likeliest({"sveising": 3.0, "baking": 1.0, "juss": -9.0}, 2)]
    ['sveising', 'baking']
    """
    odds = {slug: math.exp(value) for slug, value in evidence.items()}
    total = 1 + sum(odds.values())
    ranked = sorted(odds, key=lambda slug: (-odds[slug], slug))[:most]
    return [Found(slug, odds[slug] / total) for slug in ranked if odds[slug] / total >= LEAST]


def refresh() -> bool:
    """Read the tree anew if it has changed: its words, and which offers give what. A second for every 1 000 offers.

    Offers are held against it in batches; those of a refresh that was broken off are taken up by the next.
    """
    changed = _read_tree()
    while _link_next():
        changed = True
    return changed


@transaction.atomic
def _read_tree() -> bool:
    alone()
    competences = list(Competence.objects.order_by("pk"))
    version = tree_version(competences)
    if IndexedTree.objects.filter(version=version).exists():
        return False
    CompetencePosting.objects.all().delete()
    CompetencePosting.objects.bulk_create(posting for one in competences for posting in _postings(one))
    IndexedTree.objects.update_or_create(pk=1, defaults={"version": version})
    return True


@transaction.atomic
def _link_next() -> int:
    """Hold the next offers against the tree as it is now."""
    alone()
    behind = OfferIndex.objects.exclude(tree=current_tree()).exclude(offer__title=None).order_by("pk")
    offers = [entry.offer for entry in behind.select_related("offer")[:BATCH]]
    link(offers)
    post([offer.pk for offer in offers])
    return len(offers)


def current_tree() -> str:
    return IndexedTree.objects.values_list("version", flat=True).first() or ""


def tree_version(competences: Iterable[Competence]) -> str:
    """Changes with any word of the tree, and with the way words are read."""
    rows = [
        [one.pk, one.name_se, one.description, *meaning.titles(one), *one.jargon, *one.sentences] for one in competences
    ]
    return sha256(json.dumps([analysis.VERSION, rows]).encode()).hexdigest()


def link(offers: Sequence[CourseOffer]) -> None:
    """Estimate anew what these offers give, by their vectors where they have them."""
    ids = [offer.pk for offer in offers]
    words, known = leaves(), set(Competence.objects.values_list("pk", flat=True))
    vectors = _vectors(ids)
    OfferCompetence.objects.filter(offer__in=ids).delete()
    OfferCompetence.objects.bulk_create(
        OfferCompetence(offer=offer, competence_id=found.slug, strength=found.strength)
        for offer in offers
        for found in of_offer(words, offer, vectors.get(offer.pk))
        if found.slug in known
    )
    OfferIndex.objects.filter(pk__in=ids).update(tree=current_tree())


@lru_cache(maxsize=1)
def words_of_all(tree: str) -> LeafWords:
    """Of the tree of this version."""
    return replace(LeafWords.load(), tree=tree)


def post(offer_ids: Collection[int]) -> None:
    """Let matching find these offers by what they give: what their providers say, and what was found."""
    had = dict(OfferIndex.objects.filter(pk__in=offer_ids).order_by("pk").values_list("pk", "competences"))
    given: dict[int, dict[str, float]] = {offer: {} for offer in had}
    with connection.cursor() as cursor:
        cursor.execute(GIVEN, {"offers": list(had), "stated": STATED})
        for offer, slug, strength in cursor.fetchall():
            given[offer][slug] = strength
    write(Change(offer, _terms(had[offer]), _terms(has)) for offer, has in given.items())
    with connection.cursor() as cursor:
        cursor.execute(POSTED, [list(given), [f"{{{','.join(sorted(has))}}}" for has in given.values()]])


def forget(entries: Iterable[OfferIndex]) -> None:
    """Let matching find these no more."""
    write(Change(entry.pk, _terms(entry.competences), {}) for entry in entries)


def _terms(given: Mapping[str, float] | Iterable[str]) -> dict[str, float]:
    """As terms of the postings."""
    return {COMPETENCE + slug: given[slug] if isinstance(given, Mapping) else 0.0 for slug in given}


def _vectors(offer_ids: Collection[int]) -> dict[int, tuple[Vectors, Vectors]]:
    kept = OfferVector.objects.filter(offer__in=offer_ids, space=meaning.space().version)
    rows = kept.values_list("pk", "title", "text")
    return {pk: (np.array(title, np.float32), np.array(text, np.float32)) for pk, title, text in rows}


def _postings(competence: Competence) -> list[CompetencePosting]:
    counts = _counts(competence)
    room = SATURATION * (1 - LENGTH_MATTERS + LENGTH_MATTERS * sum(counts.values()) / TYPICAL_LENGTH)
    return [
        CompetencePosting(competence=competence, term=term, impact=n * (SATURATION + 1) / (n + room))
        for term, n in counts.items()
    ]


def _counts(competence: Competence) -> Mapping[str, float]:
    counts: dict[str, float] = Counter()  # type: ignore[assignment]  # halves are counted too
    for text in dict.fromkeys([*meaning.titles(competence), competence.name_se, *competence.jargon]):
        for term in analysis.terms(text):
            counts[term.text] += term.weight
    for text in [*competence.sentences, competence.description]:
        for term in analysis.terms(text):
            counts[term.text] += SENTENCE_WEIGHT * term.weight
    return counts


GIVEN = """
    SELECT offer_id, slug, max(strength) FROM (
        SELECT offer_id, competence_id, strength FROM brokering_offercompetence WHERE offer_id = ANY (%(offers)s)
        UNION ALL
        SELECT courseoffer_id, competence_id, %(stated)s FROM brokering_courseoffer_competences
        WHERE courseoffer_id = ANY (%(offers)s)
    ) AS given (offer_id, slug, strength) GROUP BY offer_id, slug
"""
POSTED = """
    UPDATE brokering_offerindex i SET competences = p.slugs::varchar[]
    FROM unnest(%s::bigint[], %s::text[]) AS p (offer_id, slugs)
    WHERE i.offer_id = p.offer_id AND i.competences <> p.slugs::varchar[]
"""
