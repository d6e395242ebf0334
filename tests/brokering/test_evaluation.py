"""The arithmetic of `make evaluate`: a wrong figure would praise a worse engine."""

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from runpy import run_path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokering.matching import embedding, story
from brokering.matching.embedding import Vectors
from brokering.models.choices import Level
from evaluation import ablation, bands, calibration, folds, needs, report, tales
from evaluation.__main__ import TALES, write
from evaluation.figures import NAMES, figures, interval
from evaluation.needs import Need
from evaluation.pairs import UNJUDGED, Pairs
from evaluation.remembered import remembered
from tests.conftest import SHARED
from tests.factories import searchable

TREE = Path(tales.__file__).parent.parent / "brokering" / "reference"
SCORER = SHARED / "eval" / "score.py"
OFFERS = [f"o{i}" for i in range(30)]
GRADES = st.dictionaries(st.sampled_from(OFFERS), st.integers(0, 3), min_size=1)


def pairs(name: str, grades: Sequence[int], signal: Sequence[float], shared: float = 1.0) -> Pairs:
    """A need whose candidates are told apart by one signal."""
    offers = tuple(f"{name}-{i}" for i in range(len(grades)))
    judged = {offer: grade for offer, grade in zip(offers, grades, strict=True) if grade != UNJUDGED}
    features = np.column_stack([np.ones(len(grades)), signal])
    ones = np.ones(len(grades))
    return Pairs(
        Need(name, "", "jargon", judged), offers, features, ("bias", "words"), ones, ones * shared, np.array(grades)
    )


@pytest.fixture
def sixteen() -> list[Pairs]:
    """Needs where the signal tells, though not always: one in four has its best offer last."""
    rng = np.random.default_rng(3)
    grades = [3, 2, 1, 0, 0, 0]
    return [
        pairs(f"n{i}", grades if i % 4 else grades[::-1], (np.array([5, 4, 2, 1, 0, 0]) + rng.normal(size=6)).tolist())
        for i in range(16)
    ]


@pytest.fixture(scope="module")
def scorer() -> Callable[[Any, Sequence[str]], dict[str, float]]:
    """The program that came with the development needs."""
    if not SCORER.exists():
        pytest.skip(f"{SCORER} is not on this machine")
    score: Callable[[Any, Sequence[str]], dict[str, float]] = run_path(str(SCORER))["score"]
    return score


def test_figures_agree_with_the_scorer_of_the_development_needs(
    scorer: Callable[[Any, Sequence[str]], dict[str, float]],
) -> None:
    @settings(deadline=None)
    @given(GRADES, st.lists(st.sampled_from(OFFERS), unique=True))
    def agree(grades: dict[str, int], ranked: list[str]) -> None:
        assert figures(grades, ranked) == pytest.approx(scorer({"judgments": grades}, ranked))

    agree()


def test_a_perfect_ranking_scores_one_and_an_empty_one_nothing() -> None:
    grades = {"a": 3, "b": 2, "c": 0}
    perfect = figures(grades, ["a", "b", "c"])
    assert {name: perfect[name] for name in NAMES} == dict.fromkeys(NAMES, 1.0)
    assert set(figures(grades, []).values()) == {0.0}


def test_an_unjudged_offer_counts_as_wrong_but_not_when_condensed() -> None:
    found = figures({"a": 3}, ["unknown", "a"])
    assert found["ndcg@10"] < found["condensed"] == 1
    assert found["judged@10"] == 0.5


@settings(deadline=None)
@given(GRADES, st.permutations(OFFERS))
def test_a_better_offer_one_place_up_never_lowers_a_figure(grades: dict[str, int], ranked: list[str]) -> None:
    at = next((i for i in range(1, 30) if grades.get(ranked[i], 0) > grades.get(ranked[i - 1], 0)), 0)
    if at:
        better = [*ranked[: at - 1], ranked[at], ranked[at - 1], *ranked[at + 1 :]]
        before, after = figures(grades, ranked), figures(grades, better)
        assert all(after[name] >= before[name] - 1e-12 for name in ("ndcg@10", "mrr", "recall@20", "success@5"))


