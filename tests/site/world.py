"""A small region with a firm, its broker and all who may come by, and another firm far away."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client
from django.urls import reverse

from brokering.models import CompetenceNeed, CourseOffer, ImportRun, Match, NeedRequest, Proposal, SavedSearch
from brokering.models.matches import ProposalState
from partners.digest import ALL, unsubscribe_url
from partners.models import Invitation, Membership, Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    CountyFactory,
    CourseOfferFactory,
    ImportRunFactory,
    InvitationFactory,
    MatchFactory,
    MembershipFactory,
    MunicipalityFactory,
    NeedRequestFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
)

VISITORS = ["stranger", "employee", "leader", "broker", "elsewhere", "provider", "officer", "reader"]


@dataclass
class Things:
    """A firm and all that there is about it."""

    firm: Organisation
    need: CompetenceNeed
    offer: CourseOffer
    match: Match
    proposal: Proposal
    asked: NeedRequest
    membership: Membership
    invitation: Invitation

    @classmethod
    def of(cls, firm: Organisation, broker: Organisation, provider: Organisation, **offer: Any) -> "Things":
        need = CompetenceNeedFactory.create(
            employer=firm, municipality=firm.municipality, handled_by=broker, consent_to_share=True
        )
        leader = MembershipFactory.create(organisation=firm, role=MemberRole.LEADER)
        courses = CourseOfferFactory.create_batch(2, provider=provider, **offer)
        return cls(
            firm=firm,
            need=need,
            offer=courses[0],
            match=MatchFactory.create(need=need, offer=courses[0]),
            proposal=ProposalFactory.create(need=need, offer=courses[1], state=ProposalState.INTERESTED),
            asked=NeedRequestFactory.create(municipality=firm.municipality),
            membership=MembershipFactory.create(organisation=firm),
            invitation=InvitationFactory.create(organisation=firm, invited_by=leader.user),
        )


class World:
    """`clients` are logged in, one a visitor; `url` is where a visitor finds own or foreign things."""

    def __init__(self) -> None:
        here = MunicipalityFactory.create()
        far = MunicipalityFactory.create(
            number="1841", name="Fauske", county=CountyFactory.create(number="18", name="Nordland")
        )
        broker, other_broker = self.broker("Varanger Utvikling", here), self.broker("Salten Utvikling", far)
        third_broker = self.broker("Ofoten Utvikling", MunicipalityFactory.create(number="1806", name="Narvik"))
        provider, other_provider = OrganisationFactory.create_batch(2, provider=True)
        firm = OrganisationFactory.create(municipality=here, email="post@verksted.example")
        other_firm = OrganisationFactory.create(municipality=far, email="post@annet.example")
        self.own = Things.of(firm, broker, provider)
        self.foreign = Things.of(other_firm, other_broker, other_provider, is_published=False)
        roles = {
            "employee": (MemberRole.EMPLOYEE, firm),
            "broker": (MemberRole.BROKER, broker),
            "elsewhere": (MemberRole.BROKER, third_broker),
            "provider": (MemberRole.EMPLOYEE, provider),
            "officer": (MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True)),
            "reader": (MemberRole.READER, firm),
        }
        self.people: dict[str, User] = {
            name: MembershipFactory.create(role=role, organisation=organisation).user
            for name, (role, organisation) in roles.items()
        }
        self.people["leader"] = firm.memberships.leaders().get().user
        self.people["administrator"] = UserFactory.create(is_staff=True, is_superuser=True)

    def broker(self, name: str, place: Municipality) -> Organisation:
        organisation = OrganisationFactory.create(name=name, roles=["partner"], municipality=place)
        organisation.serves.add(place)
        MembershipFactory.create(organisation=organisation, role=MemberRole.LEADER)
        return organisation

    @cached_property
    def clients(self) -> dict[str, Client]:
        clients = {"stranger": Client()} | {name: Client() for name in self.people}
        for name, person in self.people.items():
            clients[name].force_login(person)
        return clients

    def url(self, address: str, whose: str, visitor: str) -> str:
        """`whose` is own, foreign or -; what follows a colon in the address is an act."""
        things = self.foreign if whose == "foreign" else self.own
        name, _colon, act = (address, "", "") if address.startswith("admin:") else address.partition(":")
        return reverse(name, kwargs=self.arguments(name, things, act, visitor))

    def arguments(self, name: str, things: Things, act: str, visitor: str) -> dict[str, Any]:  # noqa: C901 - a table
        match name:
            case "offer" | "offer-edit" | "offer-runs" | "offer-needs" | "offer-withdraw" | "offer-publish":
                return {"pk": things.offer.pk}
            case "offer-refresh":
                return {"pk": things.offer.pk}
            case "provider":
                return {"pk": self.provider_of(things)}
            case "search-delete":
                return {"pk": self.search(things, visitor).pk}
            case "import-report" | "import-confirm":
                return {"pk": self.import_run(things, visitor).pk}
            case "need" | "need-edit" | "need-matches":
                return {"pk": things.need.pk}
            case "need-act":
                return {"pk": things.need.pk, "act": act}
            case "verdict" | "verdict-withdraw" | "propose":
                return {"pk": things.need.pk, "offer_pk": things.offer.pk}
            case "proposal-act":
                return {"pk": things.proposal.pk, "act": act}
            case "proposal" | "proposal-seen":
                return {"token": self.token(things, things.proposal)}
            case "need-request" | "need-request-confirm" | "need-request-withdraw" | "need-request-erase":
                return {"token": self.token(things, things.asked)}
            case "organisation" | "organisation-edit" | "unit-create" | "invitation-create":
                return {"pk": things.firm.pk}
            case "invitation-resend" | "invitation-withdraw":
                return {"pk": things.invitation.pk}
            case "invitation" | "invitation-accept":
                return {"token": self.token(things, things.invitation)}
            case "membership" | "membership-remove":
                return {"pk": things.membership.pk}
            case "digest-unsubscribe":
                return {"token": unsubscribe_url(self.people["leader"], ALL).split("/")[-2]}
            case "account_reset_password_from_key":
                return {"uidb36": "1", "key": "outdated-key"}
        return {}

    def provider_of(self, things: Things) -> int:
        """A foreign one is an organisation that offers no courses."""
        return things.offer.provider_id if things is self.own else things.firm.pk

    def token(self, things: Things, thing: Proposal | NeedRequest | Invitation) -> str:
        """Of a foreign thing one has no link."""
        return thing.token if things is self.own else "guessed"

    def search(self, things: Things, visitor: str) -> SavedSearch:
        owner = self.people.get(visitor) if things is self.own else None
        return SavedSearch.objects.get_or_create(user=owner or self.people["administrator"], query="q=", name="-")[0]

    def import_run(self, things: Things, visitor: str) -> ImportRun:
        owner = self.people.get(visitor) if things is self.own else None
        return ImportRunFactory.create(by=owner or self.people["administrator"])
