"""Cases as tests need them: a county with its people, frames and delegations, and an application led to a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding.letters import make, send
from funding.models import (
    Application,
    BudgetFrame,
    Commitment,
    Decision,
    DecisionKind,
    Delegation,
    FrameEntry,
    FundingScheme,
    FundingSource,
    PlanVersion,
)
from funding.models.commitment_states import ACCEPT
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import PartnerRole, Project
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory
from tests.funding.factories_plans import contents

MILLION = Decimal(1_000_000)
YEARS = {2026: Decimal(400_000), 2027: Decimal(300_000), 2028: Decimal(200_000)}
# How sure each year of `case` is made; the years that are not here stay held out.
SURE = {2026: "firm", 2027: "conditional"}


@dataclass(frozen=True)
class House:
    """Who pays: its people, one of each role, a scheme with a source, and a frame of 10 million for each of YEARS."""

    funder: Organisation
    officer: User
    decider: User
    attester: User
    finance: User
    scheme: FundingScheme
    frames: dict[int, BudgetFrame]


@dataclass(frozen=True)
class Case:
    house: House
    leader: User
    """Of the applicant, who carries the project out."""
    application: Application

    @property
    def project(self) -> Project:
        return self.application.project

    @property
    def decision(self) -> Decision:
        return Decision.objects.live().get(application=self.application)

    @property
    def commitment(self) -> Commitment:
        return Commitment.objects.get(application=self.application)


def person(organisation: Organisation, role: str) -> User:
    return MembershipFactory.create(organisation=organisation, role=role).user


def frame(source: FundingSource, year: int, size: Decimal) -> BudgetFrame:
    made = BudgetFrame.objects.create(source=source, year=year)
    FrameEntry.objects.create(frame=made, amount=size, why="Budsjettvedtak", on=date(2025, 12, 10))
    return made


def house(size: Decimal = 10 * MILLION, up_to: Decimal | None = None, **scheme: Any) -> House:
    """Every decider may decide up to an amount; without one there is no limit."""
    funder = OrganisationFactory.create(county_council=True)
    number = FundingSource.objects.count()
    source = FundingSource.objects.create(owner=funder, name=f"Kompetansemidler {number}")
    facts = {"manager": funder, "source": source, "is_open": True, "acceptance_days": 21, **scheme}
    made = FundingScheme.objects.create(name=f"Tilskudd {number}", **facts)
    Delegation.objects.create(organisation=funder, max_amount=up_to, valid_from=date(2020, 1, 1))
    return House(
        funder,
        officer=person(funder, MemberRole.CASE_OFFICER),
        decider=person(funder, MemberRole.DECIDER),
        attester=person(funder, MemberRole.ATTESTER),
        finance=person(funder, MemberRole.FINANCE),
        scheme=made,
        frames={year: frame(source, year, size) for year in YEARS},
    )


def applied(of: House | None = None, years: Mapping[int, Decimal] = YEARS, **facts: Any) -> Case:
    """A draft with all that it needs to be sent."""
    of = of or house()
    agency = OrganisationFactory.create(roles=["partner"])
    project = facts.pop("project", None) or ProjectFactory.create(is_public=False)
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    ProjectPartnerFactory.create(project=project, organisation=of.funder, role=PartnerRole.FUNDER)
    leader = person(agency, MemberRole.LEADER)
    about = {"scheme": of.scheme, "funder": of.funder, "project": project, "applicant": agency}
    texts = {"title": "Kompetanse til kysten", "summary": "Kurs", "need": "Sveisere", "effect": "Flere sveisere"}
    version = PlanVersion.objects.begin(project, leader)
    version.write(contents(MILLION, *years))
    made = Application.objects.begin(leader, plan_version=version, **{**about, **texts, **facts})
    for year, amount in years.items():
        made.years.create(year=year, amount=amount)
    return Case(of, leader, made)


def case(state: str = "review", of: House | None = None, **facts: Any) -> Case:
    """An application led to a state by its acts, each by the right person.

    draft, submitted, review; drafted, proposed (a grant of SURE); granted, letter_sent, accepted; rejected.
    """
    made = applied(of, **facts)
    steps = ("draft", "submitted", "review", "drafted", "proposed", "granted", "letter_sent", "accepted")
    last = steps.index("granted" if state == "rejected" else state)
    for step in steps[1 : last + 1]:
        _lead_to(step, made, DecisionKind.REJECT if state == "rejected" else DecisionKind.GRANT)
    return made


def _lead_to(step: str, made: Case, kind: str) -> None:
    officer, decider = made.house.officer, made.house.decider
    if step == "submitted":
        made.application.submit(made.leader)
    elif step == "review":
        made.application.take(officer)
    elif step == "drafted":
        draft(made, kind)
    elif step == "proposed":
        made.decision.propose(officer)
    elif step == "granted":
        decide(made.decision, decider)
        made.application.refresh_from_db()
    elif step == "letter_sent":
        make(made.decision, officer)
        send(made.decision, officer)
    else:
        made.commitment.carry_out(ACCEPT, made.leader)


def draft(made: Case, kind: str = DecisionKind.GRANT, sure: Mapping[int, str] = SURE) -> Decision:
    """A decision with reasons; a grant makes each year as sure as told, from the frames of the house."""
    about = {"application": made.application, "reasoning": "Godt prosjekt", "facts": "Søknaden"}
    decision = Decision.objects.begin(made.house.officer, kind, **about)
    if kind == DecisionKind.GRANT:
        Decision.objects.filter(pk=decision.pk).update(result="granted")
        for tranche in decision.the_commitment.tranches.all():
            year = tranche.year or 0
            if to_state := sure.get(year):
                decision.items.create(tranche=tranche, to_state=to_state, frame=made.house.frames[year])
        if "conditional" in sure.values():
            decision.conditions.create(kind="progress", text="Tilfredsstillende framdrift")
    return Decision.objects.get(pk=decision.pk)


def decide(decision: Decision, by: User) -> None:
    """As the first delegation that covers it allows."""
    day = timezone.localdate()
    decision.decide(by, day, decision.delegations(by, day).first())
