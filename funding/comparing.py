"""Two versions of a plan beside each other: line by line and year by year."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from funding.models import Contents, Cost, CostKind, Financing, FinancingKind
from funding.models.plans import Years
from projects.money import grouped, nok

NOTHING = Decimal(0)
Line = Cost | Financing


class Change(NamedTuple):
    label: str
    before: str
    after: str


class Pair(NamedTuple):
    """A year: before, after and how much more; None where nothing stands."""

    before: Decimal | None
    after: Decimal | None

    @property
    def more(self) -> Decimal:
        return (self.after or NOTHING) - (self.before or NOTHING)


class Row(NamedTuple):
    text: str
    news: str
    """In words, when the line is new or gone or called otherwise; empty when it is as it was."""
    cells: list[Pair]
    total: Pair

    @property
    def differs(self) -> bool:
        return bool(self.news) or any(cell.more for cell in self.cells)


class Part(NamedTuple):
    title: str
    rows: list[Row]
    total: Row


class Comparison(NamedTuple):
    years: list[int]
    parts: list[Part]
    changes: list[Change]

    @property
    def is_same(self) -> bool:
        return not self.changes


def compare(before: Contents, after: Contents) -> Comparison:
    """Lines are the same when their keys are. Amounts in NOK; a line of hours is compared by what it comes to."""
    years = sorted({*before.years, *after.years})
    sides: list[tuple[str, Sequence[Line], Sequence[Line]]] = [
        (_("Costs"), before.costs, after.costs),
        (_("Financing"), before.financing, after.financing),
    ]
    parts = [_part(title, old, new, years) for title, old, new in sides]
    return Comparison(years, parts, [change for _title, old, new in sides for change in _changes(old, new)])


def _part(title: str, before: Sequence[Line], after: Sequence[Line], years: list[int]) -> Part:
    rows = [_row(old, new, years) for old, new in _pairs(before, after)]
    sums = [_total([row.cells[index] for row in rows]) for index in range(len(years))]
    return Part(title, rows, Row(_("In all"), "", sums, _total(sums)))


def _pairs(before: Sequence[Line], after: Sequence[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    """In the order of the later one; what is gone comes last."""
    old = {line.key: line for line in before}
    for line in after:
        yield old.pop(line.key, None), line
    for line in old.values():
        yield line, None


def _row(before: Line | None, after: Line | None, years: list[int]) -> Row:
    old, new = (line.values if line else Years() for line in (before, after))
    cells = [Pair(old.get(year), new.get(year)) for year in years]
    shown = after or before
    return Row(shown.text if shown else "", _news(before, after), cells, _total(cells))


def _total(cells: Sequence[Pair]) -> Pair:
    return Pair(_sum(cell.before for cell in cells), _sum(cell.after for cell in cells))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """None where nothing stands at all."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, NOTHING) if known else None


def _news(before: Line | None, after: Line | None) -> str:
    if before is None:
        return _("New")
    if after is None:
        return _("Taken out")
    return ", ".join(_("%(label)s was: %(before)s") % change._asdict() for change in _facts(before, after))


def _changes(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Change]:
    for old, new in _pairs(before, after):
        if old is None or new is None:
            line = old or new
            text = f"{line.text}: {nok(line.total)}" if line else ""
            yield Change(line.text if line else "", text if old else "–", text if new else "–")
            continue
        for fact in _facts(old, new):
            yield Change(f"{new.text}: {fact.label}", fact.before, fact.after)
        for year in sorted({*old.years, *new.years}):
            one, other = old.years.get(year), new.years.get(year)
            if one != other:
                yield Change(f"{new.text}: {year}", _shown(one, old), _shown(other, new))


def _shown(value: Decimal | None, line: Line) -> str:
    if value is None:
        return "–"
    return _("%(hours)s hours") % {"hours": grouped(value)} if isinstance(line, Cost) and line.rate else nok(value)


def _facts(before: Line, after: Line) -> Iterator[Change]:
    """What is said of a line beside its years, where that changed."""
    for (label, old), (_same, new) in zip(_told(before), _told(after), strict=True):
        if old != new:
            yield Change(label, old, new)
    if isinstance(before, Financing) and isinstance(after, Financing) and _behind(before) != _behind(after):
        yield Change(_("Who, and what it builds on"), _("as it was"), _("another"))


def _behind(line: Financing) -> tuple[int | None, ...]:
    return line.organisation, line.commitment, line.application, line.agreement


def _told(line: Line) -> list[tuple[str, str]]:
    yes, no = _("yes"), _("no")
    if isinstance(line, Cost):
        return [
            (_("What"), line.text),
            (_("Kind"), str(CostKind(line.kind).label)),
            (_("NOK an hour"), "–" if line.rate is None else grouped(line.rate)),
            (_("Counts as a basis for grants"), yes if line.eligible else no),
        ]
    return [
        (_("What"), line.text),
        (_("Kind"), str(FinancingKind(line.kind).label)),
        (_("Confirmed"), yes if line.confirmed else no),
    ]
