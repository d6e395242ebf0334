"""I15: the parts of a split sum exactly to the whole, and none is more than an øre from its proportion."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.splitting import split

AMOUNTS = st.decimals("-999999999999.99", "999999999999.99", places=2)
WEIGHTS = st.lists(st.decimals(0, 1_000_000_000, places=2), min_size=1, max_size=12).filter(any)


@given(total=AMOUNTS, weights=WEIGHTS)
def test_i15_a_split_sums_exactly_to_the_whole(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(split(total, weights)) == total


@given(total=AMOUNTS, weights=WEIGHTS)
def test_i15_no_part_is_an_ore_from_its_proportion(total: Decimal, weights: list[Decimal]) -> None:
    for part, weight in zip(split(total, weights), weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / Fraction(sum(weights))) < Fraction(1, 100)


@given(total=AMOUNTS, weights=WEIGHTS)
def test_i15_weight_counts(total: Decimal, weights: list[Decimal]) -> None:
    parts = [abs(part) for part in split(total, weights)]
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
    assert max(parts) == max(part for part, weight in zip(parts, weights, strict=True) if weight == max(weights))


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("-0.01", [1, 1], ["-0.01", "0.00"]),
        ("7100000.00", [44, 27], ["4400000.00", "2700000.00"]),
        ("10.00", [0, 3], ["0.00", "10.00"]),
        ("0.00", [1, 2], ["0.00", "0.00"]),
    ],
)
def test_of_equal_remainders_the_earlier_gets_the_ore(total: str, weights: list[int], parts: list[str]) -> None:
    assert split(Decimal(total), [Decimal(one) for one in weights]) == [Decimal(one) for one in parts]


@pytest.mark.parametrize(("total", "weights"), [("1.005", [1]), ("1.00", []), ("1.00", [0, 0]), ("1.00", [2, -1])])
def test_what_cannot_be_split_is_refused(total: str, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"øre|Weights"):
        split(Decimal(total), [Decimal(one) for one in weights])
