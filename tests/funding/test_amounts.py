"""Kroner as people type them, and shares to two decimals."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from funding.amounts import AmountField, parse_nok
from projects.knowledge import MoneyLine
from projects.money import Sum, by_source, by_year, nok, percent

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 400 000,00", "1400000.00"),
        ("1\u00a0400\u202f000", "1400000.00"),
        ("1.400.000,50", "1400000.50"),
        ("1,400,000.50", "1400000.50"),
        ("1400000", "1400000.00"),
        ("1400000.5", "1400000.50"),
        ("kr 300 000,-", "300000.00"),
        ("300 000 kr", "300000.00"),
        ("NOK 1.400", "1400.00"),
        ("0,01", "0.01"),
    ],
)
def test_an_amount_is_read(typed: str, amount: str) -> None:
    assert parse_nok(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,400", "mye", "-5", "1 40 000", "1.5.2", "1,4 mill", "9" * 14, "1 000,123", "²"])
def test_what_is_no_amount_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_nok(typed)


@given(st.decimals(min_value="0.01", max_value="999999999999.99", places=2))
def test_what_the_field_shows_it_reads_again(amount: Decimal) -> None:
    field = AmountField()
    assert field.clean(field.prepare_value(amount)) == amount


def test_nothing_is_unknown_and_zero_is_refused() -> None:
    assert AmountField().clean("") is None
    with pytest.raises(ValidationError):
        AmountField().clean("0")


def test_a_share_has_two_decimals_halves_rounded_up() -> None:
    assert percent(Decimal("4400000"), Decimal("7100000")) == Decimal("61.97")
    assert percent(Decimal(1), Decimal(800)) == Decimal("0.13")


def test_what_is_unknown_is_not_0() -> None:
    assert nok(None) == "unknown amount"
    assert nok(Decimal("1400000.00")) == "NOK 1\u00a0400\u00a0000"
    assert nok(Decimal("0.50")) == "NOK 0.50"
    lines = [line(2015, 300_000), line(2016, None), line(2017, 5), line(2017, None), line(None, 20)]
    table = by_year(lines)
    told = [(row.label, str(row.total)) for row in table.rows]
    assert told == [
        ("2015", "300\u00a0000"),
        ("2016", "unknown amount"),
        ("2017", "5 and an unknown amount"),
        ("Split on years not stated", "20"),
    ]
    assert table.total.total == Sum(Decimal(300_025), 2)


def test_no_share_is_given_of_an_unknown_whole() -> None:
    assert [row.share for row in by_source([line(2015, 300_000), line(2016, None)]).rows] == [None]
    assert by_source([]).rows == []


def line(year: int | None, amount: int | None) -> MoneyLine:
    return MoneyLine("Fylket", year, None if amount is None else Decimal(amount), "firm", "Firm", ())


def test_the_bar_of_the_longest_row_is_full() -> None:
    table = by_year([line(2015, 300), line(2016, 600)])
    assert [[cell.length for cell in row.cells] for row in table.rows] == [
        ["50.00%", "0.00%", "0.00%"],
        ["100.00%", "0.00%", "0.00%"],
    ]
