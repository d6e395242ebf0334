"""How what partners do together is paid: schemes, and what has been promised, how firmly and on which conditions."""

from funding.models.commitments import Commitment, CommitmentEvent, CommitmentState
from funding.models.conditions import Binds, Condition, ConditionEvent, ConditionKind, ConditionState
from funding.models.safeguards import FinancedProject
from funding.models.schemes import FundingScheme, SchemeCeiling
from funding.models.tranches import Tranche, TrancheEvent
from projects.money import Strength

__all__ = [
    "Binds",
    "Commitment",
    "CommitmentEvent",
    "CommitmentState",
    "Condition",
    "ConditionEvent",
    "ConditionKind",
    "ConditionState",
    "FinancedProject",
    "FundingScheme",
    "SchemeCeiling",
    "Strength",
    "Tranche",
    "TrancheEvent",
]
