"""A plan as a page shows it: rows with words and sums, and the budget beside what was spent."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from funding.backing import COLORS, Backing, Backings
from funding.models import ActualLine, Contents, Cost, CostKind, Financing, FinancingKind
from funding.models.plans import Years
from projects.models import Project
from projects.money import grouped

NOTHING = Decimal(0)


class Cell(NamedTuple):
    amount: Decimal | None
    tag: str = ""
    color: str = ""
    hours: Decimal | None = None


class Row(NamedTuple):
    text: str
    notes: list[str]
    cells: list[Cell]
    total: Decimal


class Part(NamedTuple):
    title: str
    rows: list[Row]
    sums: list[Row]


class Table(NamedTuple):
    years: list[int]
    parts: list[Part]
    difference: Row | None
    """Costs less financing, when these are not the same every year."""
    backed: list[tuple[str, str, Decimal]]
    """How sure the financing is: label, colour and sum of each kind there is."""


def table(contents: Contents, backings: Backings) -> Table:
    years = contents.years
    costs = [_cost(line, years) for line in contents.costs]
    financing = [_financing(line, years, backings) for line in contents.financing]
    eligible = _sum(_("Counts as a basis for grants"), contents.eligible_by_year, years)
    differences = contents.differences
    return Table(
        years,
        [
            Part(_("Costs"), costs, [_sum(_("Costs in all"), contents.costs_by_year, years), eligible]),
            Part(_("Financing"), financing, [_sum(_("Financing in all"), contents.financing_by_year, years)]),
        ],
        _sum(_("Costs less financing"), differences, years) if any(differences.values()) else None,
        _backed(contents, backings),
    )


def _cost(line: Cost, years: Sequence[int]) -> Row:
    notes = [str(CostKind(line.kind).label)]
    if line.rate is not None:
        notes.append(_("%(rate)s NOK an hour") % {"rate": grouped(line.rate)})
    if not line.eligible:
        notes.append(_("Does not count as a basis for grants"))
    hours: Years = line.years if line.rate is not None else {}
    cells = [Cell(line.values.get(year), hours=hours.get(year)) for year in years]
    return Row(line.text, notes, cells, line.total)


def _financing(line: Financing, years: Sequence[int], backings: Backings) -> Row:
    cells = []
    for year in years:
        sure = backings.get((line.key, year))
        cells.append(Cell(line.years.get(year), str(sure.label) if sure else "", COLORS[sure] if sure else ""))
    return Row(line.text, [str(FinancingKind(line.kind).label)], cells, line.total)


def _sum(text: str, sums: Years, years: Sequence[int]) -> Row:
    return Row(text, [], [Cell(sums.get(year, NOTHING)) for year in years], sum(sums.values(), NOTHING))


def _backed(contents: Contents, backings: Backings) -> list[tuple[str, str, Decimal]]:
    sums: defaultdict[Backing, Decimal] = defaultdict(Decimal)
    for line in contents.financing:
        for year, amount in line.years.items():
            sums[backings.get((line.key, year), Backing.UNCONFIRMED)] += amount
    return [(str(one.label), COLORS[one], sums[one]) for one in Backing if sums[one]]


class Spent(NamedTuple):
    """Budget, sent and approved of one line or of all."""

    text: str
    budget: Decimal
    claimed: Decimal
    approved: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.claimed


class YearSpent(NamedTuple):
    year: int
    rows: list[Spent]
    total: Spent


def spending(contents: Contents, project: Project) -> list[YearSpent]:
    """A part a year: each line of the plan, by its key through all versions, beside what was sent and approved of it.

    What was spent on a line that the plan has no more stands as a row with no budget.
    """
    sent = ActualLine.objects.filter(statement__project=project, statement__state__in=["sent", "approved"])
    claimed, approved = defaultdict[tuple[int, UUID], Decimal](Decimal), defaultdict[tuple[int, UUID], Decimal](Decimal)
    names = {line.key: line.text for line in contents.costs}
    for line in sent.select_related("statement", "line").order_by("pk"):
        at = (line.statement.year, line.line.key)
        names.setdefault(line.line.key, line.line.text)
        claimed[at] += line.claimed
        approved[at] += line.approved or NOTHING
    budget = {(year, line.key): value for line in contents.costs for year, value in line.values.items()}
    years = sorted({year for year, _key in (*budget, *claimed)})
    return [_year(year, names, budget, claimed, approved) for year in years]


def _year(
    year: int,
    names: dict[UUID, str],
    budget: dict[tuple[int, UUID], Decimal],
    claimed: dict[tuple[int, UUID], Decimal],
    approved: dict[tuple[int, UUID], Decimal],
) -> YearSpent:
    rows = [
        Spent(text, *(part.get((year, key), NOTHING) for part in (budget, claimed, approved)))
        for key, text in names.items()
        if (year, key) in budget or (year, key) in claimed
    ]
    whole = Spent(_("In all"), *(sum(column, NOTHING) for column in zip(*(row[1:] for row in rows), strict=True)))
    return YearSpent(year, rows, whole)
