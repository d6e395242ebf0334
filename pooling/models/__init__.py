from pooling.models.members import MemberEvent, MemberState, PoolMember
from pooling.models.pools import Pool, PoolEvent, PoolState
from pooling.models.proposals import PairVerdict, PoolIndex, PoolProposal, PoolProposalEvent, ProposedNeed
from pooling.models.reservations import Reservation

__all__ = [
    "MemberEvent",
    "MemberState",
    "PairVerdict",
    "Pool",
    "PoolEvent",
    "PoolIndex",
    "PoolMember",
    "PoolProposal",
    "PoolProposalEvent",
    "PoolState",
    "ProposedNeed",
    "Reservation",
]
