"""What partners do together: programmes, projects, who takes part, goals and risks."""

from projects.models.goals import Goal, Indicator, Risk
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent, ProjectState, TargetGroup
from projects.models.reports import Report, ReportEvent, ReportState, ReportVersion
from projects.models.requirements import DueDateExtension, ReportingRequirement, ReportKind, ReportReminder

__all__ = [
    "DueDateExtension",
    "Goal",
    "Indicator",
    "PartnerRole",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectPartner",
    "ProjectState",
    "Report",
    "ReportEvent",
    "ReportKind",
    "ReportReminder",
    "ReportState",
    "ReportVersion",
    "ReportingRequirement",
    "Risk",
    "TargetGroup",
]
