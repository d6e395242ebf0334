"""A running project of a development company, a career centre and their county, and all who may come by."""

from functools import cached_property
from typing import Any

from django.test import Client
from django.urls import reverse

from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from projects.models import PartnerRole, ProjectState
from tests.factories import (
    CountyFactory,
    MembershipFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    UserFactory,
)
from tests.site.project_things import ProjectThings

# leader: leads the project, and is nothing else. broker: of the company that runs it. signer: leader of a partner,
# reader: of the same partner; guide and colleague: of two of its units.
# officer, decider: of the county that pays. elsewhere: a broker, and abroad: a case officer, of another county.
VISITORS = [
    *("stranger", "leader", "broker", "signer", "reader", "guide", "colleague"),
    *("officer", "decider", "elsewhere", "abroad", "admin"),
]


class ProjectWorld:
    """`clients` are logged in, one a visitor; `url` is where a visitor finds own, foreign or public things.

    own: of the project in which they meet. foreign: of one in another county that has no public page. public: of
    another one there, that has. What follows a colon in `whose` is the state of the thing.
    """

    def __init__(self) -> None:
        here = MunicipalityFactory.create()
        far = MunicipalityFactory.create(
            number="1841", name="Fauske", county=CountyFactory.create(number="18", name="Nordland")
        )
        narvik = MunicipalityFactory.create(number="1806", name="Narvik", county=far.county)
        self.runner = self.house("Varanger Utvikling", here)
        self.partner = self.house("Karriere Varanger")
        self.units = OrganisationFactory.create_batch(2, parent=self.partner, roles=["partner"])
        self.county = OrganisationFactory.create(county_council=True)
        other_runner = self.house("Salten Utvikling", far)
        other_county = self.house("Nordland fylkeskommune", roles=["county", "funder"], county=far.county)
        members = {
            "broker": (MemberRole.BROKER, self.runner),
            "signer": (MemberRole.LEADER, self.partner),
            "reader": (MemberRole.READER, self.partner),
            "guide": (MemberRole.GUIDE, self.units[0]),
            "colleague": (MemberRole.GUIDE, self.units[1]),
            "officer": (MemberRole.CASE_OFFICER, self.county),
            "decider": (MemberRole.DECIDER, self.county),
            "elsewhere": (MemberRole.BROKER, self.house("Ofoten Utvikling", narvik)),
            "abroad": (MemberRole.CASE_OFFICER, OrganisationFactory.create(county=CountyFactory.create(number="03"))),
        }
        self.people: dict[str, User] = {
            name: MembershipFactory.create(role=role, organisation=house).user
            for name, (role, house) in members.items()
        }
        self.people["leader"] = UserFactory.create()
        self.people["admin"] = UserFactory.create(is_staff=True, is_superuser=True)
        self.own = self.things(here, self.runner, self.county, leader=self.people["leader"])
        ProjectPartnerFactory.create(project=self.own.project, organisation=self.partner)
        self.own.helper, self.own.guiding = self.partner, self.units[0]
        self.foreign = self.things(far, other_runner, other_county, is_public=False)
        self.public = self.things(far, other_runner, other_county)

    def house(self, name: str, serves: Municipality | None = None, **facts: Any) -> Organisation:
        """One that has a leader."""
        house = OrganisationFactory.create(name=name, **{"roles": ["partner"], **facts})
        if serves:
            house.serves.add(serves)
        MembershipFactory.create(organisation=house, role=MemberRole.LEADER)
        return house

    def things(self, place: Municipality, runner: Organisation, payer: Organisation, **facts: Any) -> ProjectThings:
        project = ProjectFactory.create(state=ProjectState.RUNNING, **facts)
        project.municipalities.add(place)
        ProjectPartnerFactory.create(project=project, organisation=runner, running=True)
        ProjectPartnerFactory.create(project=project, organisation=payer, role=PartnerRole.FUNDER)
        return ProjectThings(project, runner, payer)

    @cached_property
    def clients(self) -> dict[str, Client]:
        clients = {"stranger": Client()} | {name: Client() for name in self.people}
        for name, person in self.people.items():
            clients[name].force_login(person)
        return clients

    def url(self, address: str, whose: str, visitor: str) -> str:
        name, _colon, act = address.partition(":")
        thing, _colon, state = whose.partition(":")
        by_link = name.startswith(("guidance-", "enrol", "follow-up"))
        if by_link and thing == "foreign":  # of which one has no link
            return reverse(name, kwargs={"token": "guessed"})
        things = {"own": self.own, "foreign": self.foreign, "public": self.public}.get(thing, self.own)
        return reverse(name, kwargs=things.arguments(name, act, state))
