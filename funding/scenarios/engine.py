"""Answers a scenario: which tranches fall, why, what that costs each project, and what would save it.

1. What is selected falls: frames whose size is known, else what has been promised by one funder of one source in one
   year. What is left is fitted (fitting.py). 2. Conditions on allocations and co-financing fail (conditions.py).
3. When costs are cut to what is paid, caps on shares bind (sharing.py). Nothing that one loses is given to another.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from funding.scenarios.answers import NEVER, Answer, Cause, Outcome, ProjectOutcome, Risk
from funding.scenarios.breakeven import turning_points
from funding.scenarios.facts import GRID, Costs, Facts, Inputs, TrancheFact, kroner, ore
from funding.scenarios.projects import Project, outcome_of
from funding.scenarios.sharing import Shared, Sharing
from funding.scenarios.standing import Standing


def evaluate(facts: Facts, inputs: Inputs) -> Answer:
    """About a second for 20 000 tranches. ValueError when the factor is none."""
    standing = Standing(facts, inputs)
    outcomes, projects = list[Outcome](), list[ProjectOutcome]()
    for group in _groups(facts, standing):
        found = _Group(group, standing, inputs)
        outcomes += found.outcomes
        projects += found.results
    return Answer(tuple(outcomes), tuple(projects), Risk.of([one.lost for one in outcomes if one.falls]))


class _Group:
    """Projects whose money hangs together."""

    def __init__(self, projects: Sequence[Project], standing: Standing, inputs: Inputs) -> None:
        self.projects, self.standing, self.inputs = projects, standing, inputs
        self.tranches = [one for project in projects for one in project.tranches]
        self.sharing = self._sharing() if inputs.costs == Costs.CUT else None
        self.given = self._given(inputs.left)
        self.shared = self._shared(self.given)
        self.fallen = self._fallen(inputs.left, self.shared)
        self.least = self._least()

    def _sharing(self) -> Sharing | None:
        caps = {project.key: project.holding for project in self.projects if project.holding}
        others = {project.key: project.other for project in self.projects}
        return Sharing(self.tranches, caps, others, self.standing.least, self.standing.links) if caps else None

    def _given(self, left: int) -> dict[int, int]:
        return {one.key: self.standing.given(one, left) for one in self.tranches}

    def _shared(self, given: Mapping[int, int]) -> Shared:
        return self.sharing.settle(given) if self.sharing else Shared(dict(given))

    def _fallen(self, left: int, shared: Shared) -> frozenset[int]:
        falls = {one.key for one in self.tranches if self.standing.falls(one.key, left)}
        return frozenset(falls | shared.fallen)

    def _least(self) -> dict[int, int]:
        """For each tranche how much must be left for it to stand, in ten-thousandths."""
        least = {one.key: self.standing.least.get(one.key, 0) for one in self.tranches}
        if not self.sharing or not self._squeezed(0):
            return least
        hopeless = {key: NEVER for key in self._squeezed(GRID) if least[key] <= GRID}
        return least | turning_points(self._squeezed, least, GRID) | hopeless

    def _squeezed(self, left: int) -> set[int]:
        """What caps make fall, also when it falls anyway."""
        return self._shared(self._given(left)).fallen

    @property
    def outcomes(self) -> list[Outcome]:
        return [self._outcome(one) for one in self.tranches]

    def _outcome(self, one: TrancheFact) -> Outcome:
        after = None if one.amount is None else kroner(self.shared.after[one.key])
        causes = tuple(self._causes(one)) if one.key in self.fallen else ()
        return Outcome.of(one, after, causes, self.least[one.key], falls=one.key in self.fallen)

    def _causes(self, one: TrancheFact) -> Iterator[Cause]:
        yield from self.standing.causes(one.key, self.inputs.left, self.fallen)
        if one.key in self.shared.over and self.shared.after[one.key] < self.given[one.key]:
            cap = next(project.caps[one.funder] for project in self.projects if project.key == one.project)
            granted = self.shared.granted[one.project, one.funder]
            yield Cause("cap_binds", (one.funder, cap, granted))

    @property
    def results(self) -> list[ProjectOutcome]:
        found = defaultdict[int, list[Outcome]](list)
        for outcome in self.outcomes:
            found[outcome.project].append(outcome)
        return [outcome_of(one, found[one.key], self.given, self.shared, self.inputs) for one in self.projects]


def _groups(facts: Facts, standing: Standing) -> Iterator[list[Project]]:
    """Projects that the change reaches, with those whose money hangs on theirs or the other way round."""
    tranches = defaultdict[int, list[TrancheFact]](list)
    caps = defaultdict[int, dict[int, int]](dict)
    for one in facts.tranches:
        tranches[one.project].append(one)
    for cap in facts.caps:
        shares = caps[cap.project]
        shares[cap.funder] = min(int(cap.share * GRID), shares.get(cap.funder, GRID))
    made = {key: Project(key, tranches[key], caps[key], ore(facts.costs.get(key))) for key in tranches}
    for group in _joined(facts, standing):
        yield [made[key] for key in group]


def _joined(facts: Facts, standing: Standing) -> Iterator[list[int]]:
    of = {one.key: one.project for one in facts.tranches}
    neighbours = defaultdict[int, set[int]](set)
    for key, others in standing.links.items():
        for other, _cause in others:
            neighbours[of[key]].add(of[other])
            neighbours[of[other]].add(of[key])
    reached, seen = [of[key] for key, least in standing.least.items() if least], set[int]()
    for start in dict.fromkeys(reached):
        group, queue = list[int](), [start]
        while queue:
            project = queue.pop()
            if project not in seen:
                seen.add(project)
                group.append(project)
                queue += neighbours[project]
        if group:
            yield group
