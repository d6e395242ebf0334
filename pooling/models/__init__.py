from pooling.models.alarms import PoolAlarm
from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.reservations import Reservation

__all__ = [
    "MemberEvent",
    "MemberState",
    "Pool",
    "PoolAlarm",
    "PoolEvent",
    "PoolMember",
    "PoolState",
    "Reservation",
]
