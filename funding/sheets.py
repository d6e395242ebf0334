"""A plan as a spreadsheet (XLSX). This and sheet_reading, its way back, are the doors to openpyxl for plans.

Two sheets of lines and one about the plan. Sums are values, so that nothing is computed by whoever opens it. Column A
holds the key of each line, hidden and locked: by it a line is known again when the file comes back.
"""

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import Contents, Cost, CostKind, Financing, FinancingKind, PlanVersion
from projects.documents import MEGABYTE

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
