"""The words of an offer as the index keeps them: what an occurrence of a term is worth."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection

from brokering.matching import analysis, trades
from brokering.models import CourseOffer

# BM25 (Robertson and Zaragoza 2009) with its usual constants. The length all lengths are measured by is a constant too,
# near the mean of a catalogue of study programmes, so that one offer's postings never change because of another.
SATURATION = 1.2
LENGTH_MATTERS = 0.75
TYPICAL_LENGTH = 75
TITLE_WEIGHT = 4
MOST_IMPACT = SATURATION + 1
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Document:
    """What the index knows of an offer's words."""

    offer: CourseOffer
    frequencies: Mapping[str, float]
    bases: Mapping[str, str]

    @classmethod
    def of(cls, offer: CourseOffer) -> "Document":
        title, text = analysis.terms(offer.title), analysis.terms(body(offer))
        frequencies: dict[str, float] = Counter()  # type: ignore[assignment]  # halves are counted too
        for weight, found in ((TITLE_WEIGHT, title), (1, text)):
            for term in found:
                frequencies[term.text] += weight * term.weight
        bases = {term.text: term.base for term in [*text, *title]}
        return cls(offer, frequencies, bases)

    def impacts(self) -> Iterable[tuple[str, float]]:
        """Each term with what it is worth: 0 to 2.2, more for a title, less in a long text."""
        length = sum(self.frequencies.values())
        room = SATURATION * (1 - LENGTH_MATTERS + LENGTH_MATTERS * length / TYPICAL_LENGTH)
        return ((term, n * MOST_IMPACT / (n + room)) for term, n in self.frequencies.items())


def alone() -> None:
    """Until the transaction ends, nobody else writes to the index; taken before what is changed in it is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('brokering.matching.index'))")


def body(offer: CourseOffer) -> str:
    """All that is read of an offer but its title: its own words, and what is done in its trade where they are few."""
    own = own_words("\n".join([offer.description, *offer.outcomes, offer.audience]))
    return "\n".join(filter(None, [own, trades.work(offer.title, own)]))


def own_words(text: str) -> str:
    """Without sentences said before, and those that are said of every course.

    >>> own_words("Du lærer å bake. Du lærer å bake. Les mer om opptak her.")
    'Du lærer å bake.'
    """
    sentences = (sentence.strip() for sentence in SENTENCE.split(text))
    return "\n".join(one for one in dict.fromkeys(sentences) if one and not _templates().match(one))


@cache
def _templates() -> re.Pattern[str]:
    return re.compile("|".join(analysis.lines("templates.txt")), re.IGNORECASE)


def text_hash(offer: CourseOffer) -> str:
    """Of all that the index reads of an offer."""
    read = "\0".join([offer.title, body(offer), offer.level])
    return sha256(read.encode()).hexdigest()
