"""What of the demonstration's projects stands in the addresses, and what is added to them."""

from brokering.models import Visit
from funding.models import Commitment, Condition, Tranche
from partners.models import Organisation, User
from projects.models import PartnerRole, Programme, Project, ProjectState
from tests.browser.things import COUNTY, LEADER, firm
from tests.factories import ProjectFactory, ProjectPartnerFactory, VisitFactory
from tests.site.project_things import ProjectThings

NAME = "Kompetanse i Varanger"
IDEA = "Ideen om fisken"


def furnish() -> None:
    """What the demonstration has not: a running project of the leader's with all that can be about it, and an idea."""
    house = Organisation.objects.get(memberships__user__email=LEADER)
    county = Organisation.objects.get(memberships__user__email=COUNTY)
    project = ProjectFactory.create(name=NAME, state=ProjectState.RUNNING)
    project.municipalities.add(*house.serves.all()[:2])
    things = ProjectThings(project, house, county)
    Project.objects.filter(pk=project.pk).update(programme=things.programme)
    idea = ProjectFactory.create(name=IDEA, purpose="", created_by=User.objects.get(email=LEADER))
    for each in (project, idea):
        ProjectPartnerFactory.create(project=each, organisation=house, running=True)
    ProjectPartnerFactory.create(project=project, organisation=county, role=PartnerRole.FUNDER)
    assert things.condition
    assert things.tranche
    VisitFactory.create(firm_id=firm()[0], handled_by=house, project=project)


def running() -> Project:
    return Project.objects.get(name=NAME)


def project() -> list[object]:
    return [running().pk]


def idea() -> list[object]:
    return [Project.objects.get(name=IDEA).pk]


def programme() -> list[object]:
    return [Programme.objects.get(projects__name=NAME).pk]


def commitment() -> list[object]:
    return [*project(), Commitment.objects.get(project=running()).pk]


def tranche() -> list[object]:
    return [*project(), Tranche.objects.get(commitment__project=running()).pk]


def condition() -> list[object]:
    return [*project(), Condition.objects.get(commitment__project=running()).pk]


def visit() -> list[object]:
    return [Visit.objects.get(project__name=NAME).pk]
