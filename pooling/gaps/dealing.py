"""Who gets the seats that there are."""

from collections.abc import Iterable

from pooling.gaps.demand import Supply, Wanted


def deal(wanted: Iterable[Wanted], supply: Supply) -> dict[int, int]:
    """Need → how many of its people get a seat: who asked first, first, on the course that fits best.

    Seats kept for a firm are its own. A course that does not say how many seats it has takes everybody.
    """
    left, met = dict(supply.left), {}
    for one in wanted:
        lacking = 0 if one.need in supply.endless else max(0, one.people - supply.reserved.get(one.need, 0))
        for run in supply.runs.get(one.need, ()):
            taken = min(lacking, left[run])
            left[run] -= taken
            lacking -= taken
        met[one.need] = one.people - lacking
    return met
