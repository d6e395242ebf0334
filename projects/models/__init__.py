"""What partners do together: programmes, projects, who takes part, goals and risks."""

from projects.models.enquiries import EnquiryEvent, EnquiryMessage, Referral
from projects.models.goals import Goal, Indicator, Risk
from projects.models.guidance import GuidanceEnquiry
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent, ProjectState, TargetGroup
from projects.models.retention import EnquiryCount, RetentionRule
from projects.models.services import Audience, ServiceKind, UnitService

__all__ = [
    "Audience",
    "EnquiryCount",
    "EnquiryEvent",
    "EnquiryMessage",
    "Goal",
    "GuidanceEnquiry",
    "Indicator",
    "PartnerRole",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectPartner",
    "ProjectState",
    "Referral",
    "RetentionRule",
    "Risk",
    "ServiceKind",
    "TargetGroup",
    "UnitService",
]
