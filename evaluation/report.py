"""The figures as Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.bands import PROMISED, Shown
from evaluation.calibration import Bin
from evaluation.figures import NAMES, Numbers, interval
from evaluation.needs import Need


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, figures to the right."""
    ruler = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ruler, *rows])


def ranking(needs: Sequence[Need], found: Numbers) -> str:
    styles = np.array([need.style for need in needs])
    rows = [_figures(style, found[styles == style]) for style in sorted(set(styles))]
    return table(["style", "needs", *NAMES], [*rows, _figures("**all**", found)])


def _figures(name: str, found: Numbers) -> list[str]:
    means = [f"{value:.3f}" for value in found.mean(axis=0)]
    means[0] += f" {_between(*interval(found[:, 0]))}"
    success = NAMES.index("success@5")
    means[success] += f" {_between(*interval(found[:, success]))}"
    return [name, str(len(found)), *means]


def _between(low: float, high: float) -> str:
    return f"({low:.2f}–{high:.2f})"


BANDS = [
    "needs",
    "band",
    "offers",
    "grade ≥ 2 of the judged",
    "unjudged counted wrong",
    "mean over needs",
    "needs that have one",
]


def bands(
    name: str, held_out: Sequence[Mapping[str, Shown]], shipped: Mapping[str, Shown], needs: int
) -> Iterator[list[str]]:
    for band in ("strong", "possible"):
        yield [name, f"{band}, held out", *_band([split[band] for split in held_out], needs)]
        yield [name, f"{band}, as shipped", *_band([shipped[band]], needs)]


def _band(found: Sequence[Shown], needs: int) -> list[str]:
    def mean(values: Iterable[float]) -> float:
        return float(np.mean(list(values)))

    return [
        f"{mean(len(one.grades) for one in found):.0f}",
        f"{mean(one.precision for one in found):.0%} {_of_needs(found[0])}",
        f"{mean(one.strict for one in found):.0%}",
        f"{mean(one.by_need for one in found):.0%}",
        f"{mean(one.needs for one in found) / needs:.0%}",
    ]


def _of_needs(shown: Shown) -> str:
    """Where the precision would lie with other needs: they are drawn, not their offers."""
    rng, present = np.random.default_rng(1), np.unique(shown.need)
    if not len(present):
        return ""
    rights = np.array([np.sum(shown.grades[shown.need == one] >= 2) for one in present])
    judged = np.array([np.sum(shown.grades[shown.need == one] >= 0) for one in present])
    draws = rng.integers(len(present), size=(2000, len(present)))
    low, high = np.percentile(rights[draws].sum(axis=1) / np.maximum(judged[draws].sum(axis=1), 1), [2.5, 97.5])
    return f"({low:.0%}–{high:.0%})"


def calibration(found: Sequence[Bin]) -> str:
    rows = [
        [f"{one.low:.2f}–{one.high:.2f}", str(one.pairs), f"{one.predicted:.2f}", f"{one.observed:.2f}"]
        for one in found
    ]
    return table(["score", "judged pairs", "mean score", "share of grade ≥ 2"], rows)


def ablation(sets: Iterable[str]) -> list[str]:
    """The heads of its table."""
    return ["without", "nDCG@10", "brings", "95 of 100", *(f"brings, {name}" for name in sets), "success@5"]


def variant(name: str, base: Numbers, found: Numbers, sets: Mapping[str, NDArray[np.bool_]]) -> list[str]:
    """What a component brings, in nDCG@10 (column 0): positive is good. The interval is of the paired differences."""
    brings = base[:, 0] - found[:, 0]
    low, high = interval(brings)
    return [
        name,
        f"{found[:, 0].mean():.3f}",
        f"{brings.mean():+.3f}",
        f"{low:+.3f} … {high:+.3f}",
        *(f"{brings[mask].mean():+.3f}" for mask in sets.values()),
        f"{found[:, NAMES.index('success@5')].mean():.3f}",
    ]


def promise(held_out: Sequence[Mapping[str, Shown]]) -> str:
    precision = float(np.mean([split["strong"].precision for split in held_out]))
    word = "is kept" if precision >= PROMISED else "is NOT kept"
    return f"That {PROMISED:.0%} of strong matches are right {word}: {precision:.0%} on needs not learned from."
