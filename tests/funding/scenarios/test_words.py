"""A scenario in words: every cause has its sentence, and no amount that nobody knows is 0."""

from decimal import Decimal
from typing import Any

import pytest

from funding.scenarios import words
from funding.scenarios.answers import Cause, Outcome, Risk, ShareAfter
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import Costs
from tests.funding.scenarios.cases import COUNTY, SCHEME, ask, kompetansepilot, money

pytestmark = pytest.mark.usefixtures("english")
NAMES = {
    "frame:1": "Own money 2027",
    "source:7": "The ministry",
    "commitment:3": "Own share",
    "condition:9": "The report is approved",
    "funder:10": "The state",
    "scheme:5": "Pilots",
}


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (Cause("cut_directly"), "The money that it is paid from falls."),
        (
            Cause("frame_short", (1, 90_000_000, 100_000_000)),
            "Of the frame Own money 2027 NOK 800\u00a0000 is left; with what comes first, this needs NOK 900\u00a0000.",
        ),
        (
            Cause("allocation_below", (7, 2027, 10_000, None, None)),
            "The condition asks that “The ministry” stays at its level in 2027.",
        ),
        (
            Cause("allocation_below", (7, 2027, 9_500, None, None)),
            "The condition asks that at least 95 % of “The ministry” is left in 2027.",
        ),
        (
            Cause("allocation_below", (7, 2027, 10_000, 90_000_000, 100_000_000)),
            "“The ministry” is NOK 800\u00a0000 for 2027, and the condition asks for NOK 900\u00a0000.",
        ),
        (Cause("co_financing_fell", (3, 2027)), "It hangs on “Own share” (2027) as co-financing, and that falls."),
        (
            Cause("cap_binds", (10, 7000, 315_000_000)),
            "The state pays at most 70 % of what is paid in all: NOK 3\u00a0150\u00a0000.",
        ),
        (Cause("already_failed", (9,)), "A condition is not met today: “The report is approved”"),
    ],
)
def test_every_cause_has_its_sentence(cause: Cause, sentence: str) -> None:
    outcome = Outcome.of(money(1, "1"), Decimal(0), (cause,), 0, falls=True)
    assert words.causes(outcome, ask("0.8", frames=1), NAMES) == [sentence]


@pytest.mark.parametrize(
    ("least", "told"),
    [
        (0, "stands whatever falls"),
        (6985, "69.85 %"),
        (10_000, "100 %: it falls at any fall"),
        (11_000, "110 %: it is not covered today"),
        (10**9, "falls whatever is left"),
    ],
)
def test_a_break_even_says_how_much_must_be_left(least: int, told: str) -> None:
    assert words.break_even(Outcome.of(money(1, "1"), None, (), least, falls=False)) == told


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (Risk(Decimal(300_000)), "NOK 300\u00a0000"),
        (Risk(Decimal(0), 1), "unknown amount"),
        (Risk(Decimal(0), 2), "2 unknown amounts"),
        (Risk(Decimal("0.5"), 2), "NOK 0.50 and 2 unknown amounts"),
    ],
)
def test_an_unknown_amount_is_never_0(risk: Risk, told: str) -> None:
    assert words.risk(risk) == told


def share(**facts: Any) -> str:
    known = {"cap": Decimal("0.7"), "today": Decimal("61.97"), "share": Decimal(70), "is_bound": False}
    return words.share(ShareAfter(10, **{**known, "is_over_today": False, **facts}), NAMES)


def test_a_share_is_told_beside_its_cap() -> None:
    assert share(share=Decimal("60.29")) == "The state: 61.97 % today, 60.29 % then. Its cap of 70 % is kept."
    assert share(is_bound=True) == "The state: 61.97 % today, 70 % then. Its cap of 70 % binds."
    assert "over its cap of 70 % today already" in share(today=Decimal(100), is_over_today=True)


def test_the_question_and_the_answer_are_a_sentence_each() -> None:
    assert words.question(ask("0.8", schemes=SCHEME, years=2022), NAMES) == "20 % less: Pilots, 2022"
    assert words.question(ask("1", schemes=SCHEME), NAMES) == "As today: Pilots"
    told = words.answer_sentence(1, 1, Risk(Decimal(300_000)), 4)
    assert told == "1 tranche falls of 4, in 1 project: NOK 300\u00a0000 at risk."
    assert words.answer_sentence(0, 0, Risk(Decimal(0)), 4) == "Nothing falls of 4 tranches."


def test_what_falls_by_itself_is_told_before_what_falls_for_that() -> None:
    answer = evaluate(kompetansepilot(), ask("0.5", Costs.CUT, funders=COUNTY))
    assert [one.tranche for one in words.in_causal_order(answer.outcomes)] == [4, 3, 1, 2]
