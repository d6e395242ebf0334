from pooling.models.enrolments import Enrolment
from pooling.models.followups import FollowUp
from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.notices import Notice
from pooling.models.outcomes import Outcome
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.reservations import Reservation

__all__ = [
    "Enrolment",
    "FollowUp",
    "MemberEvent",
    "MemberState",
    "Notice",
    "Outcome",
    "Pool",
    "PoolEvent",
    "PoolMember",
    "PoolState",
    "Reservation",
]
