"""A project's money as everybody reads it: kroner in words, and sums by year and by source, computed where shown.

Everything is Decimal; nothing passes through a float.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from projects.knowledge import MoneyLine

HUNDREDTH = Decimal("0.01")


class Strength(models.TextChoices):
    """How sure money is, the surest first."""

    FIRM = "firm", pgettext_lazy("money", "Firm")
    CONDITIONAL = "conditional", _("Conditional")
    HELD_OUT = "held_out", _("Held out")


STRENGTH_COLORS: dict[str, str] = {
    Strength.FIRM: "success",
    Strength.CONDITIONAL: "warning",
    Strength.HELD_OUT: "neutral",
}


def nok(amount: Decimal | None) -> str:
    """“NOK 1 400 000”, with øre only where there are some. What is not known is not 0, and says so."""
    return gettext("unknown amount") if amount is None else gettext("NOK %(price)s") % {"price": grouped(amount)}


def grouped(amount: Decimal) -> str:
    """“1 400 000”, where NOK is said beside it."""
    return number_format(amount, 0 if amount == amount.to_integral_value() else 2, force_grouping=True)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """The part in per cent of the whole, with two decimals, halves rounded up: 4.4 of 7.1 million is 61.97."""
    return (part * 100 / whole).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


class Sum(NamedTuple):
    """So much is known, and so many amounts are not."""

    known: Decimal
    unknown: int

    @classmethod
    def of(cls, lines: Iterable[MoneyLine]) -> "Sum":
        amounts = [line.amount for line in lines]
        known = [amount for amount in amounts if amount is not None]
        return cls(sum(known, Decimal(0)), len(amounts) - len(known))

    def __str__(self) -> str:
        """In NOK, which is said beside it."""
        if not self.unknown:
            return grouped(self.known) if self.known else "–"
        if not self.known:
            return nok(None)
        return gettext("%(amount)s and an unknown amount") % {"amount": grouped(self.known)}


class Cell(NamedTuple):
    strength: str
    label: str
    sum: Sum
    start: str
    """Where its part of the bar begins and how long it is, in per cent of the picture: “12.50%”."""
    length: str


class Row(NamedTuple):
    label: str
    cells: list[Cell]
    total: Sum
    share: Decimal | None
    """In per cent of all that is known; None where nothing is, or something is unknown."""


class Table(NamedTuple):
    strengths: list[str]
    rows: list[Row]
    total: Row


def by_year(lines: Sequence[MoneyLine]) -> Table:
    """A row a budget year, and one for what is not split on years."""
    years = sorted({line.year for line in lines}, key=lambda year: (year is None, year))
    labels = {year: gettext("Split on years not stated") if year is None else str(year) for year in years}
    return _table(lines, labels, lambda line: line.year)


def by_source(lines: Sequence[MoneyLine]) -> Table:
    """A row for each who pays, in the order of the lines."""
    return _table(lines, {line.source: line.source for line in lines}, lambda line: line.source)


def _table(lines: Sequence[MoneyLine], labels: Mapping[Any, str], key: Callable[[MoneyLine], object]) -> Table:
    groups = {label: [line for line in lines if key(line) == one] for one, label in labels.items()}
    whole = Sum.of(lines)
    longest = max((Sum.of(group).known for group in groups.values()), default=Decimal(0))
    rows = [_row(label, group, whole, longest) for label, group in groups.items()]
    return Table([str(one.label) for one in Strength], rows, _row(gettext("In all"), lines, whole, whole.known))


def _row(label: str, lines: Sequence[MoneyLine], whole: Sum, longest: Decimal) -> Row:
    cells, before = list[Cell](), Decimal(0)
    for strength in Strength:
        sum_ = Sum.of(line for line in lines if line.strength == strength)
        start, length = (percent(part, longest) if longest else Decimal(0) for part in (before, sum_.known))
        cells.append(Cell(strength.value, str(strength.label), sum_, f"{start}%", f"{length}%"))
        before += sum_.known
    total = Sum.of(lines)
    share = percent(total.known, whole.known) if whole.known and not whole.unknown else None
    return Row(label, cells, total, share)
