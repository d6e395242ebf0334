"""Money on its way to the bank: a released commitment, the people who handle it, approved accounts, requests."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding import settling
from funding.models import (
    Commitment,
    Contents,
    Cost,
    CostStatement,
    Decision,
    Delegation,
    DisbursementRequest,
    Financing,
    PlanVersion,
    Tranche,
)
from funding.models import disbursements as of_requests
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory
from tests.funding.factories import FundingSchemeFactory
from tests.funding.factories_plans import FIRST, plan
from tests.funding.factories_promises import decided, promised
from tests.projects.factories_agreements import document


def person(organisation: Organisation, role: str) -> User:
    return MembershipFactory.create(organisation=organisation, role=role).user


@dataclass
class Case:
    """A commitment that is active, and everybody whose hands its money goes through."""

    funder: Organisation = field(default_factory=lambda: OrganisationFactory.create(county_council=True))
    recipient: Organisation = field(default_factory=lambda: OrganisationFactory.create(roles=["partner"]))
    project: Project = field(default_factory=ProjectFactory.create)

    def __post_init__(self) -> None:
        ProjectPartnerFactory.create(project=self.project, organisation=self.recipient, running=True)
        self.leader = person(self.recipient, MemberRole.LEADER)
        self.preparer = person(self.funder, MemberRole.CASE_OFFICER)
        self.officer = person(self.funder, MemberRole.CASE_OFFICER)
        self.attester = person(self.funder, MemberRole.ATTESTER)
        self.decider = person(self.funder, MemberRole.DECIDER)
        self.payer = person(self.funder, MemberRole.FINANCE)
        self.delegation = Delegation.objects.create(organisation=self.funder, valid_from=date(2020, 1, 1))

    def promise(self, *amounts: int | str, released: int = 99, **facts: Any) -> Commitment:
        """Decided and accepted: a year for each amount from 2026 on, so many of them released."""
        years = {year: Decimal(amount) for year, amount in enumerate(amounts, 2026)}
        about = {"project": self.project, "funder": self.funder, "recipient": self.recipient}
        rules = {"advance_share": Decimal("0.5"), "scheme": FundingSchemeFactory.create()}
        facts = {**about, **rules, "title": "Tilskudd til kompetansemegling", **facts}
        return promised(years, state="accepted", released=tuple(years)[:released], **facts)

    def decide(self, commitment: Commitment, kind: str) -> Decision:
        return decided(commitment, {}, kind)

    def accounts(
        self, amount: int | str, *, eligible: bool = True, approved: bool = True, **facts: Any
    ) -> CostStatement:
        """A statement of one cost; `approved` by an officer."""
        version = PlanVersion.objects.of(self.project).in_force().first() or self._plan()
        made = CostStatement.objects.begin(self.project, 2026, self.leader, title="Regnskap", **facts)
        line = version.costs.get(eligible=eligible)
        made.write({line.pk: Decimal(amount)})
        made.documents.add(document(name="regnskap.pdf"))
        if approved:
            made.send(self.leader)
            made.approve(self.officer)
        return made

    def _plan(self) -> PlanVersion:
        one = {2026: Decimal(500_000)}
        costs = [Cost("Lønn", "wages", years=one), Cost("Bevertning", "other", eligible=False, years=one)]
        return plan(self.project, what=Contents(costs, [Financing("Tilskudd", "grant", years={2026: FIRST})]))

    def asked(
        self, tranche: Tranche, kind: str, amount: int | str, upto: str = "sent", **facts: Any
    ) -> DisbursementRequest:
        """A request that has come as far as `upto`."""
        request = DisbursementRequest.objects.begin(tranche, kind, Decimal(amount), self.leader, **facts)
        self.bring(request, upto)
        return request

    def bring(self, request: DisbursementRequest, upto: str) -> None:
        """Carry out what is left until its state is that one."""
        back = request.kind == "return"
        steps = {
            "sent": lambda: request.carry_out(of_requests.SEND, self.preparer if back else self.leader),
            "controlled": lambda: request.control(request.claimed, "", self.officer),
            "attested": lambda: request.carry_out(of_requests.ATTEST, self.attester),
            "ordered": lambda: request.carry_out(of_requests.ORDER, self.decider),
            "paid": lambda: settling.pay(request, self.payer, timezone.localdate(), f"Bilag {request.pk}"),
        }
        names = ["draft", *steps]
        for name in names[names.index(request.state) + 1 : names.index(upto) + 1]:
            steps[name]()
        request.refresh_from_db()
