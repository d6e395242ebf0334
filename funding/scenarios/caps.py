"""How much a funder can pay of a project when it pays at most a share of what is paid in all. All in øre."""

from collections.abc import Mapping
from fractions import Fraction

NONE_KEPT: Mapping[int, int] = {}


def bound(
    granted: Mapping[int, int],
    other: int,
    shares: Mapping[int, Fraction],
    kept: Mapping[int, int] = NONE_KEPT,
) -> dict[int, int]:
    """The most that each funder can pay: at most what it granted, and at most its share of all that is then paid.

    `other` is paid by those without a cap. `kept` is room under a funder's cap that is not used again. Of one funder
    whose cap binds and that keeps no room: g = c·s / (1 − s), c being what the others pay, rounded down.
    """
    paid = dict(granted)
    while True:
        whole = _whole(paid, other, shares, kept)
        then = {
            one: min(amount, max(0, int(shares[one] * whole) - kept.get(one, 0))) if one in shares else amount
            for one, amount in paid.items()
        }
        if then == paid:
            return paid
        paid = then


def _whole(granted: Mapping[int, int], other: int, shares: Mapping[int, Fraction], kept: Mapping[int, int]) -> Fraction:
    """All that is paid, before rounding: the largest solution, found from above piece by piece."""
    whole = Fraction(other + sum(granted.values()))
    while True:
        room = {one: share * whole - kept.get(one, 0) for one, share in shares.items()}
        binding = [one for one in granted if one in shares and 0 < room[one] < granted[one]]
        free = other + sum(amount for one, amount in granted.items() if one not in shares or room[one] >= amount)
        if free + sum(room[one] for one in binding) == whole:
            return whole
        slope = sum((shares[one] for one in binding), Fraction(0))
        solved = (free - sum(kept.get(one, 0) for one in binding)) / (1 - slope) if slope < 1 else Fraction(0)
        whole = max([solved, *(kept.get(one, 0) / shares[one] for one in binding)])
