from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.reservations import Reservation

__all__ = ["MemberEvent", "MemberState", "Pool", "PoolEvent", "PoolMember", "PoolState", "Reservation"]
