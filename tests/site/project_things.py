"""A project with all that there is about it, and where each address finds it."""

from dataclasses import dataclass
from typing import Any

from partners.models import Organisation
from projects.models import Project, ProjectState


@dataclass
class ProjectThings:
    """What belongs to a project is made when it is asked for the first time."""

    project: Project
    runner: Organisation
    payer: Organisation

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        """What stands in the address of that name, for such an act and for a thing in that state."""
        match name:
            case "project":
                return {"pk": self.of_state(state).pk}
        return {}

    def of_state(self, state: str) -> Project:
        """The project, which then is in that state; running when none is named."""
        Project.objects.filter(pk=self.project.pk).update(state=state or ProjectState.RUNNING)
        return self.project
