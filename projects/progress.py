"""How far a project has come: its state as steps, and its goals with what is reached."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from projects.knowledge import Figure, knowledge
from projects.models import Goal, Project, ProjectState

_S = ProjectState
STEPS = (_S.IDEA, _S.PLANNED, _S.FINANCED, _S.RUNNING, _S.CLOSING, _S.CLOSED)


class Progress(NamedTuple):
    """A goal and what is reached of it; None where nobody counts."""

    goal: Goal
    reached: int | None

    @property
    def is_reached(self) -> bool:
        return self.goal.target is not None and self.reached is not None and self.reached >= self.goal.target


def steps(project: Project) -> list[tuple[str, str]]:
    """Label and done, current or todo, for each step on the way; a cancelled project is on none of them."""
    if project.state == _S.CANCELLED:
        return []
    here = STEPS.index(_S.RUNNING if project.state == _S.PAUSED else _S(project.state))
    done = len(STEPS) if project.state == _S.CLOSED else here
    kinds = [*["done"] * done, "current", *["todo"] * len(STEPS)]
    return [(str(step.label), kind) for step, kind in zip(STEPS, kinds, strict=False)]


def figures(project: Project) -> list[Figure]:
    """What has come of the project, over its whole period; empty while that is not decided."""
    period = project.period()
    return knowledge().figures(project, *period) if period else []


def reached(goals: Iterable[Goal], counted: Sequence[Figure]) -> list[Progress]:
    """The goals with what the system, or else the project itself, has counted."""
    known = {figure.key: figure.value for figure in counted}
    return [Progress(goal, known.get(goal.indicator) if goal.indicator else goal.counted) for goal in goals]
