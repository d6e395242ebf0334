"""What partners do together: programmes, projects, who takes part, goals and risks."""

from projects.models.goals import Goal, Indicator, Risk
from projects.models.partners import PartnerRole, ProjectPartner
from projects.models.programmes import Programme
from projects.models.projects import Project, ProjectEvent, ProjectState, TargetGroup

__all__ = [
    "Goal",
    "Indicator",
    "PartnerRole",
    "Programme",
    "Project",
    "ProjectEvent",
    "ProjectPartner",
    "ProjectState",
    "Risk",
    "TargetGroup",
]
