"""What of the demonstration's projects stands in the addresses, and what is added to them."""

from partners.models import Organisation, User
from projects.models import Project, ProjectState
from tests.browser.things import LEADER
from tests.factories import ProjectFactory, ProjectPartnerFactory


def furnish() -> None:
    """What the demonstration has not."""
    project = ProjectFactory.create(name="Kompetanse i Varanger", state=ProjectState.RUNNING)
    house = Organisation.objects.get(memberships__user__email=LEADER)
    project.municipalities.add(*house.serves.all()[:2])
    ProjectPartnerFactory.create(project=project, organisation=house, running=True)


def project() -> list[object]:
    """The running one that the leader leads."""
    leader = User.objects.get(email=LEADER)
    return [Project.objects.led_by(leader).filter(state=ProjectState.RUNNING)[0].pk]
