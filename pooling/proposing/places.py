"""Where a group could meet: the places all of them reach, best first by how far people travel altogether."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pooling.proposing import bars
from pooling.proposing.asking import Asking
from pooling.proposing.bars import IN_A_PLACE, Places

SHOWN = 3


class Place(NamedTuple):
    number: str
    person_km: int
    """Kilometres one way, of all people together."""
    farthest_km: int


def best(members: Sequence[Asking], places: Places, most: int = SHOWN) -> list[Place]:
    """None when they accept no course in a place, or reach none in common."""
    if not common_modes(members) & IN_A_PLACE or not members or not all(one.home for one in members):
        return []
    km = np.array([places.km[one.home] for one in members])
    reach = np.array([one.reach_km for one in members])
    total = np.where((km <= reach[:, None]).all(axis=0), np.array([one.seats for one in members]) @ km, np.inf)
    order = [column for column in np.lexsort((np.array(places.numbers), total))[:most] if np.isfinite(total[column])]
    return [Place(places.numbers[at], round(float(total[at])), round(float(km[:, at].max()))) for at in order]


def common_modes(members: Sequence[Asking]) -> int:
    """As bits in the order of bars.MODES."""
    common = (1 << len(bars.MODES)) - 1
    for one in members:
        common &= bars.modes(one)
    return common
