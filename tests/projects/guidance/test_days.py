"""A guidance enquiry: stored once, moved by acts, erased whole, deleted on time."""

from datetime import date

import pytest

from projects.models.guidance import after_months, working_days

SATURDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 5, 31), 6, date(2026, 11, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert after_months(day, months) == later


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(SATURDAY, SATURDAY, 0), (SATURDAY, MONDAY, 1), (MONDAY, MONDAY, 0), (date(2026, 11, 20), MONDAY, 1)],
)
def test_working_days(first: date, last: date, days: int) -> None:
    assert working_days(first, last) == days
