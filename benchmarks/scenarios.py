"""A scenario over 20 000 tranches in 4 000 projects: how long the reckoning takes. No database."""

from decimal import Decimal
from random import Random

from benchmarks import clock
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import CapFact, ConditionFact, Costs, Facts, Fit, FrameFact, Inputs, Selection, TrancheFact

TRANCHES, PROJECTS, FRAMES, SOURCES = 20_000, 4_000, 40, 10
STATES = ("held_out", "conditional", "firm", "released")
MOST_SECONDS = 3


def measure() -> None:
    print(f"\nScenarios over {TRANCHES} tranches, to be within {MOST_SECONDS} s:")
    facts = invented()
    for costs in Costs:
        inputs = Inputs(Selection(), Decimal("0.8"), Fit.PRIORITY, costs)
        clock.report(f"  costs {costs}", clock.times(lambda asked=inputs: evaluate(facts, asked), rounds=3))  # type: ignore[misc]
    clock.report("  fingerprint", clock.times(facts.sha256, rounds=3))


def invented() -> Facts:
    """Two payers a project, one of them under a cap; many hang on an allocation or on the other payer."""
    chance = Random(1)  # noqa: S311  # the same money each time
    frames = tuple(
        FrameFact(key, 1 + key % SOURCES, 2025 + key % 3, Decimal(500_000_000)) for key in range(1, FRAMES + 1)
    )
    caps = tuple(CapFact(project, 1 + project % 7 * 2, Decimal("0.9")) for project in range(PROJECTS))
    costs = dict.fromkeys(range(0, PROJECTS, 2), Decimal(6_000_000))
    owners = dict.fromkeys(range(1, SOURCES + 1), 1)
    return Facts(tuple(_tranche(key, chance) for key in range(TRANCHES)), frames, caps, costs, owners)


def _tranche(key: int, chance: Random) -> TrancheFact:
    project, second = key // 5, key % 5 > 2
    return TrancheFact(
        key=key,
        project=project,
        commitment=project * 2 + second,
        funder=1 + second + project % 7 * 2,
        amount=Decimal(chance.randint(50, 2_000) * 1_000),
        state=chance.choice(STATES),
        year=2025 + key % 3,
        frame=key % FRAMES + 1 if key % 3 else None,
        source=1 + key % SOURCES,
        priority=chance.randint(1, 5),
        conditions=tuple(_conditions(key, project)),
    )


def _conditions(key: int, project: int) -> list[ConditionFact]:
    found = []
    if key % 4 == 0:
        found.append(ConditionFact(key, "allocation", "open", source=1 + key % SOURCES))
    if key % 5 == 1:
        found.append(ConditionFact(TRANCHES + key, "co_financing", "open", supports=project * 2 + 1))
    return found
