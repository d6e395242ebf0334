"""What partners do together: programmes, projects, who takes part, goals and risks, measures, milestones, comments."""

from projects.models.activities import Activity, ActivityEvent, ActivityState, Newness
from projects.models.comments import Comment, CommentMail, CommentSeen
from projects.models.goals import Goal, Indicator, Risk
from projects.models.milestones import CalendarKey, Milestone, MilestoneEvent, MilestoneState
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent, ProjectState, TargetGroup
from projects.models.reports import Report, ReportEvent, ReportState, ReportVersion
from projects.models.requirements import DueDateExtension, ReportingRequirement, ReportKind, ReportReminder

__all__ = [
    "Activity",
    "ActivityEvent",
    "ActivityState",
    "CalendarKey",
    "Comment",
    "CommentMail",
    "CommentSeen",
    "DueDateExtension",
    "Goal",
    "Indicator",
    "Milestone",
    "MilestoneEvent",
    "MilestoneState",
    "Newness",
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
