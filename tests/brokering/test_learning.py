"""What verdicts teach: each reason its own part, from brokers that are known, and nothing from noise or from few."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from brokering.matching import learning
from brokering.matching.learning import Answer, Figures, Lesson, fit
from brokering.matching.lessons import NAMES, differences, refusal, shown
from brokering.matching.score import OWN
from brokering.models.matches import Reason
from tests.brokering import brokers

TRUTH = brokers.other(words=1.0, meaning=8.5, place=1.2)
FAR = {"place": 0.5, "time": 0.5, "level": 0.5}
FINE = Figures(loss=0.5, ranked=0.9, unsure=0.02, strong=50, strong_yes=0.85)


@pytest.fixture(scope="module")
def judged() -> list[Answer]:
    return brokers.answers(60, TRUTH)


def many(reason: str = "", *, parts: dict[str, float] | None = None, n: int = 30) -> list[Answer]:
    """The same verdict on a good subject, about so many needs."""
    one = brokers.stranger(7)
    known = {"bias": 1.0, "words": 0.2, "competence": -2.0, "meaning": 0.2, "demanding": 1.0}
    given = brokers.said(replace(one, features=known, parts=parts or FAR), reason)
    return [replace(given, need=number, by=number) for number in range(n)]


def test_weights_move_towards_those_that_brokers_judge_by(judged: list[Answer]) -> None:
    learnt = fit(judged)
    for mine, own, truth in (
        (learnt.with_meaning["words"], OWN.with_meaning["words"], TRUTH.with_meaning["words"]),
        (learnt.with_meaning["meaning"], OWN.with_meaning["meaning"], TRUTH.with_meaning["meaning"]),
        (learnt.parts["place"], OWN.parts["place"], TRUTH.parts["place"]),
    ):
        assert abs(mine - truth) < abs(own - truth)


def test_and_more_answers_move_them_farther() -> None:
    few, many = (fit(brokers.answers(needs, TRUTH)) for needs in (10, 150))
    assert OWN.with_meaning["meaning"] < few.with_meaning["meaning"] < many.with_meaning["meaning"]
    assert OWN.parts["place"] < few.parts["place"] < many.parts["place"]


def test_what_is_learnt_from_them_passes_the_check(judged: list[Answer]) -> None:
    lesson = learning.learn(judged)
    assert lesson.refusal == ""
    assert lesson.after.loss < lesson.before.loss
    assert lesson.after.ranked > lesson.before.ranked


@pytest.mark.parametrize("seed", range(1, 5))
def test_answers_without_sense_are_refused(seed: int) -> None:
    assert learning.learn(brokers.random(40, seed=seed)).refusal


def test_from_few_answers_little_is_learnt_where_the_score_is_right_already() -> None:
    """By chance a version can do better that is hardly another: the check refuses eleven of these twelve."""
    refused = [bool(learning.learn(brokers.answers(40, OWN, seed=seed)).refusal) for seed in range(1, 13)]
    assert sum(refused) >= 10


def test_the_same_answers_in_any_order_teach_the_same(judged: list[Answer]) -> None:
    shuffled = [judged[n] for n in np.random.default_rng(3).permutation(len(judged))]
    assert fit(shuffled) == fit(judged)


def test_a_score_is_not_judged_on_needs_that_it_has_learnt_from(judged: list[Answer]) -> None:
    """One that has learnt from all that is known: as it would be without the needs held out, so nothing is better."""
    lesson = learning.learn(judged, since=brokers.WHEN)
    assert lesson.before == lesson.after
    assert learning.learn(judged, since=brokers.WHEN - timedelta(days=1)).before == learning.learn(judged).before


class TestReasons:
    def test_without_answers_nothing_changes(self) -> None:
        assert replace(fit([]), version=OWN.version) == OWN
        assert replace(fit(many(Reason.OTHER)), version=OWN.version) == OWN

    @pytest.mark.parametrize(
        ("reason", "part"), [(Reason.FAR, "place"), (Reason.TIME, "time"), (Reason.LEVEL, "level")]
    )
    def test_a_no_for_a_part_is_a_yes_to_the_subject_and_makes_that_part_count_more(
        self, reason: Reason, part: str
    ) -> None:
        learnt = fit(many(reason))
        assert learnt.with_meaning["words"] > OWN.with_meaning["words"]
        assert learnt.parts[part] > OWN.parts[part]
        others = {name: value / OWN.parts[name] for name, value in learnt.parts.items() if name != part}
        assert max(others.values()) == pytest.approx(min(others.values()), abs=0.01), "in the same proportions"

    @pytest.mark.parametrize("part", ["price", "seats", "mode"])
    def test_so_with_price_seats_and_way(self, part: str) -> None:
        learnt = fit(many(brokers.REASONS[part], parts={part: 0.4, "place": 0.9}))
        assert learnt.parts[part] > OWN.parts[part]

    def test_a_wrong_subject_says_nothing_of_the_parts(self) -> None:
        learnt = fit(many(Reason.SUBJECT))
        assert learnt.with_meaning["words"] < OWN.with_meaning["words"]
        assert learnt.parts == OWN.parts

    def test_a_yes_speaks_for_the_subject_and_for_every_part_that_was_poor(self) -> None:
        learnt = fit(many(parts={"place": 0.3, "time": 1.0}))
        assert learnt.with_meaning["words"] > OWN.with_meaning["words"]
        assert learnt.parts["place"] < OWN.parts["place"]

    def test_a_no_for_its_level_does_not_make_long_courses_better(self) -> None:
        assert fit(many(Reason.LEVEL)).with_meaning["demanding"] == OWN.with_meaning["demanding"]
        assert fit(many(Reason.FAR)).with_meaning["demanding"] > OWN.with_meaning["demanding"]

    def test_a_no_for_what_the_score_did_not_know_is_no_fault_of_its_weights(self) -> None:
        """Nor for a part that says that all is well: no weight changes that."""
        for parts in ({"time": 0.5}, {"price": 1.0, "time": 0.5}):
            learnt = fit(many(Reason.PRICE, parts=parts))
            assert learnt.parts == OWN.parts
            assert learnt.with_meaning["words"] > OWN.with_meaning["words"]

    def test_without_the_language_model_words_learn_too(self) -> None:
        blind = [replace(one, features={k: v for k, v in one.features.items() if k != "meaning"}) for one in many()]
        learnt = fit(blind)
        assert learnt.with_meaning == OWN.with_meaning
        assert learnt.without_meaning["words"] > OWN.without_meaning["words"]


class TestShares:
    def test_a_need_counts_as_four_answers_at_most(self) -> None:
        once, often = many(n=1), [replace(one, need=1, by=1) for one in many(n=40)]
        assert learning.worth(once) == [1.0]
        assert 3 < sum(learning.worth(often)) < 4

    def test_a_person_counts_as_fifty_needs_at_most(self) -> None:
        one = [replace(answer, by=1) for answer in many(n=500)]
        assert 40 < sum(learning.worth(one)) < 50
        assert sum(learning.worth(many(n=500))) == 500

    def test_so_one_that_answers_much_does_not_outweigh_the_others(self) -> None:
        loud = [replace(answer, need=-1) for answer in many(Reason.SUBJECT, n=60)]
        assert fit([*many(n=20), *loud]).with_meaning["words"] > OWN.with_meaning["words"]


class TestCheck:
    @pytest.mark.parametrize(
        ("after", "why"),
        [
            (FINE, ""),
            (FINE._replace(loss=0.51), "loss"),
            (FINE._replace(ranked=0.89), "ranking"),
            (FINE._replace(unsure=0.14), "chance"),
            (FINE._replace(strong_yes=0.79), "strong"),
            (FINE._replace(strong_yes=0.79, strong=19), ""),
        ],
    )
    def test_refuses_what_got_worse(self, after: Figures, why: str) -> None:
        assert Lesson(OWN, FINE, after).refusal == why

    def test_strong_may_be_as_poor_as_it_was(self) -> None:
        poor = FINE._replace(strong_yes=0.6)
        assert Lesson(OWN, poor, poor).refusal == ""

    def test_few_are_not_learnt_from(self) -> None:
        counted = learning.counts(many(n=99))
        assert learning.lacking(counted) == {"verdicts": 100, "no": 20}
        assert learning.lacking(learning.counts(brokers.answers(40, TRUTH))) == {}

    def test_a_need_is_held_out_whole(self, judged: list[Answer]) -> None:
        held = []
        for out, others in learning.folds(judged):
            assert not {one.need for one in out} & {one.need for one in others}
            held += out
        assert sorted(one.need for one in held) == sorted(one.need for one in judged)


class TestWords:
    @pytest.fixture(autouse=True)
    def _english(self, english: None) -> None: ...

    def test_there_are_for_all_that_is_weighed(self) -> None:
        assert {*NAMES} == {*OWN.with_meaning, *OWN.without_meaning, *OWN.parts} - {"bias"}

    def test_say_what_counts_more_and_less(self) -> None:
        after = brokers.other(words=1.0, demanding=-2.05, place=0.26, time=0.2, price=0.09)
        assert differences(after, OWN) == [
            "A word in common counts much less than before.",
            "Much time or schooling counts more than before.",
            "The date counts more than before.",
            "The price counts less than before.",
        ]
        assert differences(OWN, OWN) == ["Hardly anything changes."]

    def test_say_that_something_is_turned_round(self) -> None:
        assert "A competence in common counts the other way round." in differences(brokers.other(competence=-0.1), OWN)

    def test_say_how_it_does(self) -> None:
        assert [row[1:] for row in shown(FINE, FINE._replace(strong=0))] == [
            ("90 %", "90 %"),
            ("0.500", "0.500"),
            ("85 % of 50", "–"),
        ]

    @pytest.mark.parametrize("worse", [{"loss": 1}, {"ranked": 0.5}, {"unsure": 1}, {"strong_yes": 0}])
    def test_say_why_it_is_not_used(self, worse: dict[str, Any]) -> None:
        assert refusal(Lesson(OWN, FINE, FINE._replace(**worse))).startswith("Not used: ")
