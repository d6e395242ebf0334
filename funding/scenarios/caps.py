"""How much a funder can pay of a project when it pays at most a share of what is paid in all.

Amounts are in øre and shares in ten-thousandths; whole numbers only, since this is asked many times over.
"""

from collections.abc import Mapping

from funding.scenarios.facts import GRID

NONE_KEPT: Mapping[int, int] = {}


def bound(
    granted: Mapping[int, int],
    other: int,
    shares: Mapping[int, int],
    kept: Mapping[int, int] = NONE_KEPT,
) -> dict[int, int]:
    """The most that each funder can pay: at most what it granted, and at most its share of all that is then paid.

    `other` is paid by those without a cap; every funder here has one. `kept` is room under a cap that is not used
    again. Of one funder whose cap binds and that keeps no room: g = c·s / (1 − s), c being what the others pay,
    rounded down.
    """
    paid = dict(granted)
    all_of_it = other + sum(paid.values())
    if all((amount + kept.get(one, 0)) * GRID <= shares[one] * all_of_it for one, amount in paid.items()):
        return paid
    while True:
        whole, parts = _whole(paid, other, shares, kept)
        then = {
            one: min(amount, max(0, shares[one] * whole // (GRID * parts) - kept.get(one, 0)))
            for one, amount in paid.items()
        }
        if then == paid:
            return paid
        paid = then


def _whole(
    granted: Mapping[int, int], other: int, shares: Mapping[int, int], kept: Mapping[int, int]
) -> tuple[int, int]:
    """All that is paid, before rounding, as a fraction: the largest solution, found from above piece by piece."""
    whole, parts = other + sum(granted.values()), 1
    while True:
        room = {one: shares[one] * whole - kept.get(one, 0) * GRID * parts for one in granted}
        binding = [one for one, amount in granted.items() if 0 < room[one] < amount * GRID * parts]
        free = other + sum(amount for one, amount in granted.items() if room[one] >= amount * GRID * parts)
        if free * GRID * parts + sum(room[one] for one in binding) == whole * GRID:
            return whole, parts
        slope = sum(shares[one] for one in binding)
        solved = (free - sum(kept.get(one, 0) for one in binding)) * GRID, GRID - slope
        edges = [(kept.get(one, 0) * GRID, shares[one]) for one in binding]
        whole, parts = (0, 1) if slope >= GRID else solved
        for edge, share in edges:
            if edge * parts > whole * share:
                whole, parts = edge, share
