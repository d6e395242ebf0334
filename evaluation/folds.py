"""Cross-validation by need: what judges a need has never seen it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brokering.matching.fitting import probability, ridge_logistic
from evaluation.figures import Numbers, figures
from evaluation.needs import RELEVANT
from evaluation.pairs import Pairs

FOLDS = 8
SPLITS = 4
SEED = 20

RIDGE = 20.0
"""In units of a feature's own spread, so that no feature is held back for being measured in small numbers."""

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Trial:
    """One fold of one split: needs that weights were fitted to, and others that judge them."""

    split: int
    learned_from: NDArray[np.intp]
    judged: NDArray[np.intp]
    weights: Weights


def folds(size: int, split: int) -> Iterator[NDArray[np.intp]]:
    """The numbers 0..size-1 in FOLDS parts, each number in one of them."""
    order = np.random.default_rng(SEED + split).permutation(size)
    return (order[start::FOLDS] for start in range(FOLDS))


def trials(pairs: Sequence[Pairs]) -> list[Trial]:
    everything = np.arange(len(pairs))
    return [
        Trial(split, others := np.setdiff1d(everything, judged), judged, weights([pairs[i] for i in others]))
        for split in range(SPLITS)
        for judged in folds(len(pairs), split)
    ]


def weights(pairs: Sequence[Pairs]) -> Weights:
    """Those of score.py, fitted to what a broker would propose; the prior is that nothing tells anything."""
    known = [one for one in pairs if one.offers]
    features = np.concatenate([one.features for one in known])
    answers = np.concatenate([one.grades for one in known]) >= RELEVANT
    spread = features.std(axis=0)
    precision = np.where(spread > 0, RIDGE * spread**2, 1e-6)
    fitted = ridge_logistic(features, answers, prior=np.zeros(len(spread)), precision=precision)
    return dict(zip(known[0].names, fitted.tolist(), strict=True))


def scores(one: Pairs, fitted: Weights) -> Numbers:
    """What score.total gives every candidate, by these weights."""
    if not one.offers:
        return np.zeros(0)
    return probability(one.features @ np.array([fitted[name] for name in one.names])) * one.factor


def held_out(pairs: Sequence[Pairs], tried: Sequence[Trial]) -> list[list[Numbers]]:
    """For each split the scores of every need's candidates, by weights that were fitted to other needs."""
    found: list[list[Numbers]] = [[np.zeros(0)] * len(pairs) for _ in range(SPLITS)]
    for trial in tried:
        for i in trial.judged:
            found[trial.split][i] = scores(pairs[i], trial.weights)
    return found


def mean_figures(pairs: Sequence[Pairs], found: Sequence[Sequence[Numbers]]) -> Numbers:
    """(needs, figures): of each need the mean over the splits."""
    every = [[_figures(one, score) for one, score in zip(pairs, split, strict=True)] for split in found]
    return np.asarray(np.mean(every, axis=0), float)


def _figures(one: Pairs, score: Numbers) -> list[float]:
    return list(figures(one.need.judgments, ranked(one, score)).values())


def ranked(one: Pairs, score: Numbers) -> list[str]:
    return [one.offers[i] for i in np.argsort(-score, kind="stable")]
