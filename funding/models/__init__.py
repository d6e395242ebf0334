"""How what partners do together is paid: asked for, decided, promised on conditions, released, paid and settled."""

from funding.models.aid import AidAward, AidCeiling, EuroRate, Undertaking, UndertakingPart
from funding.models.applications import Application, ApplicationEvent, ApplicationState, ApplicationYear
from funding.models.calls import Call
from funding.models.commitment_states import CommitmentState
from funding.models.commitments import Commitment, CommitmentEvent
from funding.models.conditions import Binds, Condition, ConditionEvent, ConditionKind, ConditionState
from funding.models.contents import Contents, Cost, Financing
from funding.models.decision_parts import DecisionCondition, DecisionItem
from funding.models.decision_states import DecisionKind, DecisionState
from funding.models.decisions import Decision, DecisionEvent
from funding.models.delegations import Delegation, Recusal
from funding.models.disbursements import (
    DisbursementKind,
    DisbursementRequest,
    DisbursementRequestEvent,
    DisbursementState,
)
from funding.models.frames import BudgetFrame, EntryKind, FrameEntry, FundingSource
from funding.models.letters import Letter
from funding.models.plan_lines import CostKind, CostLine, CostYear, FinancingKind, FinancingLine, FinancingYear
from funding.models.plans import Plan, PlanState, PlanVersion, PlanVersionEvent
from funding.models.safeguards import FinancedProject
from funding.models.scenarios import Scenario
from funding.models.schemes import Counts, FundingScheme, RequirementKind, SchemeCeiling, SchemeRequirement
from funding.models.statements import (
    ActualLine,
    Approval,
    CostStatement,
    CostStatementEvent,
    StatementDocument,
    StatementState,
)
from funding.models.tranche_states import TrancheState
from funding.models.tranches import Tranche, TrancheEvent
from projects.money import Strength

__all__ = [
    "ActualLine",
    "AidAward",
    "AidCeiling",
    "Application",
    "ApplicationEvent",
    "ApplicationState",
    "ApplicationYear",
    "Approval",
    "Binds",
    "BudgetFrame",
    "Call",
    "Commitment",
    "CommitmentEvent",
    "CommitmentState",
    "Condition",
    "ConditionEvent",
    "ConditionKind",
    "ConditionState",
    "Contents",
    "Cost",
    "CostKind",
    "CostLine",
    "CostStatement",
    "CostStatementEvent",
    "CostYear",
    "Counts",
    "Decision",
    "DecisionCondition",
    "DecisionEvent",
    "DecisionItem",
    "DecisionKind",
    "DecisionState",
    "Delegation",
    "DisbursementKind",
    "DisbursementRequest",
    "DisbursementRequestEvent",
    "DisbursementState",
    "EntryKind",
    "EuroRate",
    "FinancedProject",
    "Financing",
    "FinancingKind",
    "FinancingLine",
    "FinancingYear",
    "FrameEntry",
    "FundingScheme",
    "FundingSource",
    "Letter",
    "Plan",
    "PlanState",
    "PlanVersion",
    "PlanVersionEvent",
    "Recusal",
    "RequirementKind",
    "Scenario",
    "SchemeCeiling",
    "SchemeRequirement",
    "StatementDocument",
    "StatementState",
    "Strength",
    "Tranche",
    "TrancheEvent",
    "TrancheState",
    "Undertaking",
    "UndertakingPart",
]
