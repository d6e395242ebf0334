"""A plan as a spreadsheet (XLSX), out and in again. The only door to openpyxl.

Two sheets of lines and one about the plan. Sums are values, so that nothing is computed by whoever opens it. Column A
holds the key of each line, hidden and locked: by it a line is known again when the file comes back.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import Contents, Cost, CostKind, Financing, FinancingKind, PlanVersion
from projects.documents import MEGABYTE, Refused
from projects.documents.archives import opened
from projects.money import HUNDREDTH

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 5 * MEGABYTE
MOST_ROWS = 500
MOST_COLUMNS = 60
# Rows that are looked at at all, empty ones between others too.
TALLEST = 5_000
HEAD = 2
# As the sheets and columns are called, in whatever language the site is read: files go between people.
COSTS, FINANCING, ABOUT = "Kostnader", "Finansiering", "Om"
KEY, KIND, TEXT, RATE, ELIGIBLE, WHO, TOTAL = "Nøkkel", "Type", "Tekst", "Sats", "Støtteberettiget", "Hvem", "Sum"
COST_HEADS = (KEY, KIND, TEXT, RATE, ELIGIBLE)
FINANCING_HEADS = (KEY, KIND, TEXT, WHO)
YES, NO = "ja", "nei"
COST_KINDS = {
    CostKind.WAGES: "Lønn",
    CostKind.TRAVEL: "Reise og møter",
    CostKind.PURCHASE: "Kjøp av tjenester",
    CostKind.COURSES: "Kurs",
    CostKind.OWN_EFFORT: "Egeninnsats",
    CostKind.OTHER: "Annet",
}
FINANCING_KINDS = {
    FinancingKind.OWN_CASH: "Egne midler",
    FinancingKind.OWN_EFFORT: "Egeninnsats",
    FinancingKind.GRANT: "Tilskudd",
    FinancingKind.PARTNER: "Partner",
    FinancingKind.PRIVATE: "Privat",
    FinancingKind.GAP: "Udekket",
}
MONEY = "#,##0.00"


def write(version: PlanVersion) -> bytes:
    contents = version.contents()
    project = version.project
    years = sorted({*contents.years, *range(project.first_year or 0, (project.last_year or -1) + 1)})
    book = Workbook()
    costs, financing, about = book.active, book.create_sheet(FINANCING), book.create_sheet(ABOUT)
    assert isinstance(costs, Worksheet)
    costs.title = COSTS
    columns = [head for year in years for head in (f"{year} kr", f"{year} timer")]
    _fill(costs, str(version), [*COST_HEADS, *columns, TOTAL], [_cost_row(line, years) for line in contents.costs])
    names = dict(version.financing.exclude(organisation=None).values_list("key", "organisation__name"))
    rows = [_financing_row(line, years, names.get(line.key, "")) for line in contents.financing]
    _fill(financing, str(version), [*FINANCING_HEADS, *map(str, years), TOTAL], rows)
    _tell(about, version, contents)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cost_row(line: Cost, years: Sequence[int]) -> list[Any]:
    cells: list[Any] = []
    for year in years:
        value = line.years.get(year)
        cells += [value, None] if line.rate is None else [None, value]
    eligible = YES if line.eligible else NO
    return [str(line.key), COST_KINDS[CostKind(line.kind)], line.text, line.rate, eligible, *cells, line.total]


def _financing_row(line: Financing, years: Sequence[int], who: str) -> list[Any]:
    kind = FINANCING_KINDS[FinancingKind(line.kind)]
    return [str(line.key), kind, line.text, who, *(line.years.get(year) for year in years), line.total]


def _fill(sheet: Worksheet, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    _put(sheet, 1, 2, title).font = Font(bold=True, size=14)
    for column, head in enumerate(heads, start=1):
        cell = _put(sheet, HEAD, column, head)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 36 if head == TEXT else 16
    for number, row in enumerate(rows, start=HEAD + 1):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value).protection = Protection(locked=column == 1)
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "D3"


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Texts are texts, whatever they begin with: none becomes a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    elif value is not None:
        cell.value, cell.number_format = value, MONEY
    return cell


def _tell(sheet: Worksheet, version: PlanVersion, contents: Contents) -> None:
    facts = [
        ("Prosjekt", version.project.name),
        ("Plan", f"{version} ({version.number})"),
        ("Skrevet ut", date_format(timezone.localtime(), "d.m.Y H:i")),
        ("SHA-256", hashlib.sha256(repr(contents).encode()).hexdigest()),
    ]
    for number, (name, fact) in enumerate(facts, start=1):
        _put(sheet, number, 1, name).font = Font(bold=True)
        _put(sheet, number, 2, fact)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 72


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
