"""The figures of a ranking against graded judgments, and how sure they are with so few needs."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.needs import RELEVANT

Numbers = NDArray[np.float64]

NAMES = ("ndcg@10", "condensed", "mrr", "recall@20", "success@5", "judged@10")
DRAWS = 2000
SEED = 1


def figures(grades: Mapping[str, int], ranked: Sequence[str]) -> dict[str, float]:
    """Of one need: the gain of a grade is 2^grade - 1, unjudged offers count 0 (in `condensed` they are left out)."""
    relevant = {offer for offer, grade in grades.items() if grade >= RELEVANT}
    ideal = dcg(sorted(grades.values(), reverse=True)[:10]) or 1.0
    first = next((rank for rank, offer in enumerate(ranked[:100], 1) if offer in relevant), 0)
    top = ranked[:10]
    return {
        "ndcg@10": dcg(grades.get(offer, 0) for offer in top) / ideal,
        "condensed": dcg([grades[offer] for offer in ranked if offer in grades][:10]) / ideal,
        "mrr": 1 / first if first else 0.0,
        "recall@20": len(relevant & set(ranked[:20])) / (min(len(relevant), 20) or 1),
        "success@5": float(bool(relevant & set(ranked[:5]))),
        "judged@10": sum(offer in grades for offer in top) / (len(top) or 1),
    }


def dcg(grades: Iterable[int]) -> float:
    """Discounted cumulated gain (Järvelin and Kekäläinen 2002).

    >>> dcg([1]), dcg([0, 0, 1])
    (1.0, 0.5)
    """
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def interval(values: Numbers, seed: int = SEED) -> tuple[float, float]:
    """Where the mean would lie in 95 of 100 other samples of as many needs (percentile bootstrap)."""
    draws = np.random.default_rng(seed).integers(len(values), size=(DRAWS, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
