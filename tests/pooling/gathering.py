"""Pools with firms in them, as tests want them."""

from typing import Any

from brokering.models import CompetenceNeed
from pooling.models import Pool, PoolMember
from pooling.models.members import SHOW_INTEREST
from tests.factories import CompetenceNeedFactory
from tests.pooling.factories import PoolFactory


def pool_of(*seats: int, **facts: Any) -> Pool:
    """With so many firms, each interested in so many seats. A class takes 4 to 10."""
    pool: Pool = PoolFactory.create(**{"min_seats": 4, "max_seats": 10, **facts})
    for number in seats:
        joined(pool, number)
    return pool


def joined(pool: Pool, seats: int, **facts: Any) -> PoolMember:
    """A firm that is interested in so many seats."""
    need: CompetenceNeed = CompetenceNeedFactory.create(handled_by=pool.handled_by, headcount=seats, **facts)
    member = PoolMember.objects.join(pool, need, None)
    member.carry_out(SHOW_INTEREST, None)
    return member
