"""Where a tranche begins to stand, when no formula says so: by halving the factors that there are."""

from collections.abc import Callable, Mapping, Set


def turning_points(falls: Callable[[int], Set[int]], known: Mapping[int, int], high: int) -> dict[int, int]:
    """For each key that falls at 0 and not at `high`: the least point at which it does not.

    `falls` only shrinks as the point grows, so that a part without a difference at its ends need not be looked at. Nor
    need a part below a point that is `known` to be too low for the key.
    """
    found = dict[int, int]()
    parts = [(0, falls(0), high, falls(high))]
    while parts:
        low, at_low, high, at_high = parts.pop()
        turning = [key for key in at_low - at_high if known.get(key, 0) < high]
        if not turning:
            continue
        if high - low == 1:
            found |= dict.fromkeys(turning, high)
            continue
        middle = (low + high) // 2
        at_middle = falls(middle)
        parts += [(low, at_low, middle, at_middle), (middle, at_middle, high, at_high)]
    return found
