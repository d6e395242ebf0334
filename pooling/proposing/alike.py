"""How likely it is that one course meets two needs, by what they are about.

A logistic regression over three signals: the competences both are likely about, how near they are in meaning, and the
words they share, weighed by how rare they are. Fitted to needs of our own that are judged alike when one course meets
both directly (evaluation/alike.py, `python -m evaluation --alike`); where meaning is missing for one of the two, the
words say more.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from brokering.matching.embedding import Vectors
from pooling.proposing.asking import Asking

Floats = NDArray[np.float32]
WITH_MEANING = {"bias": -1.24, "competence": 1.50, "meaning": 3.86, "words": 0.91}
WITHOUT_MEANING = {"bias": -0.35, "competence": 1.43, "words": 1.67}
BOTH = ("bias", "competence", "words")
ALIKE = 0.42
"""From this probability on two needs may stand in one pool."""
CHANCE = 0.01
"""What they share though nothing was found."""
MOST_WORDS = 25.0
"""So much shared words say at most: what shares less of the rest is not looked at closer."""


class Subjects:
    """What many needs are about, as matrices: one row a need."""

    def __init__(self, asking: Sequence[Asking]) -> None:
        self.terms = [one.terms for one in asking]
        slugs = sorted({slug for one in asking for slug in one.subjects})
        place = {slug: column for column, slug in enumerate(slugs)}
        self.roots = np.zeros((len(asking), max(len(slugs), 1)), np.float32)
        for row, one in enumerate(asking):
            for slug, strength in one.subjects.items():
                self.roots[row, place[slug]] = math.sqrt(strength)
        size = next((len(one.vector) for one in asking if one.vector is not None), 1)
        self.has_meaning = np.array([one.vector is not None for one in asking], bool)
        nothing: Vectors = np.zeros(size, np.float32)
        vectors = [nothing if one.vector is None else one.vector for one in asking]
        self.vectors = np.array(vectors, np.float32).reshape(len(asking), size)

    def likely(self, rows: NDArray[np.intp], columns: NDArray[np.intp], open_: NDArray[np.bool_]) -> Floats:
        """The probability for each row and column that is open; 0 for the others and for those that are not alike."""
        shared = self.roots[rows] @ self.roots[columns].T
        both = self.has_meaning[rows][:, None] & self.has_meaning[columns]
        near = self.vectors[rows] @ self.vectors[columns].T
        bias, competence, words = (np.where(both, WITH_MEANING[name], WITHOUT_MEANING[name]) for name in BOTH)
        odds = bias + competence * np.log(shared + CHANCE) + np.where(both, WITH_MEANING["meaning"] * near, 0)
        most = words * math.log1p(MOST_WORDS)
        closer = open_ & (shared > 0) & (odds + most >= logit(ALIKE))
        found = np.zeros(odds.shape, np.float32)
        for row, column in zip(*np.nonzero(closer), strict=True):
            common = in_common(self.terms[rows[row]], self.terms[columns[column]])
            chance = _probability(float(odds[row, column] + words[row, column] * math.log1p(common)))
            found[row, column] = chance if chance >= ALIKE else 0.0
        return found


def in_common(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much the words of both weigh.

    >>> in_common({"sveis": 4.0, "alu": 5.0}, {"sveis": 4.0, "kurs": 0.5})
    4.0
    """
    return min(MOST_WORDS, sum(min(one[term], other[term]) for term in one.keys() & other.keys()))


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
