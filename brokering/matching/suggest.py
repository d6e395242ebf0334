"""Which competences somebody may mean by a few letters or a sentence that is still being written.

By names, synonyms and words of the trade, in all languages and also misspelt. Words only: the language model would take
longer than there is between two keys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.core.cache import caches

from brokering.matching import analysis, competences, denials, places
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
    read, corrections = put_right(denials.affirmed(places.without(text, places.named(text))), unfinished)
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


def meant(text: str) -> list[str]:
    """Slugs, the likeliest first; one alone when the text is what a competence is called."""
    typed = _plain(text)
    labels = _labels()
    exact = dict.fromkeys(slug for label, slug, _rank in labels if typed in (label, slug))
    if len(exact) == 1:
        return list(exact)
    return list(dict.fromkeys([*exact, *_by_letters(typed, labels), *_by_words(text), *_misspelt(typed, labels)]))[
        :MOST
    ]


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


def _by_words(text: str) -> list[str]:
    terms = analysis.terms(text)
    points = competences.LeafWords.load(term.text for term in terms).spoken_for(competences.weights(terms))
    return sorted(points, key=lambda slug: (-points[slug], slug))[:MOST]


def _misspelt(typed: str, labels: list[Label]) -> Iterator[str]:
    """Those with a word that is a letter or two away and begins alike."""
    wrong = [word for word in typed.split() if len(word) >= SHORTEST_MISSPELT]
    if not wrong:
        return
    known: dict[str, dict[str, None]] = {}
    for label, slug, _rank in labels:
        for word in label.split():
            known.setdefault(word, {})[slug] = None
    for word in wrong:
        near = [one for one in known if one[0] == word[0] and abs(len(one) - len(word)) <= 1]
        for one in near:
            if edits(word, one) <= (1 if len(word) < 8 else 2):
                yield from known[one]
