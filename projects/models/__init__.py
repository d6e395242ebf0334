"""What partners do together: programmes, projects, who takes part, goals and risks."""

from projects.models.agreements import Agreement, AgreementEvent, AgreementKind, AgreementState
from projects.models.documents import Document
from projects.models.goals import Goal, Indicator, Risk
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent, ProjectState, TargetGroup
from projects.models.signatures import AgreementParty, AgreementVersion, Signature

__all__ = [
    "Agreement",
    "AgreementEvent",
    "AgreementKind",
    "AgreementParty",
    "AgreementState",
    "AgreementVersion",
    "Document",
    "Goal",
    "Indicator",
    "PartnerRole",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectPartner",
    "ProjectState",
    "Risk",
    "Signature",
    "TargetGroup",
]
