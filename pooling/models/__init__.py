from pooling.models.gaps import Balance, Gap, GapNeed, NeedStanding
from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.reservations import Reservation

__all__ = [
    "Balance",
    "Gap",
    "GapNeed",
    "MemberEvent",
    "MemberState",
    "NeedStanding",
    "Pool",
    "PoolEvent",
    "PoolMember",
    "PoolState",
    "Reservation",
]