def test_the_bootstrap_draws_the_same_each_time_and_holds_the_mean() -> None:
    values = np.array([0.0, 0.2, 0.9, 1.0, 0.4])
    low, high = interval(values)
    assert (low, high) == interval(values)
    assert low < values.mean() < high
    assert interval(np.full(5, 0.3)) == pytest.approx((0.3, 0.3))


@pytest.mark.parametrize("size", [8, 48, 151])
def test_every_need_is_judged_once_a_split_by_what_never_saw_it(size: int) -> None:
    for split in range(folds.SPLITS):
        parts = list(folds.folds(size, split))
        assert sorted(i for part in parts for i in part) == list(range(size))


def test_no_need_is_both_learned_from_and_judged(sixteen: list[Pairs]) -> None:
    for trial in folds.trials(sixteen):
        assert not set(trial.learned_from) & set(trial.judged)
        assert len(trial.learned_from) + len(trial.judged) == len(sixteen)


def test_the_judgments_of_a_need_do_not_move_its_own_scores(sixteen: list[Pairs]) -> None:
    """Were they to, held-out figures would not be held out."""
    first = sixteen[0]
    turned = [pairs("n0", first.grades[::-1].astype(int).tolist(), first.features[:, 1].tolist()), *sixteen[1:]]
    before, after = (folds.held_out(found, folds.trials(found)) for found in (sixteen, turned))
    for split in range(folds.SPLITS):
        assert before[split][0] == pytest.approx(after[split][0])
        assert before[split][1] != pytest.approx(after[split][1]) or not _learns_together(sixteen, split)


def _learns_together(found: list[Pairs], split: int) -> bool:
    """Whether need 1 is judged by weights that need 0 took part in."""
    trial = next(one for one in folds.trials(found) if one.split == split and 1 in one.judged)
    return 0 in trial.learned_from


def test_weights_follow_what_tells_offers_apart(sixteen: list[Pairs]) -> None:
    assert folds.weights(sixteen)["words"] > 0
    assert folds.weights([pairs("n", [3, 0, 0], [0, 1, 1])])["words"] < 0


def test_a_need_without_candidates_counts_nothing(sixteen: list[Pairs]) -> None:
    none = Pairs(Need("empty", "", "typo", {"a": 3}), (), np.zeros((0, 0)), (), *[np.zeros(0)] * 3)
    found = [*sixteen, none]
    mean = folds.mean_figures(found, folds.held_out(found, folds.trials(found)))
    assert set(mean[-1]) == {0.0}


RIGHT, WRONG = [3] * 18 + [0] * 2, [0] * 20


def test_strong_begins_where_the_target_is_met() -> None:
    need = pairs("n", [*RIGHT, *WRONG], [0.0] * 40)
    scores = np.repeat([0.62, 0.42], 20)
    assert bands.begin([need], [scores]) == 0.45


def test_no_need_with_many_offers_decides_where_strong_begins() -> None:
    many, few = pairs("many", [3] * 95, [0.0] * 95), pairs("few", [0, 0, 0, 0, 3], [0.0] * 5)
    scores = [np.full(95, 0.7), np.array([0.5, 0.5, 0.5, 0.5, 0.7])]
    assert bands.shown([many, few], scores, [0.3, 0.3])["strong"].precision > bands.TARGET
    assert bands.begin([many, few], scores) == 0.55


def test_nothing_is_strong_that_has_too_little_in_common() -> None:
    found = bands.shown([pairs("n", [3], [0.0], shared=0.2)], [np.array([0.9])], [0.3])
    assert (found["strong"].needs, found["possible"].needs) == (0, 1)


def test_unjudged_offers_are_left_out_of_precision_and_wrong_where_it_is_strict() -> None:
    found = bands.shown([pairs("n", [3, UNJUDGED], [0.0, 0.0])], [np.array([0.9, 0.9])], [0.3])["strong"]
    assert (found.precision, found.strict, found.by_need) == (1.0, 0.5, 1.0)


def test_thresholds_are_chosen_on_other_needs(sixteen: list[Pairs]) -> None:
    tried = folds.trials(sixteen)
    for split in bands.held_out(sixteen, tried):
        assert len(split["strong"].grades) + len(split["possible"].grades) <= 16 * 6
    assert len(bands.held_out(sixteen, tried)) == folds.SPLITS


