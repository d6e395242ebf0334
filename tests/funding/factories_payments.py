"""Money on its way to the bank: a released commitment, the people who handle it, approved accounts, requests."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding import settling
from funding.models import (
    ActualLine,
    BudgetFrame,
    Commitment,
    CostKind,
    CostLine,
    CostStatement,
    Decision,
    DecisionKind,
    Delegation,
    DisbursementRequest,
    FrameEntry,
    FundingSource,
    Plan,
    PlanVersion,
    Tranche,
)
from funding.models import commitment_states as of_commitments
from funding.models import decision_states as of_decisions
from funding.models import disbursements as of_requests
from partners.acts import move
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory
from tests.funding.factories import FundingSchemeFactory


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
        self.source = FundingSource.objects.create(name="Kompetansemidler", owner=self.funder)

    def frame(self, year: int, size: Decimal = Decimal(10_000_000)) -> BudgetFrame:
        frame = BudgetFrame.objects.create(source=self.source, year=year)
        FrameEntry.objects.create(frame=frame, amount=size, on=date(2020, 1, 1), why="Tildelt")
        return frame

    def promise(self, *amounts: int | str, released: int = 99, **facts: Any) -> Commitment:
        """Decided, accepted and active: a year for each amount from 2026 on, so many of them released."""
        whole = sum((Decimal(amount) for amount in amounts), Decimal(0))
        facts = {"advance_share": Decimal("0.5"), "scheme": FundingSchemeFactory.create(), **facts}
        commitment = Commitment.objects.create(
            project=self.project,
            funder=self.funder,
            recipient=self.recipient,
            title="Tilskudd til kompetansemegling",
            amount=whole,
            state="draft",
            **facts,
        )
        commitment.events.create(act="draft", to_state="draft", by=self.preparer)
        for year, amount in enumerate(amounts, 2026):
            commitment.add(year, Decimal(amount), "held_out", self.preparer, frame=self.frame(year))
        self.decide(commitment, DecisionKind.GRANT)
        self._carry_out(commitment)
        for tranche in commitment.tranches.all()[:released]:
            self.release(tranche)
        if released:
            move(commitment, of_commitments.ACTIVATE, self.officer)
        return commitment

    def decide(self, commitment: Commitment, kind: str) -> Decision:
        about = {"commitment": commitment, "kind": kind, "result": "granted" if kind == DecisionKind.GRANT else ""}
        decision = Decision.objects.create(prepared_by=self.preparer, state="draft", reasoning="Fordi", **about)
        decision.events.create(act="begin", to_state="draft", by=self.preparer)
        years = list(commitment.tranches.all()) if kind == DecisionKind.GRANT else []
        for tranche in years:
            decision.items.create(tranche=tranche, to_state="firm")
        move(decision, of_decisions.PROPOSE, self.preparer)
        who: dict[str, Any] = {
            "decided_by": self.decider,
            "decided_on": timezone.localdate(),
            "delegation": self.delegation,
        }
        move(decision, of_decisions.DECIDE, self.decider, **who)
        for tranche in years:
            tranche.turn("decide", "firm", self.decider, decision=decision)
        return decision

    def _carry_out(self, commitment: Commitment) -> None:
        move(commitment, of_commitments.PROPOSE, self.preparer)
        move(commitment, of_commitments.APPROVE, self.decider)
        move(commitment, of_commitments.SEND_LETTER, self.preparer, accept_by=timezone.localdate())
        move(commitment, of_commitments.ACCEPT, self.leader)

    def release(self, tranche: Tranche) -> None:
        tranche.turn("release", "released", self.officer, released_at=timezone.now())

    def accounts(
        self, amount: int | str, *, eligible: bool = True, approved: bool = True, **facts: Any
    ) -> CostStatement:
        """A statement of one cost; `approved` by an officer."""
        plan, _made = Plan.objects.get_or_create(project=self.project)
        version = plan.versions.first() or self._version(plan)
        line = CostLine.objects.create(version=version, kind=CostKind.WAGES, text="Lønn", eligible=eligible)
        made = CostStatement.objects.create(
            project=self.project, version=version, year=2026, title="Regnskap", state="draft", **facts
        )
        value = Decimal(amount)
        row = ActualLine.objects.create(statement=made, line=line, claimed=value)
        made.events.create(act="begin", to_state="draft", by=self.leader)
        if approved:
            made.events.create(act="send", from_state="draft", to_state="sent", by=self.leader)
            CostStatement.objects.filter(pk=made.pk).update(state="sent", sent_by=self.leader)
            ActualLine.objects.filter(pk=row.pk).update(approved=value)
            made.events.create(act="approve", from_state="sent", to_state="approved", by=self.officer)
            CostStatement.objects.filter(pk=made.pk).update(state="approved", approved_by=self.officer)
        return made

    def _version(self, plan: Plan) -> PlanVersion:
        version = PlanVersion.objects.create(plan=plan, number=1, state="draft", created_by=self.leader)
        version.events.create(act="begin", to_state="draft", by=self.leader)
        return version

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
