"""The table of gaps as a file: the very rows that the page shows, under the same filters."""

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from brokering.exchange.tables import as_csv
from pooling.gaps.cells import Row

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE, NARROW = 34, 16


def heading() -> list[str]:
    return [
        _("Place"),
        _("Competence"),
        _("People without a seat"),
        _("Firms without seats"),
        _("Weeks waited, on an average"),
        _("People with a seat within reach"),
        _("People in all"),
        _("Match of supply and demand, per cent"),
    ]


def line(row: Row) -> list[object]:
    share = row.share
    known = [share.unmet, row.firms, row.weeks, share.met, share.wanted, share.percent]
    return [row.place, row.subject, *known]


def csv(rows: Iterable[Row]) -> str:
    return as_csv(heading(), map(line, rows))


def xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("Gaps")
    sheet.append(heading())
    for row in rows:
        sheet.append(line(row))
        for column in (1, 2):
            sheet.cell(sheet.max_row, column).data_type = "s"  # a name that begins with = is no formula
    for number in range(1, sheet.max_column + 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if number <= 2 else NARROW
    sheet.freeze_panes = "C2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()
