"""What a need asks for: its terms with their weight, its competences, its level, and which words were misspelt."""

import math
import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest
from typing import Any

from brokering.matching import (
    analysis,
    columns,
    competences,
    denials,
    embedding,
    levels,
    meaning,
    places,
    several,
    spelling,
    story,
)
from brokering.matching.competences import Found, LeafWords
from brokering.matching.wish import Wish
from brokering.models.index import Vocabulary

LONGEST_NEED = 4000
# A small catalogue says little of how rare a word is: it is weighed as if it were part of a larger one.
LEAST_CATALOGUE = 1000
SURE = 0.25
FEW_LEAVES = 15
"""A word of more leaves, a tenth of all, does not tell the subject."""
LIKELIEST = 3
"""A verb tells it when one of so many leaves that are likeliest by words has it."""
PARTICULAR = 5.0
"""Weight of a word that about one offer in two hundred has."""
TAUGHT_IN = re.compile(
    r"(\b(?:helst|gjerne|holdt|holdes|haldast|gitt|gis|undervisning\w*|(?:må|skal|bør) (?:være|vere|vera)"
    r"|preferably|ideally|taught|held|given|(?:must|should|has to) be))\s+(?:på|in)\s+"
    r"(?:engelsk|norsk|nynorsk|bokmål|samisk|nordsamisk|polsk|english|norwegian|s[aá]mi|polish)\b",
    re.IGNORECASE,
)
"""The language that a course is held in is not what it is about."""
WORTH_SAYING = 0.25
"""A word that says less beside the weightiest is not named."""


@dataclass(frozen=True)
class Asked:
    """A term of the need: how much it counts, the word it stands for, and whether that was said by itself."""

    term: str
    weight: float
    base: str
    is_whole: bool = True
    said: str = field(default="", compare=False)
    """The word as it was written."""
    tells: bool = field(default=True, compare=False)
    """Whether it says something of the subject: "sveise", not "betale"."""


def worth_saying(terms: Iterable[Asked], heaviest: float) -> list[Asked]:
    """Whole words that tell the subject, or else parts of compounds; none that hardly counts beside the weightiest."""
    heavy = [asked for asked in terms if asked.tells and asked.weight >= WORTH_SAYING * heaviest]
    return [asked for asked in heavy if asked.is_whole] or heavy


@dataclass(frozen=True)
class Understood:
    terms: tuple[Asked, ...] = ()
    subjects: tuple[Found, ...] = ()
    """The competences it is likely about; together at most 1, unless several things are named or chosen."""
    things: tuple[several.Thing, ...] = ()
    """Where it names several."""
    level: str = ""
    chosen: tuple[str, ...] = ()
    """The competences that somebody said, as slugs."""
    level_is_stated: bool = False
    corrections: tuple[tuple[str, str], ...] = ()
    """Words as written, and as they were read."""
    vector: embedding.Vectors | None = None
    place: str = ""
    """The number of the municipality that the text names first, where the need does not say where one is."""
    place_name: str = ""
    """What the text calls it."""

    @property
    def competences(self) -> tuple[Found, ...]:
        """The subjects that are sure enough to be named."""
        return tuple(found for found in self.subjects if found.strength >= SURE)

    @cached_property
    def is_one_word(self) -> bool:
        """Whether all that is asked for is said in one word: "fisk"."""
        return sum(asked.is_whole for asked in self.terms) == 1

    @property
    def main_words(self) -> list[str]:
        """The words that tell the subject, the weightiest first, or else any that are whole."""
        terms = sorted(self.terms, key=lambda asked: -asked.weight)
        found = worth_saying(terms, self.heaviest) or [asked for asked in terms if asked.is_whole]
        return list(dict.fromkeys(asked.base for asked in found))

    @cached_property
    def heaviest(self) -> float:
        return max((asked.weight for asked in self.terms), default=0.0)

    @cached_property
    def is_particular(self) -> bool:
        """Whether it has a word that hardly any offer has: "lastsikring"."""
        return self.heaviest >= PARTICULAR

    @property
    def words(self) -> list[str]:
        """What the need is taken to be about, the weightiest word first."""
        found = sorted(self.terms, key=lambda asked: -asked.weight)
        return list(dict.fromkeys(asked.base for asked in found))

    def kept(self) -> dict[str, Any]:
        """What a page says of it, as JSON that is kept with the need."""
        return {
            "chosen": list(self.chosen),
            "competences": [found.slug for found in self.competences],
            "words": self.main_words,
            "corrections": [list(pair) for pair in self.corrections],
            "level": self.level,
            "place": self.place_name,
            "things": [[thing.about[0].slug, thing.said] for thing in self.things],
        }


