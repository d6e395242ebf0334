"""The things that a need asks for where it names several: "truckførerbevis og førstehjelp".

A need that is about two competences is about neither, as far as likelihoods go that are at most 1 together. So the
pieces that name one are read by themselves as well, and a course that answers one of them answers the need.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from brokering.matching import analysis, competences, meaning, story
from brokering.matching.analysis import Term
from brokering.matching.competences import Found, LeafWords
from brokering.models import Competence

_AND = r"(?:og|samt|pluss|and|plus|i tillegg til|as well as)\s+"
AND = re.compile(rf"\s*[,;/&+•\n]+\s*(?:{_AND})?|\s+{_AND}|\s+-\s+", re.IGNORECASE)
TELLS = re.compile(
    r"\b(?:er|var|har|hadde|is|are|was|has|have|had)\b"
    r"|^(?:\d+|ei?n|eitt?|et|to|tre|fire|fem|seks|one|two|three|four|five|six|an?)\s",
    re.IGNORECASE,
)
FOR_WHOM = re.compile(r"\sfor\s[^.!?;\n]*|\blærling(?:en|er|ene|ar|ane)?\b|\bapprentices?\b", re.IGNORECASE)
SURE = 0.7
"""How likely a piece is about a competence, by its words alone, for it to be a thing of its own."""
LONGEST = 3
"""Words of a subject in a piece that names a thing; more of them tell a story."""
LONGEST_NAME = 8
"""Words of a name, small ones too, that is looked for as it is spelt."""
SHARE = 0.5
"""Of what speaks for the likeliest competence of a need that says other things too, so much has to speak for a
thing."""
MOST = 5
CHANCE = 0.01
"""That two things are about one of a hundred competences, were they chosen at random."""


class Thing(NamedTuple):
    said: str
    about: list[Found]
    """The likeliest first."""


class Names(NamedTuple):
    of: Mapping[str, Sequence[Set[str]]]
    """By slug the stems of what it is called, in jargon too; "regnskap, lønn og skatt" is three names."""
    words: Set[str]
    """All words of names and synonyms, and the parts of compounds."""
    long: Mapping[tuple[str, ...], str]
    """Slugs by the stems of names of several words, small ones too, where one competence alone is called so."""


def things(
    text: str, leaves: LeafWords, by_words: Mapping[str, float], left_out: Collection[str] = ()
) -> tuple[Thing, ...]:
    """Those that are about different competences, in the order of the text; none where there are not two of them.

    `by_words`: what speaks for each competence in the whole need; `left_out`: slugs of those that are not meant.
    """
    need, _story = story.apart(text)
    pieces = [(piece, terms) for piece in AND.split(FOR_WHOM.sub("", need)) if (terms := analysis.wanted(piece))]
    if len(pieces) < 2:
        return ()
    names = _names(leaves.tree)
    naming = [(piece, terms) for piece, terms in pieces if not _tells(piece) and _says_names(terms, names.words)]
    least = 0.0 if naming == pieces else SHARE * max(by_words.values(), default=0.0)
    found: dict[str, Thing] = {}
    for piece, terms in naming:
        about = [one for one in _about(piece, terms, leaves, names) if one.slug not in left_out]
        if about and about[0].strength >= SURE and by_words.get(about[0].slug, 0.0) >= least:
            found.setdefault(about[0].slug, Thing(piece.strip(" -.!?"), about))
    apart = [one for one in found.values() if not any(_alike(one, other) for other in found.values() if other != one)]
    return tuple(apart)[:MOST] if len(apart) > 1 else ()


def _about(piece: str, terms: Sequence[Term], leaves: LeafWords, names: Names) -> list[Found]:
    """What it is likely about, the likeliest first; nothing where it says no name of that as a whole."""
    if spelt := _spelt_out(piece, names):
        return [Found(spelt, 1.0)]
    likely = competences.of_need(leaves.spoken_for(competences.weights(terms)), None)
    return likely if likely and _is_named(terms, names.of[likely[0].slug]) else []


def _alike(one: Thing, other: Thing) -> bool:
    """Whether both may well be about one competence: what a firm wants is of its trade more often than not."""
    strengths = {found.slug: found.strength for found in other.about}
    return sum(found.strength * strengths.get(found.slug, 0.0) for found in one.about) > CHANCE


def _tells(piece: str) -> bool:
    """Whether it says what a firm is or has, or who is to learn, and asks for nothing: "vi er et rørleggerfirma"."""
    return bool(TELLS.search(piece) and not story.ASKS.search(piece))


@lru_cache(maxsize=1)
def _names(_tree: str) -> Names:
    """Of the tree of this version."""
    leaves = {one: meaning.titles(one) for one in Competence.objects.order_by("pk")}
    of = {
        one.pk: [{stem for word in _said(analysis.wanted(name)) for stem in word[:1]} for name in _split(titles, one)]
        for one, titles in leaves.items()
    }
    words = {term.text for titles in leaves.values() for name in titles for term in analysis.terms(name)}
    called = {(_spelling(name), one.pk) for one, titles in leaves.items() for name in _split(titles, one)}
    alone = Counter(spelling for spelling, _slug in called)
    return Names(of, words, {spelling: slug for spelling, slug in called if len(spelling) > 1 == alone[spelling]})


def _split(titles: Iterable[str], competence: Competence) -> list[str]:
    return [name for title in (*titles, *competence.jargon) for name in AND.split(title)]


def _spelling(text: str) -> tuple[str, ...]:
    return tuple(analysis.stem(analysis.lemma(word)) for word in analysis.words(text))


def _spelt_out(piece: str, names: Names) -> str:
    """The only competence that it calls by a name of several words, which may be words of asking: "varme arbeider"."""
    words = _spelling(piece)
    parts = (words[at : at + size] for size in range(2, LONGEST_NAME + 1) for at in range(len(words) - size + 1))
    found = {names.long[part] for part in parts if part in names.long}
    return found.pop() if len(found) == 1 else ""


def _said(terms: Iterable[Term]) -> list[list[str]]:
    """The stems of each word and of its parts, the word's own first."""
    words = [term.base for term in terms if term.weight == 1]
    return [[analysis.stem(one) for one in (word, *map(analysis.lemma, analysis.parts(word)))] for word in words]


def _says_names(terms: Iterable[Term], words: Set[str]) -> bool:
    """Whether it is short, and every word of it, or a part of the word, is in a name of some competence."""
    said = _said(terms)
    return 0 < len(said) <= LONGEST and all(not words.isdisjoint(word) for word in said)


def _is_named(terms: Iterable[Term], names: Iterable[Set[str]]) -> bool:
    """Whether one of the names is said as a whole: "region" is none for "regional utvikling"."""
    said = {stem for word in _said(terms) for stem in word}
    return any(name and name <= said for name in names)


def merged(whole: Iterable[Found], named: Iterable[Thing]) -> list[Found]:
    """What is likely of the whole or of one of its things, the likeliest first."""
    strengths: dict[str, float] = {}
    for one in (*whole, *(found for thing in named for found in thing.about)):
        strengths[one.slug] = max(one.strength, strengths.get(one.slug, 0.0))
    return [Found(slug, strengths[slug]) for slug in sorted(strengths, key=lambda slug: (-strengths[slug], slug))]
