"""The founding cases as facts, and other money as tests of scenarios need it."""

from decimal import Decimal
from itertools import count
from typing import Any

from funding.scenarios.facts import CapFact, ConditionFact, Costs, Facts, Fit, Inputs, Selection, TrancheFact

PILOT, STATE, COUNTY, SCHEME = 1, 10, 20, 5
"""Kompetansepilot: the state’s scheme with a cap of 70 %, and the county’s own money."""
SALTEN, NORDLAND, ALLOCATION = 2, 30, 7
"""Karriere Salten: two years held out, as long as the ministry’s allocation stays at its level."""


def kr(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def money(key: int, amount: str | None, state: str = "firm", **facts: Any) -> TrancheFact:
    known = None if amount is None else kr(amount)
    return TrancheFact(
        **{"key": key, "amount": known, "state": state, "project": 1, "commitment": key, "funder": 1, **facts}
    )


def kompetansepilot() -> Facts:
    of_state: dict[str, Any] = {"project": PILOT, "commitment": 1, "funder": STATE, "scheme": SCHEME}
    return Facts(
        (
            money(1, "1400000", year=2020, **of_state),
            money(2, "1500000", "conditional", year=2021, **of_state),
            money(3, "1500000", "conditional", year=2022, **of_state),
            money(4, "2700000", project=PILOT, commitment=2, funder=COUNTY),
        ),
        caps=(CapFact(PILOT, STATE, Decimal("0.7000")),),
    )


def karriere_salten(tolerance: str = "0") -> Facts:
    of_county: dict[str, Any] = {"project": SALTEN, "commitment": 3, "funder": NORDLAND}
    keys = count(1)

    def reservations() -> tuple[ConditionFact, ...]:
        level = ConditionFact(next(keys), "allocation", "open", source=ALLOCATION, tolerance=Decimal(tolerance))
        return level, ConditionFact(next(keys), "progress", "open")

    return Facts(
        (
            money(5, "300000", year=2015, **of_county),
            money(6, None, "held_out", year=2016, conditions=reservations(), **of_county),
            money(7, None, "held_out", year=2017, conditions=reservations(), **of_county),
        ),
        owners={ALLOCATION: NORDLAND},
    )


def ask(factor: str, costs: Costs = Costs.KEEP, fit: Fit = Fit.PRIORITY, **chosen: int | None) -> Inputs:
    """`ask("0.8", schemes=5, years=2022)`: one of each kind."""
    selection = Selection(**{kind: frozenset([one]) for kind, one in chosen.items()})  # type: ignore[arg-type]
    return Inputs(selection, Decimal(factor), fit, costs)
