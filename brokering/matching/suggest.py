"""Which competences somebody may mean by a few letters or a sentence that is still being written.

By names, synonyms and words of the trade, in all languages and also misspelt. Words only: the language model would take
longer than there is between two keys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

from django.core.cache import caches

from brokering.matching import analysis, competences, denials, places
from brokering.matching.analysis import Term
from brokering.matching.spelling import put_right
from brokering.matching.understanding import SURE
from brokering.models import Competence
from partners.spelling import edits

MOST = 8
FEW = 2
KEPT_SECONDS = 3600
SHORTEST_MISSPELT = 4
BEING_WRITTEN = re.compile(r"[^\W_]+$")


@dataclass(frozen=True)
class Glance:
    """What a text seems to be about before it is finished."""

    competences: list[str]
    corrections: tuple[tuple[str, str], ...]


def glance(text: str) -> Glance:
    """At most six small queries. The word being written is not put right: it may be the beginning of a name."""
    text = text.replace("\0", "")
    unfinished = BEING_WRITTEN.findall(text.lower())
    begun = _begun(unfinished[0]) if unfinished else []
    said = denials.affirmed(text)
    read, corrections = put_right(places.without(said, places.named(said)), unfinished)
    terms = analysis.wanted(BEING_WRITTEN.sub("", read) if begun else read)
    found = competences.of_need(competences.by_words(terms), None) if terms else []
    likely = [one.slug for one in found if one.strength >= SURE]
    return Glance(list(dict.fromkeys([*begun, *likely, *_spelt_out(read)])), corrections)


def _begun(word: str) -> list[str]:
    """The competences of which a name, synonym or word of the trade begins so, where those are few."""
    if len(word) < SHORTEST_MISSPELT or not analysis.wanted(word):
        return []
    slugs = dict.fromkeys(slug for label, slug, _rank in _labels() if label.startswith(word))
    return list(slugs) if len(slugs) <= FEW else []


def _spelt_out(text: str) -> Iterator[str]:
    """The competences that the text calls by a name of theirs alone, in its order: one may be likelier than another."""
    called: dict[str, set[str]] = {}
    for label, slug, _rank in _labels():
        called.setdefault(label, set()).add(slug)
    words = list(analysis.words(text))
    for at, length in product(range(len(words)), (3, 2, 1)):
        slugs = called.get(" ".join(words[at : at + length]), set())
        if len(slugs) == 1:
            yield from slugs


def called(text: str) -> str:
    """The slug of the only competence that has the text as a name, synonym or word of the trade; else empty."""
    typed = _plain(text)
    slugs = {slug for label, slug, _rank in _labels() if typed in (label, slug)}
    return slugs.pop() if len(slugs) == 1 else ""


def meant(text: str) -> list[str]:
    """Slugs, the likeliest first: those of which it is a beginning or a word, else those it may be misspelt for."""
    if slug := called(text):
        return [slug]
    typed, labels = _plain(text), _labels()
    known = dict.fromkeys([*_by_letters(typed, labels), *_by_words(text, labels)])
    return list(known or dict.fromkeys(_misspelt(typed, labels)))[:MOST]


Label = tuple[str, str, int]
"""In lower case; the slug; 0 for a name, 1 for a synonym or a word of the trade."""


def _labels() -> list[Label]:
    return caches["local"].get_or_set("labels-of-competences", _load, KEPT_SECONDS) or []


def _load() -> list[Label]:
    return [
        (_plain(label), one.pk, rank)
        for one in Competence.objects.order_by("pk")
        for rank, labels in enumerate(_called(one))
        for label in labels
    ]


def _called(one: Competence) -> tuple[list[str], list[str]]:
    return [one.name_nb, one.name_nn, one.name_en, one.name_se], [*one.synonyms, *one.jargon]


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").casefold().split())


def _by_letters(typed: str, labels: list[Label]) -> Iterator[str]:
    """Those that begin like it, then those with a word that does; names first, short ones first."""
    if not typed:
        return
    begins = (label for label in labels if label[0].startswith(typed))
    within = (label for label in labels if f" {typed}" in label[0])
    for found in (begins, within):
        yield from (slug for _label, slug, _rank in sorted(found, key=lambda one: (one[2], len(one[0]))))


def _by_words(text: str, labels: list[Label]) -> Iterator[str]:
    """Those that are called by each of its words, or by each part of one; what firms say of them is not enough."""
    read = map(analysis.of_word, analysis.words(text))
    asked = [terms for terms in read if terms and terms[0].text not in analysis.asking()]
    weights = competences.weights(chain(*asked))
    points = competences.LeafWords.load(weights).spoken_for(weights)
    of: dict[str, set[str]] = {slug: set() for slug in sorted(points, key=lambda slug: (-points[slug], slug))}
    for label, slug, _rank in labels:
        if slug in of:
            of[slug] |= _terms_of(label)
    yield from (slug for slug, known in of.items() if all(_is_known(terms, known) for terms in asked))


def _is_known(terms: tuple[Term, ...], known: set[str]) -> bool:
    """Of one word: itself, or all its parts."""
    own, *parts = (term.text for term in terms)
    return own in known or (bool(parts) and known.issuperset(parts))


@lru_cache(maxsize=20_000)
def _terms_of(label: str) -> frozenset[str]:
    return frozenset(term.text for term in analysis.terms(label))


def _misspelt(typed: str, labels: list[Label]) -> Iterator[str]:
    """Those with a word that is a letter or two away and begins alike."""
    known: dict[str, dict[str, None]] = {}
    for label, slug, _rank in labels:
        for word in label.split():
            known.setdefault(word, {})[slug] = None
    for word in (word for word in typed.split() if len(word) >= SHORTEST_MISSPELT and word not in known):
        near = [one for one in known if one[0] == word[0] and abs(len(one) - len(word)) <= 1]
        for one in near:
            if edits(word, one) <= (1 if len(word) < 8 else 2):
                yield from known[one]
