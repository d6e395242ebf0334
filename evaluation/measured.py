"""All that is measured, one thing after the other."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brokering.matching import score
from evaluation import ablation, bands, calibration, folds, needs, pairs, report
from evaluation.figures import Numbers
from evaluation.needs import Need
from evaluation.pairs import UNJUDGED, Pairs
from evaluation.variants import Variant


def measure(files: Sequence[Path], offers: Mapping[str, int], picture: Path, *, ablate: bool) -> None:
    asked = {file.stem: needs.read(file) for file in files}
    everyone = [need for one in asked.values() for need in one]
    sets = _sets(asked)
    found = pairs.gather(everyone, offers)
    tried = folds.trials(found)
    held_out = folds.held_out(found, tried)
    base = folds.mean_figures(found, held_out)
    print(f"# Matching, measured\n\n{len(everyone)} needs, {len(offers)} offers.")
    _tell_ranking(everyone, base, folds.mean_figures(found, [_shipped(found)]), sets)
    _tell_bands(found, tried, sets)
    _tell_calibration(found, held_out, picture)
    removed = ablation.VARIANTS if ablate else [ablation.WITHOUT_MODEL]
    *_others, without_model = _tell_ablation(removed, everyone, offers, base, sets)
    _tell_constants(found, without_model)


def _sets(asked: Mapping[str, Sequence[Need]]) -> dict[str, NDArray[np.bool_]]:
    """Which of all needs belong to each file."""
    names = np.repeat(list(asked), [len(one) for one in asked.values()])
    return {name: names == name for name in asked}


def _shipped(found: Sequence[Pairs]) -> list[Numbers]:
    """Scores by the weights that score.py has, which were fitted to these very needs."""
    return [folds.scores(one, score.WITH_MEANING if "meaning" in one.names else score.WITHOUT_MEANING) for one in found]


def _tell_ranking(
    everyone: Sequence[Need], base: Numbers, shipped: Numbers, sets: Mapping[str, NDArray[np.bool_]]
) -> None:
    print(
        f"\n## Ranking\n\nWeights fitted without the need that is ranked: {folds.FOLDS} folds, {folds.SPLITS} splits. "
        "In brackets the 95 % interval."
    )
    for name, mask in sets.items():
        its = [need for need, is_its in zip(everyone, mask, strict=True) if is_its]
        print(f"\n### {name}\n\n{report.ranking(its, base[mask])}")
        print(f"\nWith the weights as shipped: nDCG@10 {shipped[mask, 0].mean():.3f}.")


def _tell_bands(found: Sequence[Pairs], tried: Sequence[folds.Trial], sets: Mapping[str, NDArray[np.bool_]]) -> None:
    held_out, here = bands.held_out(found, tried), bands.shown(found, _shipped(found), [score.STRONG] * len(found))
    print(f"\n## Bands\n\n{report.promise(held_out)}")
    for name, mask in {"all needs": np.ones(len(found), bool), **sets}.items():
        its = np.flatnonzero(mask)
        splits = [{band: shown.of(its) for band, shown in split.items()} for split in held_out]
        print(f"\n### {name}\n")
        print(report.bands(splits, {band: shown.of(its) for band, shown in here.items()}, len(its)))


def _tell_calibration(found: Sequence[Pairs], held_out: Sequence[Sequence[Numbers]], picture: Path) -> None:
    grades = np.concatenate([one.grades for one in found])
    judged = grades != UNJUDGED
    predicted = np.mean([np.concatenate(split) for split in held_out], axis=0)[judged]
    points = calibration.bins(predicted, (grades[judged] >= needs.RELEVANT).astype(float))
    print(
        f"\n## Calibration\n\n{report.calibration(points)}\n\nError {calibration.error(points):.3f}; plot in {picture}."
    )
    picture.write_text(calibration.picture(points), encoding="utf-8")


def _tell_ablation(
    removed: Sequence[Variant],
    everyone: Sequence[Need],
    offers: Mapping[str, int],
    base: Numbers,
    sets: Mapping[str, NDArray[np.bool_]],
) -> Iterator[list[Pairs]]:
    """A row as soon as it is known; what each variant found."""
    print(f"\n## Ablation\n\n{report.ablation(sets)}")
    for variant in removed:
        found = ablation.gather(variant, everyone, offers)
        figures = folds.mean_figures(found, folds.held_out(found, folds.trials(found)))
        print(report.removed(variant.without, base, figures, sets), flush=True)
        yield found


def _tell_constants(found: Sequence[Pairs], without_model: Sequence[Pairs]) -> None:
    """What score.py should hold."""
    fitted = folds.weights(found)
    begin = bands.begin(found, [folds.scores(one, fitted) for one in found])
    both = [{name: round(weight, 2) for name, weight in of.items()} for of in (fitted, folds.weights(without_model))]
    print(f"\n## Constants by all needs\n\nWith the model {both[0]}, without {both[1]}; strong from {begin}.")
