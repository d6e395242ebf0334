"""An answered scenario as its page tells it: project by project, the worst first."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from funding.models import Scenario, TrancheState
from funding.scenarios import words
from funding.scenarios.answers import Outcome, ProjectOutcome, risk
from projects.money import nok


class Line(NamedTuple):
    """A tranche."""

    year: str
    who: str
    commitment: str
    strength: str
    before: str
    after: str
    falls: bool
    causes: list[str]
    break_even: str


class Told(NamedTuple):
    """A project."""

    key: int
    name: str
    falls: bool
    gap: str
    least_fill: str
    back: str
    """Empty when nothing has to be paid back."""
    shares: list[str]
    lines: list[Line]


def title(scenario: Scenario) -> str:
    return scenario.name or words.question(scenario.asked, scenario.brief["names"])


def sentence(scenario: Scenario) -> str:
    brief = scenario.brief
    return words.answer_sentence(brief["fallen"], brief["hit"], risk(brief["risk"]), brief["reckoned"])


def by_project(scenario: Scenario) -> list[ProjectOutcome]:
    """Those where most falls first."""
    falls = {one.project for one in scenario.answered.fallen}
    projects = scenario.answered.projects
    return sorted(projects, key=lambda one: (one.project not in falls, -one.gap.known, -one.gap.unknown, one.project))


def told(scenario: Scenario, projects: Iterable[ProjectOutcome]) -> list[Told]:
    outcomes = defaultdict[int, list[Outcome]](list)
    for one in scenario.answered.outcomes:
        outcomes[one.project].append(one)
    return [_told(scenario, one, outcomes[one.project]) for one in projects]


def _told(scenario: Scenario, project: ProjectOutcome, outcomes: list[Outcome]) -> Told:
    return Told(
        project.project,
        words.called(scenario.names, "project", project.project),
        falls=any(one.falls for one in outcomes),
        gap=words.risk(project.gap),
        least_fill=words.risk(project.least_fill),
        back=nok(project.back) if project.back else "",
        shares=[words.share(one, scenario.names) for one in project.shares],
        lines=[_line(scenario, one) for one in words.in_causal_order(outcomes)],
    )


def _line(scenario: Scenario, one: Outcome) -> Line:
    return Line(
        words.year(one.year),
        words.called(scenario.names, "funder", one.funder),
        words.called(scenario.names, "commitment", one.commitment),
        str(TrancheState(one.state).label),
        nok(one.before),
        nok(one.after),
        one.falls,
        words.causes(one, scenario.asked, scenario.names),
        words.break_even(one),
    )
