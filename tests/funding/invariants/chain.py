"""Money led from application to settlement by the acts of the people who do them, as far as a test needs it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding import letters, settling
from funding.models import CostStatement, DisbursementRequest, Tranche
from funding.models.commitment_states import ACCEPT
from funding.models.conditions import MEET
from funding.models.contents import Contents, Cost, Financing
from funding.models.disbursements import ATTEST, ORDER, SEND
from funding.models.plans import PlanVersion
from tests.funding.factories_cases import SURE, Case, House, case, decide, draft
from tests.projects.factories_agreements import document

ORE = Decimal("0.01")
FIRST, SECOND, THIRD = 2026, 2027, 2028
ALL_FIRM = {FIRST: "firm", SECOND: "firm", THIRD: "firm"}
STEPS = ("draft", "sent", "controlled", "attested", "ordered", "paid")


def year_of(made: Case, year: int = FIRST) -> Tranche:
    return made.commitment.tranches.get(year=year)


def accepted(of: House | None = None, state: str = "accepted", sure: Mapping[int, str] = SURE, **facts: Any) -> Case:
    """Decided and led to that state; a year for which nothing is `sure` is held out. Every condition is met."""
    made = case("review", of, **facts)
    draft(made, sure=sure)
    made.decision.propose(made.house.officer)
    decide(made.decision, made.house.decider)
    if state in ("letter_sent", "accepted"):
        letters.make(made.decision, made.house.officer)
        letters.send(made.decision, made.house.officer)
    if state == "accepted":
        made.commitment.carry_out(ACCEPT, made.leader)
    for condition in made.commitment.conditions.unsettled():
        condition.carry_out(MEET, made.house.officer, "Rapporten")
    return made


def released(of: House | None = None, **facts: Any) -> Case:
    """The first year can be paid."""
    made = accepted(of, **facts)
    year_of(made).release(made.house.officer)
    return made


def plan_of(made: Case, state: str = "approved", amount: Decimal = Decimal(5_000_000)) -> PlanVersion:
    """A version of the project's plan with wages each year, and money of its own that pays for them."""
    each = dict.fromkeys((FIRST, SECOND, THIRD), amount)
    version = PlanVersion.objects.begin(made.project, made.leader)
    version.write(Contents([Cost("Lønn", "wages", years=each)], [Financing("Egne midler", "own_cash", years=each)]))
    if state != "draft":
        version.submit(made.leader)
    if state == "approved":
        version.approve(made.house.officer)
    return version


def accounts(made: Case, spent: Decimal, state: str = "approved") -> CostStatement:
    """Of the first year, against an approved plan."""
    version = PlanVersion.objects.of(made.project).approved().first() or plan_of(made)
    about = {"title": "Regnskap", "version": version}
    written = CostStatement.objects.begin(made.project, FIRST, made.leader, **about)
    written.write({version.costs.get().pk: spent})
    written.documents.add(document(name="regnskap.pdf"))
    if state != "draft":
        written.send(made.leader)
    if state == "approved":
        written.approve(made.house.officer)
    written.refresh_from_db()
    return written


def ask(
    made: Case, amount: Decimal, kind: str = "part", upto: str = "sent", year: int = FIRST, **facts: Any
) -> DisbursementRequest:
    """A request of the recipient's that has come so far."""
    request = DisbursementRequest.objects.begin(year_of(made, year), kind, amount, made.leader, **facts)
    bring(made, request, upto)
    return request


def bring(made: Case, request: DisbursementRequest, upto: str) -> None:
    """Through the hands that come next."""
    house = made.house
    steps = {
        "sent": lambda: request.carry_out(SEND, made.leader),
        "controlled": lambda: request.control(request.claimed, "", house.officer),
        "attested": lambda: request.carry_out(ATTEST, house.attester),
        "ordered": lambda: request.carry_out(ORDER, house.decider),
        "paid": lambda: settling.pay(request, house.finance, timezone.localdate(), f"Bilag {request.pk}"),
    }
    for step in STEPS[STEPS.index(request.state) + 1 : STEPS.index(upto) + 1]:
        steps[step]()
    request.refresh_from_db()
