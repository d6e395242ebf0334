"""All that is measured, section by section, as Markdown."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brokering.matching import Wish, match, score
from brokering.models.matches import Band
from evaluation import ablation, bands, calibration, folds, needs, pairs, report
from evaluation.figures import Numbers
from evaluation.needs import Need
from evaluation.pairs import UNJUDGED, Pairs
from evaluation.variants import Variant

WITHOUT_ANSWER = Path(__file__).parent / "needs_without_answer.jsonl"
Sets = Mapping[str, NDArray[np.bool_]]
"""Which of all needs belong to each file."""


def measure(files: Sequence[Path], offers: Mapping[str, int], picture: Path, *, ablate: bool) -> Iterator[list[str]]:
    """Each section: its name and its paragraphs."""
    asked = {file.stem: needs.read(file) for file in files}
    everyone, sets = [need for one in asked.values() for need in one], _sets(asked)
    found = pairs.gather(everyone, offers)
    tried = folds.trials(found)
    held_out = folds.held_out(found, tried)
    base = folds.mean_figures(found, held_out)
    yield ["ranking", *_ranking(everyone, base, folds.mean_figures(found, [_shipped(found)]), sets)]
    yield ["bands", *_bands(found, tried, sets)]
    yield ["calibration", *_calibration(found, held_out, picture)]
    words = ablation.gather(ablation.WITHOUT_MODEL, everyone, offers)
    yield ["constants", _constants(found, words)]
    if ablate:
        yield ["ablation", _ablation(ablation.VARIANTS, everyone, offers, base, sets)]
        alone = folds.mean_figures(words, folds.held_out(words, folds.trials(words)))
        yield ["ablation of words", _ablation(ablation.OF_WORDS, everyone, offers, alone, sets)]


def _sets(asked: Mapping[str, Sequence[Need]]) -> Sets:
    names = np.repeat(list(asked), [len(one) for one in asked.values()])
    return {name: names == name for name in asked}


def _shipped(found: Sequence[Pairs]) -> list[Numbers]:
    """Scores by the weights that score.py has, which were fitted to these very needs."""
    return [folds.scores(one, score.WITH_MEANING if "meaning" in one.names else score.WITHOUT_MEANING) for one in found]


def _ranking(everyone: Sequence[Need], base: Numbers, shipped: Numbers, sets: Sets) -> Iterator[str]:
    for name, mask in sets.items():
        its = [need for need, is_its in zip(everyone, mask, strict=True) if is_its]
        yield f"`{name}`:"
        yield report.ranking(its, base[mask])
        yield f"With the weights as shipped, which were fitted to these needs too: {shipped[mask, 0].mean():.3f}."


def _bands(found: Sequence[Pairs], tried: Sequence[folds.Trial], sets: Sets) -> Iterator[str]:
    held_out, here = bands.held_out(found, tried), bands.shown(found, _shipped(found), [score.STRONG] * len(found))
    rows: list[list[str]] = []
    for name, mask in {"all": np.ones(len(found), bool), **sets}.items():
        its = np.flatnonzero(mask)
        splits = [{band: shown.of(its) for band, shown in split.items()} for split in held_out]
        rows += report.bands(name, splits, {band: shown.of(its) for band, shown in here.items()}, len(its))
    yield report.table(report.BANDS, rows)
    yield report.promise(held_out)
    yield _without_answer()


def _without_answer() -> str:
    texts = [json.loads(line)["text"] for line in WITHOUT_ANSWER.read_text(encoding="utf-8").splitlines()]
    sure = sum(any(hit.band == Band.STRONG for hit in match(Wish(text=text)).hits) for text in texts)
    return f"Of {len(texts)} needs for which the catalogue has nothing, {sure} are shown a strong match all the same."


def _calibration(found: Sequence[Pairs], held_out: Sequence[Sequence[Numbers]], picture: Path) -> Iterator[str]:
    grades = np.concatenate([one.grades for one in found])
    judged = grades != UNJUDGED
    predicted = np.mean([np.concatenate(split) for split in held_out], axis=0)[judged]
    points = calibration.bins(predicted, (grades[judged] >= needs.RELEVANT).astype(float))
    picture.write_text(calibration.picture(points), encoding="utf-8")
    yield report.calibration(points)
    yield f"On average the two differ by {calibration.error(points):.3f}."


def _ablation(
    tried: Sequence[Variant], everyone: Sequence[Need], offers: Mapping[str, int], base: Numbers, sets: Sets
) -> str:
    rows = []
    for variant in tried:
        without = ablation.gather(variant, everyone, offers)
        figures = folds.mean_figures(without, folds.held_out(without, folds.trials(without)))
        rows.append(report.variant(variant.without, base, figures, sets))
        print(*rows[-1], sep=" | ", file=sys.stderr)
    return report.table(report.ablation(sets), rows)


def _constants(found: Sequence[Pairs], without_model: Sequence[Pairs]) -> str:
    """What score.py should hold."""
    fitted = folds.weights(found)
    begin = bands.begin(found, [folds.scores(one, fitted) for one in found])
    both = [{name: round(weight, 2) for name, weight in of.items()} for of in (fitted, folds.weights(without_model))]
    return f"By all needs, for score.py: with the model {both[0]}, without {both[1]}; strong from {begin}."
