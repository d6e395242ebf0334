"""How good the proposals of pools are, on needs that their weights were fitted to and on others, as Markdown.

Weights and border are chosen on pairs of our own needs only. What is held out is judged by weights that were fitted to
pairs of other topics: topics, and not needs, are parted into folds, for what is said in other words must not be known.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from brokering.matching.fitting import ridge_logistic
from evaluation.alike import Engine, Labels, Said
from evaluation.figures import Numbers
from evaluation.folds import SEED, SPLITS, folds
from evaluation.report import table
from pooling.proposing import alike

PROMISED = 0.85
"""Precision."""
GRID = tuple(round(0.3 + step / 20, 2) for step in range(9))
"""Where being alike may begin: .30, .35, … .70."""
RIDGE = 2.0
"""In units of a signal's own spread."""
DRAWS = 2_000
TINY = 1e-9
Pairs = NDArray[np.bool_]
"""Of the pairs that count, which."""


def measure(said: Sequence[Said], ours: Sequence[str]) -> Iterator[str]:
    """`ours`: the names of the files whose needs weights may be fitted to."""
    labels, engine = Labels.of(said), Engine(said)
    sets = _sets(said, labels, ours)
    own = sets["of our own needs"]
    fitted = _fitted(engine, labels, own)
    tried = {border: _held_out(engine, labels, fitted, border) for border in {*GRID, alike.ALIKE}}
    yield table(
        ["pairs", "alike", "precision", "recall", "held out: precision", "recall"],
        [
            [name, str(labels.alike[its].sum()), *_told(labels, [_proposed(engine, labels)], its), *rest]
            for name, its in sets.items()
            if (rest := _told(labels, tried[alike.ALIKE], its))
        ],
    )
    yield "\nAgainst the border, held out (precision, recall; all pairs, of our own needs):\n"
    yield table(
        ["border", *sets],
        [[f"{border:.2f}", *(_plain(labels, tried[border], its) for its in sets.values())] for border in sorted(tried)],
    )
    yield f"\nBy our own needs, for alike.py: {_rounded(_weights(engine, labels, own))},"
    words = Engine(said, has_model=False)
    yield f"without the model {_rounded(_weights(words, labels, own))}; alike from {_border(labels, tried, own)}."


def _sets(said: Sequence[Said], labels: Labels, ours: Sequence[str]) -> dict[str, Pairs]:
    is_own = np.array([one.file in ours for one in said])
    own: Pairs = is_own[labels.one] & is_own[labels.other]
    return {"all": np.ones(len(own), bool), "of our own needs": own, "with a development need": ~own}


def _weights(engine: Engine, labels: Labels, pairs: Pairs) -> dict[str, float]:
    x, y = engine.of(labels.one[pairs], labels.other[pairs]), labels.alike[pairs]
    return _fit(engine.names, x, y)


def _fit(names: Sequence[str], x: Numbers, y: Pairs) -> dict[str, float]:
    spread = x.std(axis=0)
    precision = np.where(spread > 0, RIDGE * spread**2, 1e-6)
    return dict(zip(names, ridge_logistic(x, y, prior=np.zeros(len(names)), precision=precision), strict=True))


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(weight), 2) for name, weight in weights.items()}


Fold = tuple[int, Pairs, dict[str, float]]
"""The split, the pairs that are judged, and weights that have seen no need of theirs."""


def _fitted(engine: Engine, labels: Labels, own: Pairs) -> list[Fold]:
    x = engine.of(labels.one, labels.other)
    topics = np.unique(labels.topic)
    found = []
    for split in range(SPLITS):
        for part in folds(len(topics), split):
            first, second = (np.isin(labels.topic[side], topics[part]) for side in (labels.one, labels.other))
            seen = own & ~first & ~second
            found.append((split, first, _fit(engine.names, x[seen], labels.alike[seen])))
    return found


def _held_out(engine: Engine, labels: Labels, fitted: Sequence[Fold], border: float) -> list[Pairs]:
    """For each split which pairs are proposed."""
    proposed = [np.zeros(len(labels.one), bool) for _split in range(SPLITS)]
    for split, judged, weights in fitted:
        proposed[split][judged] = engine.together(weights, border)[labels.one[judged], labels.other[judged]]
    return proposed


def _proposed(engine: Engine, labels: Labels) -> Pairs:
    """By weights and border as they are in the program."""
    found: Pairs = engine.together(engine.shipped(), alike.ALIKE)[labels.one, labels.other]
    return found


def _border(labels: Labels, tried: Mapping[float, Sequence[Pairs]], own: Pairs) -> float:
    """The rule: the least from which on what is promised holds for our own needs, held out."""
    return next(border for border in GRID if _figures(labels, tried[border], own)[0] >= PROMISED)


def _figures(
    labels: Labels, splits: Sequence[Pairs], its: Pairs, weights: Numbers | None = None
) -> tuple[float, float]:
    """Precision and recall, on average over the splits."""
    counted = its * (np.ones(len(its)) if weights is None else weights)
    right = np.array([counted @ (proposed & labels.alike) for proposed in splits])
    every = np.array([counted @ proposed for proposed in splits])
    alike_ones = counted @ labels.alike
    return float(np.mean(right / np.maximum(every, TINY))), float(np.mean(right / np.maximum(alike_ones, TINY)))


def _told(labels: Labels, splits: Sequence[Pairs], its: Pairs) -> list[str]:
    """Both, with what they would be for other topics of the same kind: 95 of 100 draws of topics lie between."""
    chance, topics = np.random.default_rng(SEED), np.unique(labels.topic)
    drawn = [_drawn(labels, chance.choice(topics, len(topics))) for _draw in range(DRAWS)]
    figures = np.array([_figures(labels, splits, its, weights) for weights in drawn])
    low, high = np.percentile(figures, [2.5, 97.5], axis=0)
    means = _figures(labels, splits, its)
    return [f"{mean:.2f} ({least:.2f}–{most:.2f})" for mean, least, most in zip(means, low, high, strict=True)]


def _drawn(labels: Labels, topics: NDArray[np.intp]) -> Numbers:
    """How often each pair is drawn with its topics."""
    times = np.bincount(topics, minlength=int(labels.topic.max()) + 1)
    one, other = labels.topic[labels.one], labels.topic[labels.other]
    return np.where(one == other, times[one], times[one] * times[other]).astype(float)


def _plain(labels: Labels, splits: Sequence[Pairs], its: Pairs) -> str:
    return ", ".join(f"{figure:.3f}" for figure in _figures(labels, splits, its))
