"""What partners do together: projects, who takes part, goals, measures, agreements, reports, guidance, comments."""

from projects.models.activities import Activity, ActivityEvent, ActivityState, Newness
from projects.models.agreements import Agreement, AgreementEvent, AgreementKind, AgreementState
from projects.models.comments import Comment, CommentMail, CommentSeen
from projects.models.documents import Document
from projects.models.enquiries import EnquiryEvent, EnquiryMessage, Referral
from projects.models.goals import Goal, Indicator, Risk
from projects.models.guidance import GuidanceEnquiry
from projects.models.milestones import CalendarKey, Milestone, MilestoneEvent, MilestoneState
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.places import ProjectMunicipality, ProjectRegion
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent
from projects.models.reports import Report, ReportEvent, ReportState, ReportVersion
from projects.models.requirements import DueDateExtension, ReportingRequirement, ReportKind, ReportReminder
from projects.models.retention import EnquiryCount, RetentionRule
from projects.models.services import Audience, ServiceKind, UnitService
from projects.models.signatures import AgreementParty, AgreementVersion, Signature
from projects.models.states import ProjectState, TargetGroup

__all__ = [
    "Activity",
    "ActivityEvent",
    "ActivityState",
    "Agreement",
    "AgreementEvent",
    "AgreementKind",
    "AgreementParty",
    "AgreementState",
    "AgreementVersion",
    "Audience",
    "CalendarKey",
    "Comment",
    "CommentMail",
    "CommentSeen",
    "Document",
    "DueDateExtension",
    "EnquiryCount",
    "EnquiryEvent",
    "EnquiryMessage",
    "Goal",
    "GuidanceEnquiry",
    "Indicator",
    "Milestone",
    "MilestoneEvent",
    "MilestoneState",
    "Newness",
    "PartnerRole",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectMunicipality",
    "ProjectPartner",
    "ProjectRegion",
    "ProjectState",
    "Referral",
    "Report",
    "ReportEvent",
    "ReportKind",
    "ReportReminder",
    "ReportState",
    "ReportVersion",
    "ReportingRequirement",
    "RetentionRule",
    "Risk",
    "ServiceKind",
    "Signature",
    "TargetGroup",
    "UnitService",
]
