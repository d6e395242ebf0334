"""How likely it is that one course meets two needs, by what they are about.

A logistic regression over three signals: how likely both are about the same competence, how near they are in meaning
beyond what is usual for each, and the words they share, weighed by how rare they are. Fitted to needs of our own that
are judged alike when one course meets both directly (evaluation/pools.py, `python -m evaluation --alike`); where the
meaning of one of the two is missing, the words say more.

Two needs are as alike whatever others stand beside them, to the last bit: then what follows a change is what would be
proposed anew.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pooling.proposing.asking import Asking

Floats = NDArray[np.float32]
WITH_MEANING = {"bias": -1.66, "competence": 1.31, "meaning": 0.75, "words": 0.66}
WITHOUT_MEANING = {"bias": 1.07, "competence": 1.83, "meaning": 0.0, "words": 1.53}
ALIKE = 0.55
"""From this probability on two needs may stand in one pool."""
CHANCE = 0.01
"""Likelihood that both are about the same though nothing says so."""
MOST_WORDS = 25.0
"""So much shared words say at most."""
NEARLY = 0.01
"""So far from the sums of whole matrices may those of two needs be."""


class Subjects:
    """What many needs are about, as matrices: one row a need."""

    def __init__(self, asking: Sequence[Asking]) -> None:
        self.asking = asking
        slugs = sorted({slug for one in asking for slug in one.subjects})
        place = {slug: column for column, slug in enumerate(slugs)}
        self.about = np.zeros((len(asking), max(len(slugs), 1)), np.float32)
        for row, one in enumerate(asking):
            for slug, strength in one.subjects.items():
                self.about[row, place[slug]] = strength
        self.words = np.array([sum(one.terms.values()) for one in asking], np.float32).clip(max=MOST_WORDS)
        self.has_meaning = np.array([one.meaning is not None for one in asking], bool)
        size = next((len(one.meaning.vector) for one in asking if one.meaning), 1)
        self.vectors = np.zeros((len(asking), size), np.float32)
        self.usual, self.spread = np.zeros(len(asking), np.float32), np.ones(len(asking), np.float32)
        for row, one in enumerate(asking):
            if one.meaning:
                self.vectors[row] = one.meaning.vector
                self.usual[row], self.spread[row] = one.meaning.usual, one.meaning.spread

    def likely(self, rows: NDArray[np.intp], columns: NDArray[np.intp], open_: NDArray[np.bool_]) -> Floats:
        """The probability for each row and column that is open; 0 for the others and for those that are not alike."""
        found = np.zeros(open_.shape, np.float32)
        for row, column in zip(*np.nonzero(open_ & self._may_be_alike(rows, columns)), strict=True):
            chance = likelihood(signals(self.asking[rows[row]], self.asking[columns[column]]))
            found[row, column] = chance if chance >= ALIKE else 0.0
        return found

    def _may_be_alike(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether they would be if all words of the one were words of the other: looking closer takes time."""
        shared = self.about[rows] @ self.about[columns].T
        near = self.vectors[rows] @ self.vectors[columns].T
        beyond = (near - self.usual[rows][:, None]) / self.spread[rows][:, None]
        beyond += (near - self.usual[columns]) / self.spread[columns]
        words = np.log1p(np.minimum(self.words[rows][:, None], self.words[columns]))
        both = self.has_meaning[rows][:, None] & self.has_meaning[columns]
        most = {"bias": 1.0, "competence": np.log(shared + CHANCE), "meaning": beyond / 2, "words": words}
        with_, without = (
            sum(weights[name] * value for name, value in most.items()) for weights in (WITH_MEANING, WITHOUT_MEANING)
        )
        enough: NDArray[np.bool_] = np.where(both, with_, without) >= logit(ALIKE) - NEARLY
        return enough & (shared > 0)


def signals(one: Asking, other: Asking) -> dict[str, float]:
    """Of what they share; without `meaning` when that of one is not known."""
    same = math.fsum(one.subjects[slug] * other.subjects[slug] for slug in one.subjects.keys() & other.subjects.keys())
    found = {"bias": 1.0, "competence": math.log(same + CHANCE), "words": math.log1p(in_common(one.terms, other.terms))}
    if one.meaning and other.meaning:
        found["meaning"] = one.meaning.near(other.meaning)
    return found


def likelihood(found: Mapping[str, float]) -> float:
    weights = WITH_MEANING if "meaning" in found else WITHOUT_MEANING
    return 1 / (1 + math.exp(-math.fsum(weights[name] * value for name, value in found.items())))


def in_common(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much the words of both weigh.

    >>> in_common({"sveis": 4.0, "alu": 5.0}, {"sveis": 4.0, "kurs": 0.5})
    4.0
    """
    return min(MOST_WORDS, math.fsum(min(one[term], other[term]) for term in one.keys() & other.keys()))


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))
