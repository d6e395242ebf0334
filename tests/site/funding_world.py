"""A county that pays with all its hands, a project that asks it for money, and all who may come by."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import (
    Application,
    BudgetFrame,
    Commitment,
    CostStatement,
    Decision,
    DisbursementRequest,
    PlanVersion,
    Scenario,
    Tranche,
)
from funding.scenarios.facts import Inputs, Selection
from funding.scenarios.gather import askable, gather
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Document
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory, UserFactory
from tests.funding.factories_cases import Case, House, case, house
from tests.funding.factories_frames import CallFactory, SchemeRequirementFactory
from tests.funding.invariants import chain
from tests.projects.factories_agreements import document

# leader: of the applicant, who carries the project out. reader: of a partner of the project. officer, decider,
# attester, finance: of the county that pays. abroad: a case officer of another county. partial: a decider of the
# county, with a role at the applicant.
VISITORS = [
    "stranger",
    "leader",
    "reader",
    *("officer", "decider", "attester", "finance"),
    *("abroad", "partial", "admin"),
]

# What stands in which addresses: of which thing, in the words of MoneyThings.
ADDRESSES = {
    "pk=project": """project-applications application-create project-plan plan-begin plan-import project-statements
        statement-create project-schemes""",
    "pk=application": "application application-edit application-act case case-act decision-begin",
    "pk=decision": "decision decision-edit decision-act letter letter-make letter-send letter-file",
    "pk=commitment": "commitment promise-act commitment-strengthen request-create return-create",
    "pk=tranche": "tranche-act",
    "pk=version": "plan plan-edit plan-act plan-file",
    "pk=version other=version": "plan-compare",
    "pk=statement": "statement statement-edit statement-send statement-review statement-return",
    "pk=statement document_pk=receipt": "statement-document",
    "pk=request": "request request-edit request-act",
    "pk=request document=attachment": "request-document",
    "pk=frame": "frame entry-create",
    "pk=scheme": "scheme scheme-edit ceiling-set call-create requirement-create",
    "pk=call": "call-edit",
    "pk=requirement": "requirement-remove",
    "pk=delegation": "delegation-edit",
    "pk=applicant": "aid aid-declare euro-rate-create",
    "pk=scenario": "scenario",
}
NAMED = {
    name: [part.split("=") for part in parts.split()] for parts, names in ADDRESSES.items() for name in names.split()
}


@dataclass
class MoneyThings:
    """What a county and a project have with each other; each is made when it is asked for the first time."""

    payer: House
    people: dict[str, User]
    """Who take part in the projects; nobody of them in a foreign one."""
    made: dict[tuple[str, str], Any] = field(default_factory=dict)

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        found = {key: self.thing(what, state).pk for key, what in NAMED.get(name, [])}
        return found | ({"act": act} if act else {})

    def thing(self, what: str, state: str) -> Any:
        if (what, state) not in self.made:
            self.made[what, state] = getattr(self, f"{what}_of")(state)
        return self.made[what, state]

    def case(self, state: str) -> Case:
        """An application that has come so far, of an applicant with the leader, the partial one, and a partner."""
        if ("case", state) not in self.made:
            made = chain.accepted(self.payer) if state == "met" else case(state, self.payer)
            self.join(made)
            self.made["case", state] = made
        found: Case = self.made["case", state]
        return found

    def join(self, made: Case) -> None:
        if self.people:
            applicant = made.application.applicant
            MembershipFactory.create(user=self.people["leader"], organisation=applicant, role=MemberRole.LEADER)
            MembershipFactory.create(user=self.people["partial"], organisation=applicant, role=MemberRole.READER)
            partner = Organisation.objects.get(memberships__user=self.people["reader"])
            ProjectPartnerFactory.create(project=made.project, organisation=partner)

    @cached_property
    def paid(self) -> Case:
        """One whose first year can be paid."""
        made = chain.released(self.payer)
        chain.accounts(made, Decimal(5_000_000))
        self.join(made)
        return made

    def project_of(self, state: str) -> Any:
        return self.case(state or "review").project

    def applicant_of(self, state: str) -> Organisation:
        return self.case("review").application.applicant

    def application_of(self, state: str) -> Application:
        return self.case(state or "review").application

    def decision_of(self, state: str) -> Decision:
        """Before the decider, when no state is named."""
        return self.case(state or "proposed").decision

    def commitment_of(self, state: str) -> Commitment:
        return self.paid.commitment if state == "released" else self.case(state or "accepted").commitment

    def tranche_of(self, state: str) -> Tranche:
        return chain.year_of(self.case("met"))

    def version_of(self, state: str) -> PlanVersion:
        """Approved, when no state is named; each of a project of its own."""
        of = {"draft": "granted", "submitted": "letter_sent"}.get(state, "review")
        return chain.plan_of(self.case(of), state or "approved")

    def statement_of(self, state: str) -> CostStatement:
        """Sent, when no state is named."""
        return chain.accounts(self.case("granted"), chain.ORE, state or "sent")

    def receipt_of(self, state: str) -> Document:
        found: Document = self.thing("statement", state).documents.get()
        return found

    def request_of(self, state: str) -> DisbursementRequest:
        """Sent, when no state is named; with a document."""
        made = chain.ask(self.paid, chain.ORE, upto="draft")
        made.documents.add(document(name="bilag.pdf"))
        chain.bring(self.paid, made, state or "sent")
        return made

    def attachment_of(self, state: str) -> Document:
        found: Document = self.thing("request", state).documents.get()
        return found

    def frame_of(self, state: str) -> Any:
        return self.payer.frames[chain.FIRST]

    def scheme_of(self, state: str) -> Any:
        return self.payer.scheme

    def call_of(self, state: str) -> Any:
        return CallFactory.create(scheme=self.payer.scheme)

    def requirement_of(self, state: str) -> Any:
        return SchemeRequirementFactory.create(scheme=self.payer.scheme)

    def delegation_of(self, state: str) -> Any:
        return self.payer.funder.delegations.all()[0]

    def scenario_of(self, state: str) -> Scenario:
        self.case("accepted")
        owner = self.payer.funder
        facts = gather(askable(owner), BudgetFrame.objects.filter(source__owner=owner), timezone.localdate())
        inputs = Inputs(Selection(years=frozenset([chain.FIRST])), Decimal("0.8"))
        return Scenario.objects.ask(owner, inputs, facts, self.payer.officer)


class FundingWorld:
    """`clients` are logged in, one a visitor; `url` is where a visitor finds own or foreign things.

    own: of the county and the project in which they meet. foreign: of another county, and a project that has no public
    page. What follows a colon in `whose` is how far the thing has come.
    """

    def __init__(self) -> None:
        payer, other = house(), house()
        self.people: dict[str, User] = {
            "officer": payer.officer,
            "decider": payer.decider,
            "attester": payer.attester,
            "finance": payer.finance,
            "leader": UserFactory.create(),
            "reader": self.somebody(MemberRole.READER, OrganisationFactory.create(roles=["partner"])),
            "abroad": self.somebody(MemberRole.CASE_OFFICER, house().funder),
            "partial": self.somebody(MemberRole.DECIDER, payer.funder),
            "admin": UserFactory.create(is_staff=True, is_superuser=True),
        }
        self.own, self.foreign = MoneyThings(payer, self.people), MoneyThings(other, {})

    def somebody(self, role: str, where: Organisation) -> User:
        return MembershipFactory.create(role=role, organisation=where).user

    @cached_property
    def clients(self) -> dict[str, Client]:
        clients = {"stranger": Client()} | {name: Client() for name in self.people}
        for name, person in self.people.items():
            clients[name].force_login(person)
        return clients

    def url(self, address: str, whose: str, visitor: str) -> str:
        name, _colon, act = address.partition(":")
        thing, _colon, state = whose.partition(":")
        return reverse(name, kwargs=(self.foreign if thing == "foreign" else self.own).arguments(name, act, state))
