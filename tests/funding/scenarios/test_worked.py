"""The worked numbers of the domain’s law, to the øre."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from funding.scenarios.answers import Answer, Risk
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import Costs
from tests.funding.scenarios.cases import ALLOCATION, COUNTY, SCHEME, ask, karriere_salten, kompetansepilot


def falls(answer: Answer) -> list[int]:
    return [one.tranche for one in answer.fallen]


class TestTheStatesThirdYearFallsByAFifth:
    """W1."""

    def test_leaves_a_gap_of_300_000(self) -> None:
        answer = evaluate(kompetansepilot(), ask("0.8", schemes=SCHEME, years=2022))
        assert falls(answer) == [3]
        assert str(answer.fallen[0].after) == "1200000.00"
        assert str(answer.projects[0].gap.known) == "300000.00"
        assert str(answer.projects[0].least_fill.known) == "300000.00"
        assert answer.at_risk == Risk(Decimal("300000.00"), 0)

    def test_the_state_pays_57_75_per_cent_when_costs_are_kept(self) -> None:
        [share] = evaluate(kompetansepilot(), ask("0.8", schemes=SCHEME, years=2022)).projects[0].shares
        assert (str(share.today), str(share.share), str(share.cap)) == ("61.97", "57.75", "0.7")
        assert not share.is_bound

    def test_and_60_29_when_they_are_cut_so_its_cap_is_met(self) -> None:
        inputs = ask("0.8", Costs.CUT, schemes=SCHEME, years=2022)
        answer = evaluate(kompetansepilot(), inputs)
        [share] = answer.projects[0].shares
        assert str(share.share) == "60.29"
        assert not share.is_bound
        assert falls(answer) == [3]
        assert str(answer.projects[0].least_fill.known) == "300000.00"


class TestTheCountysMoneyIsHalvedAndCostsAreCut:
    """W2: the cap of 70 % binds, and the state can pay 1 350 000 · 0.7 / 0.3."""

    def test_the_state_pays_3_150_000(self) -> None:
        answer = evaluate(kompetansepilot(), ask("0.5", Costs.CUT, funders=COUNTY))
        [share] = answer.projects[0].shares
        after = {one.tranche: str(one.after) for one in answer.outcomes}
        assert after == {1: "1400000.00", 2: "1500000.00", 3: "250000.00", 4: "1350000.00"}
        assert str(share.share) == "70.00"
        assert share.is_bound

    def test_535_714_29_would_save_it(self) -> None:
        [project] = evaluate(kompetansepilot(), ask("0.5", Costs.CUT, funders=COUNTY)).projects
        assert str(project.least_fill.known) == "535714.29"
        assert str(project.gap.known) == "2600000.00"

    def test_the_cut_hits_the_last_year_and_says_where_that_begins(self) -> None:
        answer = evaluate(kompetansepilot(), ask("0.5", Costs.CUT, funders=COUNTY))
        assert falls(answer) == [3, 4]
        points = {one.tranche: str(one.break_even) for one in answer.outcomes}
        assert points == {1: "0.2223", 2: "0.4604", 3: "0.6985", 4: "1.0000"}
        [cause] = answer.fallen[0].causes
        assert (cause.code, cause.of) == ("cap_binds", (10, "0.7", 315_000_000))

    def test_nothing_binds_when_costs_are_kept(self) -> None:
        answer = evaluate(kompetansepilot(), ask("0.5", funders=COUNTY))
        assert falls(answer) == [4]
        assert str(answer.projects[0].shares[0].share) == "61.97"


def test_rounding_step_by_step_would_stop_an_ore_beside_it() -> None:
    """W3: why the fixed point is solved, and not approached."""
    granted, other, cap = Decimal(4_400_000), Decimal(1_350_000), Decimal("0.7")
    while (then := (cap * (other + granted)).quantize(Decimal("0.01"), ROUND_HALF_UP)) != granted:
        granted = then
    assert str(granted) == "3150000.01"


class TestTheMinistrysAllocation:
    """W4."""

    def test_the_years_held_out_fall_at_any_fall_and_the_first_stands(self) -> None:
        answer = evaluate(karriere_salten(), ask("0.9999", sources=ALLOCATION))
        assert falls(answer) == [6, 7]
        assert answer.at_risk == Risk(Decimal(0), 2)
        assert [str(one.break_even) for one in answer.outcomes] == ["0.0000", "1.0000", "1.0000"]
        assert [one.after for one in answer.fallen] == [None, None]

    def test_none_falls_when_it_stays(self) -> None:
        assert not evaluate(karriere_salten(), ask("1", sources=ALLOCATION)).fallen

    @pytest.mark.parametrize(("factor", "fallen"), [("0.96", []), ("0.95", []), ("0.9499", [6, 7]), ("0.94", [6, 7])])
    def test_a_tolerance_bears_a_fall(self, factor: str, fallen: list[int]) -> None:
        assert falls(evaluate(karriere_salten("0.05"), ask(factor, sources=ALLOCATION))) == fallen
