"""Tables as CSV for a Norwegian spreadsheet: semicolons, a byte-order mark, and nothing it could execute."""

import csv
from collections.abc import Iterable
from datetime import date
from io import StringIO

# A cell that begins so is taken for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """What stands in a cell; an apostrophe keeps text from being a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    text = str(value)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.lstrip(" ").startswith(FORMULA) else text


def as_csv(heading: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    written = StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for row in [heading, *rows]:
        table.writerow([cell(value) for value in row])
    return "\ufeff" + written.getvalue()
