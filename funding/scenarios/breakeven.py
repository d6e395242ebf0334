"""Where a tranche begins to stand, when no formula says so: by halving the factors that there are."""

from collections.abc import Callable


def turning_points(falls: Callable[[int], frozenset[int]], low: int, high: int) -> dict[int, int]:
    """For each key that falls at `low` and not at `high`: the least point between them at which it does not.

    `falls` only shrinks as the point grows, so that a part without a difference at its ends need not be looked at.
    """
    found = dict[int, int]()
    parts = [(low, falls(low), high, falls(high))]
    while parts:
        low, at_low, high, at_high = parts.pop()
        if at_low == at_high:
            continue
        if high - low == 1:
            found |= dict.fromkeys(at_low - at_high, high)
            continue
        middle = (low + high) // 2
        at_middle = falls(middle)
        parts += [(low, at_low, middle, at_middle), (middle, at_middle, high, at_high)]
    return found
