"""A plan from a spreadsheet, in the layout of funding/sheets.py; what cannot be read is said with its cell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from funding.models import Contents, Cost, Financing
from funding.sheets import (
    COST_HEADS,
    COST_KINDS,
    COSTS,
    ELIGIBLE,
    FINANCING,
    FINANCING_HEADS,
    FINANCING_KINDS,
    HEAD,
    KEY,
    KIND,
    LARGEST,
    MOST_COLUMNS,
    MOST_ROWS,
    NO,
    RATE,
    TALLEST,
    TEXT,
    TOTAL,
    YES,
)
from projects.documents import MEGABYTE, Refused
from projects.documents.archives import opened
from projects.money import HUNDREDTH


class Where(NamedTuple):
    """A cell, for sentences."""

    sheet: str
    column: int
    row: int

    def __str__(self) -> str:
        name = f"{get_column_letter(self.column)}{self.row}"
        return _("%(sheet)s, cell %(cell)s") % {"sheet": self.sheet, "cell": name}


def read(content: bytes, before: Contents) -> Contents:
    """What stands in the file. `before` is the plan that its keys are of: what no sheet tells is taken from there.

    Refused with a sentence that names sheet and cell, when something there cannot be read.
    """
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than %(number)s MB.") % {"number": LARGEST // MEGABYTE})
    with opened(content):
        sheets = {name: _values(content, name, cached=True) for name in (COSTS, FINANCING)}
        typed = {name: _values(content, name, cached=False) for name in (COSTS, FINANCING)}
    for name, rows in typed.items():
        _refuse_uncomputed(name, rows, sheets[name])
    costs = _lines(COSTS, sheets[COSTS], {line.key: line for line in before.costs}, _cost)
    financing = _lines(FINANCING, sheets[FINANCING], {line.key: line for line in before.financing}, _financing)
    return Contents(costs, financing)


def _values(content: bytes, name: str, *, cached: bool) -> list[tuple[Any, ...]]:
    """Rows of values; of a formula what it was last computed to, or the formula itself."""
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=cached)
        sheet = book[name] if name in book.sheetnames else None
        rows = list(islice(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), TALLEST)) if sheet else None
    except Exception as error:  # whatever openpyxl meets in a file that is no workbook
        raise Refused(_("The file is no spreadsheet that can be read. Save it as XLSX once more.")) from error
    if rows is None:
        raise Refused(_("The file has no sheet “%(name)s”.") % {"name": name})
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + HEAD:
        raise Refused(_("The sheet “%(name)s” has more than %(number)d rows.") % {"name": name, "number": MOST_ROWS})
    return rows


def _refuse_uncomputed(name: str, typed: list[tuple[Any, ...]], computed: list[tuple[Any, ...]]) -> None:
    """A formula that whoever wrote the file never computed has no value to read."""
    for number, (row, values) in enumerate(zip_longest(typed, computed, fillvalue=()), start=1):
        for column, (cell, value) in enumerate(zip_longest(row, values), start=1):
            if cell is not None and value is None:
                told = _("%(where)s: the formula was never computed. Open the file and save it.")
                raise Refused(told % {"where": Where(name, column, number)})


class SheetRow(NamedTuple):
    """A row of a sheet by its headings."""

    where: Callable[[str], Where]
    values: dict[str, Any]

    def text(self, head: str) -> str:
        value = self.values.get(head)
        return "" if value is None else str(value).strip()[:200]

    def number(self, head: str) -> Decimal | None:
        """With two decimals, as it is written down. Nothing is None."""
        value = self.values.get(head)
        if value is None or value == "":
            return None
        try:
            amount = Decimal(str(value).replace("\u00a0", "").replace(" ", "").replace(",", "."))
            exact = amount.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
        except InvalidOperation:
            raise self.wrong(head, _("“%(value)s” is not a number.") % {"value": value}) from None
        if not exact.is_finite() or exact < 0 or exact > Decimal("999999999999.99"):
            raise self.wrong(head, _("“%(value)s” is not a possible amount.") % {"value": value})
        if abs(amount - exact) > Decimal("0.000001"):
            raise self.wrong(head, _("“%(value)s” has more than two decimals.") % {"value": value})
        return exact

    def kind(self, kinds: dict[Any, str]) -> str:
        named = {name.lower(): str(kind.value) for kind, name in kinds.items()}
        typed = self.text(KIND).lower()
        if typed not in named:
            allowed = ", ".join(kinds.values())
            told = _("“%(typed)s” is no kind. It is one of: %(allowed)s.")
            raise self.wrong(KIND, told % {"typed": self.text(KIND), "allowed": allowed})
        return named[typed]

    def key(self) -> UUID:
        try:
            return UUID(self.text(KEY))
        except ValueError:
            return uuid4()

    def wrong(self, head: str, sentence: str) -> Refused:
        return Refused(f"{self.where(head)}: {sentence}")


def _lines(name: str, rows: list[tuple[Any, ...]], before: dict[UUID, Any], line: Callable[..., Any]) -> list[Any]:
    heads = [str(head or "").strip() for head in (rows[HEAD - 1] if len(rows) >= HEAD else [])]
    expected = COST_HEADS if name == COSTS else FINANCING_HEADS
    for column, head in enumerate(heads, start=1):
        if head and head not in (*expected, TOTAL) and _year(head, name) is None:
            where = Where(name, column, HEAD)
            raise Refused(_("%(where)s: the heading “%(head)s” is not known.") % {"where": where, "head": head})
        if head and heads.index(head) + 1 != column:
            where = Where(name, column, HEAD)
            raise Refused(_("%(where)s: the heading “%(head)s” is there twice.") % {"where": where, "head": head})
    if missing := [head for head in expected if head not in heads and head != KEY]:
        raise Refused(_("The sheet “%(name)s” lacks the column “%(head)s”.") % {"name": name, "head": missing[0]})
    found = [line(row, before.get(row.key())) for row in _rows(name, heads, rows)]
    keys = [one.key for one in found]
    return [replace(one, key=uuid4()) if one.key in keys[:place] else one for place, one in enumerate(found)]


def _rows(name: str, heads: list[str], rows: list[tuple[Any, ...]]) -> Iterator[SheetRow]:
    """Those in which something stands beside the key and the sum."""
    for number, row in enumerate(rows[HEAD:], start=HEAD + 1):
        values = {head: value for head, value in zip(heads, row, strict=False) if head}
        if any(value not in (None, "") for head, value in values.items() if head not in (KEY, TOTAL)):
            yield SheetRow(partial(_where, name, heads, number), values)


def _where(name: str, heads: list[str], row: int, head: str) -> Where:
    return Where(name, heads.index(head) + 1, row)


def _year(head: str, sheet: str) -> tuple[int, bool] | None:
    """A heading of a year, and whether its cells are hours."""
    number, _space, unit = head.partition(" ")
    units = ("kr", "timer") if sheet == COSTS else ("",)
    if len(number) == 4 and number.isascii() and number.isdecimal() and unit in units:
        return int(number), unit == "timer"
    return None


def _cells(row: SheetRow, sheet: str, *, hours: bool) -> dict[int, Decimal]:
    heads = {head: year for head in row.values if (year := _year(head, sheet))}
    cells = {year: row.number(head) for head, (year, is_hours) in sorted(heads.items()) if is_hours == hours}
    return {year: value for year, value in cells.items() if value is not None}


def _cost(row: SheetRow, before: Cost | None) -> Cost:
    rate, kroner, hours = row.number(RATE), _cells(row, COSTS, hours=False), _cells(row, COSTS, hours=True)
    if rate == 0:
        raise row.wrong(RATE, _("A rate is more than 0."))
    if hours and rate is None:
        raise row.wrong(RATE, _("Say what an hour costs."))
    if kroner and rate is not None:
        year = next(iter(kroner))
        raise row.wrong(f"{year} kr", _("A line with a rate is counted in hours, one without in kroner."))
    return Cost(
        text=_named(row),
        kind=row.kind(COST_KINDS),
        rate=rate,
        eligible=_eligible(row),
        note=before.note if before else "",
        years=kroner if rate is None else hours,
        key=row.key(),
    )


def _eligible(row: SheetRow) -> bool:
    typed = row.text(ELIGIBLE).lower()
    if typed not in (YES, NO):
        raise row.wrong(ELIGIBLE, _("Write “ja” or “nei”."))
    return typed == YES


def _financing(row: SheetRow, before: Financing | None) -> Financing:
    kept = before or Financing("", key=row.key())
    years = _cells(row, FINANCING, hours=False)
    return replace(kept, text=_named(row), kind=row.kind(FINANCING_KINDS), years=years)


def _named(row: SheetRow) -> str:
    if not (text := row.text(TEXT)):
        raise row.wrong(TEXT, _("Say in words what this is."))
    return text
