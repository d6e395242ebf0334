"""An amount split by weights so that the parts sum exactly to it (I15)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

ONE_ORE = Decimal("0.01")


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The total in whole øre, in proportion to the weights, by largest remainder; of equals the earlier first.

    A negative total is split as the positive one. ValueError when the total has parts of an øre, a weight is negative,
    or no weight is more than 0.
    """
    ore = total / ONE_ORE
    if ore != ore.to_integral_value():
        raise ValueError("A total has whole øre.")
    sign = -1 if total < 0 else 1
    return [sign * part * ONE_ORE for part in _split(abs(int(ore)), [Fraction(weight) for weight in weights])]


def _split(whole: int, weights: list[Fraction]) -> list[int]:
    weight = sum(weights)
    if weight <= 0 or min(weights) < 0:
        raise ValueError("Weights are 0 or more, and not all 0.")
    exact = [whole * one / weight for one in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(weights)), key=lambda index: parts[index] - exact[index])
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return parts