def test_scores_that_come_true_have_no_calibration_error() -> None:
    predicted = np.repeat([0.15, 0.75], 100)
    relevant = np.concatenate([np.arange(100) < 15, np.arange(100) < 75]).astype(float)
    assert calibration.error(calibration.bins(predicted, relevant)) == pytest.approx(0)
    assert calibration.error(calibration.bins(predicted, 1 - relevant)) == pytest.approx(0.6)


def test_the_picture_is_svg_that_says_what_it_shows() -> None:
    points = calibration.bins(np.repeat([0.15, 0.75], 10), np.repeat([0.0, 1.0], 10))
    root = ET.fromstring(calibration.picture(points))  # noqa: S314 (our own)
    named = {element.get("id"): element.text for element in root}
    assert root.get("aria-labelledby") == "title desc"
    assert named["title"]
    assert "score 0.75: 100% of 10" in (named["desc"] or "")


def test_needs_are_read_with_their_judgments(tmp_path: Path) -> None:
    file = tmp_path / "needs.jsonl"
    file.write_text(json.dumps({"id": "n1", "text": "sveising", "style": "keyword", "judgments": {"a": 2}}) + "\n\n")
    assert needs.read(file) == [Need("n1", "sveising", "keyword", {"a": 2})]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []

    def passages(given: Sequence[str]) -> Vectors:
        texts.extend(given)
        return np.array([np.full(embedding.DIMENSIONS, len(text)) for text in given], np.float32).reshape(-1, 384)

    monkeypatch.setattr(embedding, "passages", passages)
    return texts


def test_the_model_is_asked_once_for_a_text(tmp_path: Path, asked: list[str]) -> None:

    for _twice in range(2):
        with remembered(tmp_path / "vectors.sqlite"):
            found = embedding.passages(["to", "tre", "to"])
    assert found[:, 0].tolist() == [2, 3, 2]
    assert asked == ["to", "tre"]


def test_a_section_is_put_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    document = tmp_path / "matching.md"
    document.write_text("Before.\n\n<!-- bands -->\n\nold\n\n<!-- end of bands -->\n\nAfter.\n")
    for _twice in range(2):
        write(document, "bands", "new")
        write(document, "unknown", "lost")
    assert document.read_text() == "Before.\n\n<!-- bands -->\n\nnew\n\n<!-- end of bands -->\n\nAfter.\n"


def test_a_table_has_as_many_cells_in_each_row() -> None:
    rows = np.array([[0.5] * len(NAMES), [0.7] * len(NAMES)])
    told = report.ranking([Need("a", "", "typo", {}), Need("b", "", "jargon", {})], rows)
    assert len({line.count("|") for line in told.splitlines()}) == 1
    assert "| **all** | 2 | 0.600 (0.50–0.70) |" in told


def test_what_a_variant_takes_out_is_there() -> None:
    changes = [(of, name) for variant in ablation.VARIANTS for of, name, _instead in variant.changes]
    assert len(changes) > 10
    assert [(of, name) for of, name in changes if not hasattr(of, name)] == []


def test_tales_name_leaves_of_the_tree_and_levels_that_there_are() -> None:
    tree = tomllib.loads((TREE / "competences.toml").read_text(encoding="utf-8"))
    slugs = {leaf["slug"] for area in tree["area"] for leaf in area["leaf"]}
    told = tales.read(TALES)
    assert {slug for tale in told for slug in tale.leaves} <= slugs
    assert {tale.level for tale in told} <= {None, "", *Level.values}
    assert all(len(tale.text) > story.TALE for tale in told)


@pytest.mark.django_db
def test_of_a_tale_it_is_counted_what_was_understood(tmp_path: Path) -> None:
    searchable(title="Sveising i aluminium")
    file = tmp_path / "tales.jsonl"
    rows = [
        {
            "half": "A",
            "text": "Vi må lære å sveise. To må ta fagbrev.",
            "leaves": ["sveising"],
            "level": "upper_secondary",
        },
        {"half": "A", "text": "Vi må lære å sveise.", "leaves": ["regnskap"], "level": "bachelor"},
        {"half": "B", "text": "xqzvw", "leaves": ["sveising"]},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (table,) = tales.measure(file)
    assert table.splitlines()[2:] == ["| A | 2 | 1 | 1 | 1 of 2 | 2 |", "| B | 1 | 0 | 0 | 0 of 0 | 0 |"]
