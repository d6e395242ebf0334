"""Any money: small worlds in which everything hangs on everything."""

from dataclasses import replace
from decimal import ROUND_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from funding.scenarios.facts import (
    GRID,
    CapFact,
    ConditionFact,
    Costs,
    Facts,
    Fit,
    FrameFact,
    Inputs,
    Selection,
    TrancheFact,
)

STEP = Decimal("0.0001")
FEW = st.integers(1, 3)
MAYBE = st.none() | FEW
YEARS = st.sampled_from([2026, 2027, None])
AMOUNTS = st.integers(1, 60).map(lambda ore: Decimal(ore * 7).scaleb(-2)) | st.decimals("0.01", "5000000", places=2)
SHARES = st.integers(1, GRID).map(lambda part: Decimal(part).scaleb(-4))
HUNDREDTHS = st.integers(1, 19).map(lambda part: Decimal(part * 5).scaleb(-2))
FACTORS = st.integers(0, GRID).map(lambda part: Decimal(part).scaleb(-4))
STATES = st.sampled_from(["held_out", "conditional", "firm", "released", "used_up", "settled"])


@st.composite
def conditions(draw: st.DrawFn) -> tuple[ConditionFact, ...]:
    kinds = draw(st.lists(st.sampled_from(["allocation", "co_financing", "progress"]), max_size=2))
    return tuple(
        ConditionFact(
            key,
            kind,
            draw(st.sampled_from(["open", "open", "open", "met", "waived", "not_met"])),
            source=draw(MAYBE) if kind == "allocation" else None,
            baseline=draw(st.none() | AMOUNTS),
            tolerance=draw(st.just(Decimal(0)) | HUNDREDTHS),
            supports=draw(FEW) if kind == "co_financing" else None,
        )
        for key, kind in enumerate(kinds)
    )


@st.composite
def tranches(draw: st.DrawFn, key: int, project: int | None = None) -> TrancheFact:
    state, amount = draw(STATES), draw(AMOUNTS)
    is_known = state in ("released", "used_up", "settled") or draw(st.integers(0, 5)) > 0
    paid = (
        draw(st.sampled_from([Decimal(0), Decimal("0.01"), amount])) if state in ("released", "settled") else Decimal(0)
    )
    facts: dict[str, Any] = {name: draw(MAYBE) for name in ("scheme", "frame", "source")}
    return TrancheFact(
        key=key,
        project=project or draw(st.integers(1, 2)),
        commitment=draw(FEW),
        funder=draw(FEW),
        amount=amount if is_known else None,
        state=state,
        year=draw(YEARS),
        paid=paid,
        priority=draw(st.integers(1, 5)),
        conditions=draw(conditions()),
        **facts,
    )


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    count = draw(st.integers(1, 7))
    caps = draw(st.lists(st.tuples(st.integers(1, 2), FEW, HUNDREDTHS | SHARES), max_size=3))
    sizes = draw(st.lists(st.none() | AMOUNTS, max_size=3))
    return Facts(
        tuple(draw(tranches(key)) for key in range(1, count + 1)),
        frames=tuple(FrameFact(key, key, 2026, size) for key, size in enumerate(sizes, 1)),
        caps=tuple(CapFact(*cap) for cap in caps),
        costs=draw(st.dictionaries(st.integers(1, 2), AMOUNTS, max_size=2)),
        owners={1: 1, 2: 1, 3: 2},
    )


@st.composite
def tight_worlds(draw: st.DrawFn) -> Facts:
    """Two projects whose money hangs together, with caps that only just hold today."""
    world = draw(worlds())
    sums = dict[tuple[int, int], Decimal]()
    for one in world.tranches:
        sums[one.project, one.funder] = sums.get((one.project, one.funder), Decimal(0)) + (one.amount or 0)
    wholes = {project: sum(amount for (of, _funder), amount in sums.items() if of == project) for project in (1, 2)}
    slack = draw(st.sampled_from(["0.0001", "0.01", "0.1"]))
    caps = [
        CapFact(project, funder, min(Decimal(1), (amount / wholes[project]).quantize(STEP, ROUND_UP) + Decimal(slack)))
        for (project, funder), amount in sums.items()
        if amount and draw(st.integers(0, 3))
    ]
    held = tuple(replace(one, conditions=draw(supports())) for one in world.tranches)
    return replace(world, tranches=held, caps=tuple(caps), costs={})


@st.composite
def supports(draw: st.DrawFn) -> tuple[ConditionFact, ...]:
    commitment = draw(st.none() | FEW)
    return () if commitment is None else (ConditionFact(1, "co_financing", "open", supports=commitment),)


@st.composite
def questions(draw: st.DrawFn, costs: Costs | None = None) -> Inputs:
    some = st.frozensets(FEW, max_size=2)
    chosen = draw(
        st.one_of(
            st.builds(Selection, funders=some, years=st.frozensets(YEARS, max_size=2)),
            st.builds(Selection, sources=some, years=st.frozensets(YEARS, max_size=2)),
            st.builds(Selection, frames=some),
            st.builds(Selection, schemes=some, funders=some),
        )
    )
    return Inputs(chosen, draw(FACTORS), draw(st.sampled_from(Fit)), costs or draw(st.sampled_from(Costs)))
