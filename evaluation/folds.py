"""Cross-validation by need: what judges a need has never seen it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from brokering.matching.fitting import probability, ridge_logistic
from evaluation.figures import Numbers, figures
from evaluation.pairs import Pairs

FOLDS = 8
SPLITS = 4
SEED = 20

# What a grade counts as an answer. "Touches" is no proposal, but nearer to one than what nobody took into the pool.
ANSWER = {3: 1.0, 2: 0.6, 1: 0.1, 0: 0.0, -1: 0.0}
RIDGE = 20.0
"""In units of a feature's own spread, so that no feature is held back for being measured in small numbers."""


def folds(size: int, split: int) -> list[NDArray[np.intp]]:
    """The numbers 0..size-1 in FOLDS parts, each number in one of them."""
    order = np.random.default_rng(SEED + split).permutation(size)
    return [order[start::FOLDS] for start in range(FOLDS)]


def trials(size: int) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
    """Each split and fold: (split, what is learned from, what is judged)."""
    for split in range(SPLITS):
        parts = folds(size, split)
        for held_out in parts:
            yield split, np.setdiff1d(np.arange(size), held_out), held_out


def weights(pairs: Sequence[Pairs]) -> dict[str, float]:
    """The weights of score.py, fitted to these needs; the prior is that nothing tells anything."""
    known = [one for one in pairs if one.offers]
    names = known[0].names
    features = np.concatenate([one.features for one in known])
    answers = np.array([ANSWER[int(grade)] for one in known for grade in one.grades])
    spread = features.std(axis=0)
    precision = np.where(spread > 0, RIDGE * spread**2, 1e-6)
    fitted = ridge_logistic(features, answers, prior=np.zeros(len(names)), precision=precision)
    return dict(zip(names, fitted.tolist(), strict=True))


def held_out(pairs: Sequence[Pairs]) -> list[list[Numbers]]:
    """For each split the scores of every need's candidates, by weights that were fitted to other needs."""
    found: list[list[Numbers]] = [[np.zeros(0)] * len(pairs) for _ in range(SPLITS)]
    for split, learned_from, judged in trials(len(pairs)):
        fitted = weights([pairs[i] for i in learned_from])
        for i in judged:
            found[split][i] = scores(pairs[i], fitted)
    return found


def held_out_figures(pairs: Sequence[Pairs], found: Sequence[Sequence[Numbers]]) -> Numbers:
    """(needs, figures): of each need the mean over the splits."""
    return np.mean([[_figures(one, score) for one, score in zip(pairs, split, strict=True)] for split in found], axis=0)


def _figures(one: Pairs, score: Numbers) -> list[float]:
    return list(figures(one.need.judgments, ranked(one, score)).values())


def scores(one: Pairs, fitted: Mapping[str, float]) -> Numbers:
    """score.total of every candidate, by these weights."""
    if not one.offers:
        return np.zeros(0)
    return probability(one.features @ np.array([fitted[name] for name in one.names])) * one.factor


def ranked(one: Pairs, score: Numbers) -> list[str]:
    return [one.offers[i] for i in np.argsort(-score, kind="stable")]
