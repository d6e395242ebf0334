"""Where *strong* begins: chosen on needs, judged on other needs.

The rule: at the lowest score from which on TARGET of the judged offers are ones that a broker would propose, both over
all offers and when each need counts the same, so that no need with many offers decides alone. TARGET has a margin over
what is promised, for needs not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brokering.matching import score
from evaluation.figures import Numbers
from evaluation.folds import Trial, scores
from evaluation.needs import RELEVANT
from evaluation.pairs import UNJUDGED, Pairs

PROMISED = 0.8
TARGET = 0.83
GRID = tuple(round(0.3 + step / 20, 2) for step in range(12))
"""Where strong may begin: .30, .35, … .85."""


@dataclass(frozen=True)
class Shown:
    """Offers that a band shows, each with its grade and the number of its need."""

    grades: Numbers
    need: NDArray[np.intp]

    @property
    def precision(self) -> float:
        """Share of grade 2 or 3 among the judged."""
        return _share(self.grades[self.grades != UNJUDGED])

    @property
    def strict(self) -> float:
        """The same with every unjudged offer taken for a wrong one."""
        return _share(self.grades)

    @property
    def by_need(self) -> float:
        """Precision as the mean over needs."""
        judged = self.grades != UNJUDGED
        found = [_share(self.grades[judged & (self.need == one)]) for one in np.unique(self.need[judged])]
        return float(np.mean(found)) if found else 1.0

    @property
    def needs(self) -> int:
        return len(np.unique(self.need))

    def of(self, needs: NDArray[np.intp]) -> "Shown":
        kept = np.isin(self.need, needs)
        return Shown(self.grades[kept], self.need[kept])


def _share(grades: Numbers) -> float:
    return float(np.mean(grades >= RELEVANT)) if len(grades) else 1.0


def shown(pairs: Sequence[Pairs], found: Sequence[Numbers], begin: Sequence[float]) -> dict[str, Shown]:
    """What each band shows, where strong begins at a score of its own for each need."""
    gathered = [_bands(one, s, low) for one, s, low in zip(pairs, found, begin, strict=True)]
    return {
        band: Shown(
            np.concatenate([of[band] for of in gathered]),
            np.repeat(np.arange(len(pairs)), [len(of[band]) for of in gathered]),
        )
        for band in ("strong", "possible")
    }


def _bands(one: Pairs, found: Numbers, low: float) -> dict[str, Numbers]:
    strong = (found >= low) & (one.shared >= score.SHARED)
    return {"strong": one.grades[strong], "possible": one.grades[~strong & (found >= score.POSSIBLE)]}


def begin(pairs: Sequence[Pairs], found: Sequence[Numbers]) -> float:
    """The score at which strong begins, by the rule."""
    return next((low for low in GRID if _is_good(shown(pairs, found, [low] * len(pairs))["strong"])), GRID[-1])


def _is_good(strong: Shown) -> bool:
    return strong.precision >= TARGET and strong.by_need >= TARGET


def held_out(pairs: Sequence[Pairs], tried: Sequence[Trial]) -> list[dict[str, Shown]]:
    """For each split what the bands show, where strong begins by the rule on other needs."""
    splits = 1 + max(trial.split for trial in tried)
    found = [[np.zeros(0)] * len(pairs) for _ in range(splits)]
    begins = [[0.0] * len(pairs) for _ in range(splits)]
    for trial in tried:
        others = [pairs[i] for i in trial.learned_from]
        low = begin(others, [scores(one, trial.weights) for one in others])
        for i in trial.judged:
            found[trial.split][i], begins[trial.split][i] = scores(pairs[i], trial.weights), low
    return [shown(pairs, *split) for split in zip(found, begins, strict=True)]
