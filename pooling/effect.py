"""What came of it: from need to match, seat, started, completed and used at work; and what a completed seat cost.

What people answer is shown of five or more only, and counted in blocks of at least five people by the time of their
answers: whichever two figures are compared (of projects, waves, exports, days), they differ by nobody or by five.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum

from funding.models import ActualLine, DisbursementRequest
from pooling import counting
from pooling.models import FollowUp, Outcome
from pooling.models.followups import Months, Without
from projects.models import Project
from projects.models.guidance import after_months

LEAST = 5
"""So many people at least are behind every figure of what they answered."""


class Answer(NamedTuple):
    """By one person, or by a firm about several."""

    people: int
    used: int
    without: str


@dataclass
class Wave:
    """One question, after so many months. `people` completed so long ago; of those `shown` it is told what they say."""

    months: Months
    people: int = 0
    answered: int = 0
    shown: int = 0
    used: int = 0
    without: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> int:
        return max(0, self.people - self.answered)

    @property
    def held_back(self) -> int:
        """Answers that wait until there are five of them."""
        return self.answered - self.shown

    @property
    def used_percent(self) -> int:
        return round(100 * self.used / self.shown) if self.shown else 0

    @property
    def reasons(self) -> list[tuple[str, int, int]]:
        """What would have happened without the broker: words, people, per cent of those shown."""
        shares = [(str(Without(key).label), self.without[key]) for key in Without]
        return [(label, n, round(100 * n / self.shown)) for label, n in shares] if self.shown else []

    def add(self, other: "Wave") -> None:
        for name in ("people", "answered", "shown", "used", "without"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def released(answers: Iterable[Answer]) -> list[Answer]:
    """Those that may be counted, in the order in which they came: as many as make up whole blocks of five or more."""
    shown, block = list[Answer](), list[Answer]()
    for answer in answers:
        block.append(answer)
        if sum(one.people for one in block) >= LEAST:
            shown, block = [*shown, *block], []
    return shown


@dataclass
class Effect:
    """Of one project, or of several together. Money is None where nobody has approved accounts."""

    project: Project | None
    needs: int = 0
    people: int = 0
    matched: int = 0
    kept: int = 0
    started: int = 0
    completed: int = 0
    costs: Decimal | None = None
    paid: Decimal | None = None
    waves: list[Wave] = field(default_factory=lambda: [Wave(months) for months in Months])

    @property
    def cost_per_seat(self) -> Decimal | None:
        return _each(self.costs, self.completed)

    @property
    def paid_per_seat(self) -> Decimal | None:
        return _each(self.paid, self.completed)

    def add(self, other: "Effect") -> None:
        for name in ("needs", "people", "matched", "kept", "started", "completed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in zip(self.waves, other.waves, strict=True):
            mine.add(theirs)


def _each(amount: Decimal | None, seats: int) -> Decimal | None:
    """In whole kroner."""
    return None if amount is None or not seats else (amount / seats).quantize(Decimal(1), ROUND_HALF_UP)


def effects(projects: Collection[Project], on: date) -> list[Effect]:
    """Of each. Seven queries, however many projects and answers there are."""
    keys = [project.pk for project in projects]
    found = {project.pk: Effect(project) for project in projects}
    for key, needs, people, matched in _mapped(keys):
        found[key].needs, found[key].people, found[key].matched = needs, people, matched or 0
    kept, completed = counting.places(keys, counting.EVER)
    costs, paid = _costs(keys), _paid(keys)
    for key, effect in found.items():
        effect.kept, effect.completed = kept[key], completed[key]
        effect.costs, effect.paid = costs.get(key), paid.get(key)
    for key, started, *people in _noted(keys, on):
        found[key].started = started
        for wave, so_long_ago in zip(found[key].waves, people, strict=True):
            wave.people = so_long_ago or 0
    for (key, months), answers in _answers(keys).items():
        _tell(found[key].waves[list(Months).index(Months(months))], answers)
    return list(found.values())


def total(of: Iterable[Effect]) -> Effect:
    """Of several together. What a seat cost is told of each project only: their money is counted each in its way."""
    whole = Effect(None)
    for effect in of:
        whole.add(effect)
    return whole


def _tell(wave: Wave, answers: list[Answer]) -> None:
    wave.answered = sum(answer.people for answer in answers)
    for answer in released(answers):
        wave.shown += answer.people
        wave.used += answer.used
        wave.without[answer.without] += answer.people


def _mapped(projects: list[int]) -> Any:
    needs = counting.mapped(counting.EVER).filter(project__in=projects).order_by().values_list("project")
    return needs.annotate(n=Count("pk"), people=Sum("headcount"), matched=Sum("headcount", filter=Q(fits=True)))


def _noted(projects: list[int], on: date) -> Any:
    """Project, who started, and who had completed so many months ago."""
    noted = Outcome.objects.standing().noted().filter(project__in=projects).order_by().values_list("project")
    ago = {f"after_{months}": Sum("completed", filter=Q(ended_on__lte=after_months(on, -months))) for months in Months}
    return noted.annotate(n=Sum("started"), **ago)


def _answers(projects: list[int]) -> dict[tuple[int, int], list[Answer]]:
    """By project and wave, in the order in which they came."""
    found = defaultdict[tuple[int, int], list[Answer]](list)
    rows = FollowUp.objects.answered().filter(outcome__project__in=projects).order_by("answered_at", "pk")
    for project, months, people, used, without in rows.values_list(
        "outcome__project", "months", "seats", "used", "without"
    ):
        found[project, months].append(Answer(people, used or 0, without))
    return found


def _costs(projects: list[int]) -> dict[int, Decimal]:
    """As funding.models.statements.approved_costs, of several projects."""
    lines = ActualLine.objects.filter(statement__project__in=projects, statement__state="approved", line__eligible=True)
    summed = lines.order_by().values_list("statement__project").annotate(sum=Sum("approved"))
    return {project: amount for project, amount in summed if amount is not None}


def _paid(projects: list[int]) -> dict[int, Decimal]:
    paid = DisbursementRequest.objects.filter(commitment__project__in=projects, state="paid")
    summed = paid.order_by().values_list("commitment__project").annotate(sum=Sum("approved"))
    return {project: amount for project, amount in summed if amount is not None}
