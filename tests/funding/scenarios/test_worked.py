"""The worked numbers of the domain’s law, to the øre."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from funding.scenarios.answers import Answer, Risk
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import CapFact, ConditionFact, Costs, Facts, Fit, FrameFact
from tests.funding.scenarios.cases import ALLOCATION, COUNTY, SCHEME, ask, karriere_salten, kompetansepilot, kr, money


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
        assert (str(share.today), str(share.share), str(share.cap)) == ("61.97", "57.75", "0.7000")
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
        assert (cause.code, cause.of) == ("cap_binds", (10, 7000, 315_000_000))

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


class TestCapsInTheWay:
    """Cases in which a smaller fall would fail more, were a cap’s cut not taken from the most exposed money first."""

    def test_money_that_falls_anyway_is_cut_first(self) -> None:
        level = ConditionFact(1, "allocation", "open", source=ALLOCATION)
        facts = Facts(
            (
                money(1, "200", year=2026),
                money(2, "50", year=2027),
                money(3, "50", year=2028),
                money(4, "150", year=2026, funder=2, conditions=(level,)),
                money(5, "150", year=2027, funder=2),
            ),
            caps=(CapFact(1, 1, Decimal("0.5")),),
        )
        for factor, after in (("0.9", "50.00"), ("0", "0.00")):
            answer = evaluate(facts, ask(factor, Costs.CUT, years=2026))
            assert falls(answer) == [1, 4]
            assert str(answer.outcomes[0].after) == after

    def test_what_a_cap_takes_can_be_the_co_financing_of_other_money(self) -> None:
        """The state pays 300, the county 150 and 50; the last hangs on the state’s second year."""
        confirmed = ConditionFact(1, "co_financing", "open", supports=1)
        facts = Facts(
            (
                money(1, "150", year=2026, commitment=1),
                money(2, "150", year=2027, commitment=1),
                money(3, "150", year=2026, funder=2),
                money(4, "50", year=2027, funder=3, conditions=(confirmed,)),
            ),
            caps=(CapFact(1, 1, Decimal("0.6")),),
        )
        answer = evaluate(facts, ask("0.5", Costs.CUT, funders=2))
        after = {one.tranche: str(one.after) for one in answer.outcomes}
        assert after == {1: "112.50", 2: "0.00", 3: "75.00", 4: "0.00"}
        codes = {one.tranche: [cause.code for cause in one.causes] for one in answer.fallen}
        assert codes == {1: ["cap_binds"], 2: ["cap_binds"], 3: ["cut_directly"], 4: ["co_financing_fell"]}
        assert str(answer.projects[0].least_fill.known) == "75.00"


class TestAFrame:
    """One of 1 000 000 that more is promised of: 400 000 released, 300 000 firm, 200 000 and 200 000 conditional."""

    def outcomes(self, factor: str, fit: Fit) -> dict[int, str]:
        of_frame: dict[str, Any] = {"frame": 1, "source": 1, "year": 2027}
        facts = Facts(
            (
                money(1, "400000", "released", paid=kr("100000"), **of_frame),
                money(2, "300000", **of_frame),
                money(3, "200000", "conditional", priority=2, decided_on=date(2026, 3, 1), **of_frame),
                money(4, "200000", "conditional", priority=1, decided_on=date(2026, 4, 1), **of_frame),
            ),
            frames=(FrameFact(1, 1, 2027, kr("1000000")),),
        )
        self.answer = evaluate(facts, ask(factor, fit=fit, frames=1))
        return {one.tranche: str(one.after) for one in self.answer.fallen}

    def test_serves_the_firm_first_then_by_priority(self) -> None:
        assert self.outcomes("0.8", Fit.PRIORITY) == {3: "0.00", 4: "100000.00"}
        points = [str(one.break_even) for one in self.answer.outcomes]
        assert points == ["0.4000", "0.7000", "1.1000", "0.9000"]

    def test_or_the_oldest(self) -> None:
        assert self.outcomes("0.8", Fit.OLDEST) == {3: "100000.00", 4: "0.00"}

    def test_or_all_alike(self) -> None:
        assert self.outcomes("0.8", Fit.PRO_RATA) == {3: "50000.00", 4: "50000.00"}

    def test_never_takes_what_has_been_paid(self) -> None:
        assert self.outcomes("0", Fit.PRIORITY)[1] == "100000.00"

    def test_that_is_overdrawn_today_says_so(self) -> None:
        assert self.outcomes("1", Fit.PRIORITY) == {3: "100000.00"}
