from pooling.models.alarms import PoolAlarm
from pooling.models.bids import Bid, BidEvent, BidState
from pooling.models.board import BoardKey, CouldRun
from pooling.models.enrolments import Enrolment
from pooling.models.followups import FollowUp
from pooling.models.gaps import Balance, Gap, GapNeed, NeedStanding
from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.notices import Notice, NoticeRefusal
from pooling.models.outcomes import Outcome
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.proposals import PairVerdict, PoolIndex, PoolProposal, PoolProposalEvent, ProposedNeed
from pooling.models.requests import CourseRequest, CourseRequestEvent, RequestState
from pooling.models.reservations import Reservation

__all__ = [
    "Balance",
    "Bid",
    "BidEvent",
    "BidState",
    "BoardKey",
    "CouldRun",
    "CourseRequest",
    "CourseRequestEvent",
    "Enrolment",
    "FollowUp",
    "Gap",
    "GapNeed",
    "MemberEvent",
    "MemberState",
    "NeedStanding",
    "Notice",
    "NoticeRefusal",
    "Outcome",
    "PairVerdict",
    "Pool",
    "PoolAlarm",
    "PoolEvent",
    "PoolIndex",
    "PoolMember",
    "PoolProposal",
    "PoolProposalEvent",
    "PoolState",
    "ProposedNeed",
    "RequestState",
    "Reservation",
]