@dataclass(frozen=True)
class Reading:
    """A need of which the words are read, while its meaning is still being found."""

    wish: Wish
    text: str
    """Without places, with misspelt words put right."""
    corrections: tuple[tuple[str, str], ...]
    place: str
    place_name: str
    terms: tuple[Asked, ...]
    by_words: Mapping[str, float] | None
    """What speaks for each competence; nothing where no word is left."""
    things: tuple[several.Thing, ...]
    meaning: Future[embedding.Vectors] | None

    def understood(self) -> Understood:
        vector = self.meaning.result() if self.meaning else None
        about = [] if self.by_words is None else competences.of_need(self.by_words, vector)
        wish = self.wish
        about = several.merged(_but_for(about, wish.left_out("competence")), self.things)
        return Understood(
            terms=self.terms,
            subjects=tuple(_subjects(wish, about)),
            things=self.things,
            level=wish.level or ("" if "level" in wish.left_out("fact") else levels.of_need(self.text)),
            chosen=wish.competences,
            level_is_stated=bool(wish.level),
            corrections=self.corrections,
            vector=vector,
            place=self.place,
            place_name=self.place_name,
        )


def understand(wish: Wish) -> Understood:
    """Some eight small queries; finding the meaning takes most of the time (8–15 ms)."""
    return read(wish).understood()


def read(wish: Wish) -> Reading:
    """The words at once; the meaning is being found meanwhile."""
    written = wish.text[:LONGEST_NEED].replace("\0", "")
    said = denials.affirmed(TAUGHT_IN.sub(r"\1", written))
    named = places.named(said)
    text, corrections = spelling.put_right(places.without(said, named), wish.left_out("spelling"))
    meant, terms = _about(text, wish.left_out("word"))
    near = None if wish.municipality or "place" in wish.left_out("fact") else _nearest(named)
    has_meaning = meant.strip() and embedding.available()
    found = meaning.being_found(story.brief(meant)) if has_meaning else None  # before the database is asked
    leaves = competences.leaves()
    by_words = leaves.spoken_for(competences.weights(terms)) if terms else None
    things = several.things(meant, leaves, by_words or {}, wish.left_out("competence"))
    return Reading(
        wish=wish,
        text=text,
        corrections=corrections,
        place=near.number if near else "",
        place_name=near.name if near else "",
        things=things,
        meaning=found,
        terms=tuple(weighed(terms, _telling(leaves, by_words or {}))),
        by_words=by_words,
    )


def _nearest(named: Iterable[places.Place]) -> places.Place | None:
    """The first that is a municipality."""
    return next((place for place in named if place.number), None)


def _about(text: str, left_out: Collection[str]) -> tuple[str, list[analysis.Term]]:
    """The text and its terms without the words that are not meant, in whatever form they stand there."""
    if not left_out:
        return text, story.terms(text)
    kept = analysis.WORD.sub(lambda word: "" if analysis.lemma(word[0].lower()) in left_out else word[0], text)
    return kept, [term for term in story.terms(kept) if term.base not in left_out]


def weighed(terms: Iterable[analysis.Term], tells: Callable[[analysis.Term], bool] | None = None) -> list[Asked]:
    """Rare terms count more. A compound of no offer is left to its parts; a word of no offer has to tell by itself."""
    asked = list(terms)
    known = Vocabulary.objects.filter(term__in=[term.text for term in asked])
    counts = dict(known.values_list("term", "offers"))
    total = columns.total()
    return [
        Asked(
            one.text,
            one.weight * weight(total, counts.get(one.text, 0)),
            one.base,
            one.weight == 1,
            one.said,
            tells is None or tells(one) or (one.text in counts and not analysis.is_verb(one.base)),
        )
        for one in asked
        if one.text in counts or not _is_spoken_for(one, counts)
    ]


def _telling(leaves: LeafWords, by_words: Mapping[str, float]) -> Callable[[analysis.Term], bool]:
    """Whether a word is of the leaves, and of few of them; a verb has to be of one of the likeliest."""
    likeliest = set(nlargest(LIKELIEST, by_words, by_words.__getitem__))

    def tells(one: analysis.Term) -> bool:
        where = {slug for slug, _impact in leaves.postings.get(one.text, ())}
        of_subject = where & likeliest if analysis.is_verb(one.base) else where
        return bool(of_subject) and len(where) <= FEW_LEAVES

    return tells


def _is_spoken_for(compound: analysis.Term, counts: Container[str]) -> bool:
    """Whether one of the compound's parts is known."""
    return any(analysis.stem(analysis.lemma(part)) in counts for part in analysis.parts(compound.base))


def weight(total: int, offers: int) -> float:
    """BM25's inverse document frequency.

    >>> weight(1000, 10) > weight(1000, 500) > 0
    True
    """
    total = max(total, offers, LEAST_CATALOGUE)
    return math.log(1 + (total - offers + 0.5) / (offers + 0.5))


def _subjects(wish: Wish, read: list[Found]) -> list[Found]:
    """What was chosen is sure, and takes nothing from what is read in the text."""
    return [
        *(Found(slug, 1.0) for slug in wish.competences),
        *(one for one in read if one.slug not in wish.competences),
    ]


def _but_for(read: list[Found], left_out: Collection[str]) -> list[Found]:
    """As likely as they are once these are known not to be meant."""
    gone = sum(found.strength for found in read if found.slug in left_out)
    left = max(1 - gone, competences.LEAST)
    return [Found(found.slug, min(1.0, found.strength / left)) for found in read if found.slug not in left_out]
