"""Cases of the demonstration region (config/demo/money.toml), led to where they stand by the acts of its people.

What is invented happens today, and is dated back afterwards: the only place where an event's day is not its own.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db.models import Model
from django.utils import timezone

from config.demo_projects import Row, Rows
from funding import letters, settling
from funding.models import (
    AidAward,
    Application,
    Call,
    Commitment,
    Contents,
    Cost,
    CostStatement,
    Decision,
    DisbursementRequest,
    Financing,
    FundingScheme,
    PlanVersion,
    Tranche,
)
from funding.models.commitment_states import ACCEPT
from funding.models.disbursements import ATTEST, ORDER, SEND
from partners.models import User
from projects.documents import Checked, fingerprint
from projects.models import Document, Project
from projects.models import states as project_acts
from projects.models.documents import ContentType

HANDS = {
    name: f"{who}@example.no"
    for name, who in {
        "officer": "saksbehandler",
        "decider": "beslutter",
        "attester": "attestant",
        "finance": "okonomi",
    }.items()
}
RECEIPT = b"%PDF-1.4\n% Et oppdiktet bilag\n%%EOF\n"
PAYMENT = ("sent", "controlled", "attested", "ordered", "paid")


class Case(Rows):
    """One row of the file, from plan to where it stands."""

    def __init__(self, rows: Rows, row: Row, scheme: FundingScheme) -> None:
        super().__init__(rows.today)
        self.row, self.scheme = row, scheme
        self.project = Project.objects.get(key=f"demo:{row['project']}")
        self.leader = User.objects.get(email=row["leader"])
        hands = {name: User.objects.get(email=email) for name, email in HANDS.items()}
        self.officer, self.decider = hands["officer"], hands["decider"]
        self.attester, self.finance = hands["attester"], hands["finance"]

    def lead(self) -> None:
        begun = timezone.now()
        self.version = self.plan(self.row["plan"])
        self.application = self.apply()
        if self.row["to"] != "review":
            self.decide()
        if self.row["to"] in ("released", "settled"):
            self.promise()
        for act in self.row.get("finances", []):
            self.project.carry_out(project_acts.ACTS[act], self.leader)
        if title := self.row["plan"].get("next"):
            self.begin_plan(title).write(self.version.contents())
        self.date_back(begun)

    def plan(self, row: Row) -> PlanVersion:
        version = self.begin_plan(row["title"])
        costs = [
            Cost(text=one["text"], kind=one["kind"], rate=_nok(one.get("rate")), years=self.years(one["years"]))
            for one in row["costs"]
        ]
        financing = [
            Financing(text=one["text"], kind=one["kind"], years=self.years(one["years"])) for one in row["financing"]
        ]
        version.write(Contents(costs, financing))
        return version

    def begin_plan(self, title: str) -> PlanVersion:
        return PlanVersion.objects.begin(self.project, self.leader, title=title, is_demo=True)

    def years(self, row: dict[str, int]) -> dict[int, Decimal]:
        return {self.today.year + int(year): Decimal(amount) for year, amount in row.items()}

    def apply(self) -> Application:
        texts = {name: self.row[name] for name in ("title", "summary", "need", "effect")}
        call = Call.objects.filter(scheme=self.scheme).first() if self.row.get("called") else None
        application = Application.objects.begin(
            self.leader,
            call=call,
            scheme=self.scheme,
            funder=self.scheme.manager,
            project=self.project,
            applicant=self.organisations[self.row["applicant"]],
            plan_version=self.version,
            is_aid_declared=True,
            is_demo=True,
            **texts,
        )
        for one in self.row["years"]:
            application.years.create(year=self.today.year + one["year"], amount=Decimal(one["amount"]))
        application.submit(self.leader, self.today)
        application.take(self.officer)
        return application

    def decide(self) -> None:
        rejected = self.row["to"] == "rejected"
        reasons = {name: self.row[name] for name in ("reasoning", "facts", "legal_basis")}
        decision = Decision.objects.begin(
            self.officer, "reject" if rejected else "grant", application=self.application, is_demo=True, **reasons
        )
        if not rejected:
            self.write(decision)
        decision = Decision.objects.get(pk=decision.pk)
        decision.propose(self.officer)
        delegations, reference = decision.delegations(self.decider, self.today), self.row.get("body_reference", "")
        delegation = delegations.last() if reference else delegations.first()
        decision.decide(self.decider, self.today, delegation, reference)
        letters.make(decision, self.officer)
        letters.send(decision, self.officer)

    def write(self, decision: Decision) -> None:
        """How sure each year is made, out of which frame, and on which conditions."""
        Decision.objects.filter(pk=decision.pk).update(result="granted", aid_basis="de_minimis")
        frames = {frame.year: frame for frame in self.scheme.source.frames.all()} if self.scheme.source else {}
        tranches = {one.year: one for one in decision.the_commitment.tranches.all()}
        for one in self.row["years"]:
            year = self.today.year + one["year"]
            if one["strength"] != "held_out":
                decision.items.create(tranche=tranches[year], to_state=one["strength"], frame=frames[year])
        for one in self.row.get("conditions", []):
            decision.conditions.create(
                kind=one["kind"], text=one["text"], tranche=tranches[self.today.year + one["year"]]
            )

    def promise(self) -> None:
        """Accepted, released and paid as far as the row says."""
        commitment = Commitment.objects.get(application=self.application)
        commitment.carry_out(ACCEPT, self.leader)
        first = commitment.tranches.get(year=self.today.year + self.row["years"][0]["year"])
        first.release(self.officer)
        statement = self.account(self.row["spent"]) if "spent" in self.row else None
        for one in self.row["payments"]:
            self.pay(Tranche.objects.get(pk=first.pk), one, statement)

    def account(self, spent: int) -> CostStatement:
        """All of it on the lines of the plan in their order, with a receipt and an auditor."""
        statement = CostStatement.objects.begin(
            self.project,
            self.today.year + self.row["years"][0]["year"],
            self.leader,
            title="Regnskap (oppdiktet)",
            version=self.version,
            auditor_confirmed=True,
            is_demo=True,
        )
        lines = list(self.version.costs.prefetch_related("years"))
        planned = {line.pk: sum((cell.value for cell in line.years.all()), Decimal(0)) for line in lines}
        statement.write(planned)
        assert sum(planned.values()) == spent
        checked = Checked("bilag.pdf", RECEIPT, ContentType.PDF, fingerprint(RECEIPT))
        statement.documents.add(Document.keep(checked, self.leader))
        statement.send(self.leader)
        statement.approve(self.officer)
        return statement

    def pay(self, tranche: Tranche, row: Row, statement: CostStatement | None) -> None:
        """As far as the row says, or to the bank."""
        amount = Decimal(row["amount"])
        about = {"text": row["text"], "is_demo": True, "statement": None if row["kind"] == "advance" else statement}
        request = DisbursementRequest.objects.begin(tranche, row["kind"], amount, self.leader, **about)
        steps = {
            "sent": lambda: request.carry_out(SEND, self.leader),
            "controlled": lambda: request.control(amount, "", self.officer),
            "attested": lambda: request.carry_out(ATTEST, self.attester),
            "ordered": lambda: request.carry_out(ORDER, self.decider),
            "paid": lambda: settling.pay(request, self.finance, self.today, f"Bilag {request.pk} (oppdiktet)"),
        }
        for step in PAYMENT[: PAYMENT.index(row.get("to", "paid")) + 1]:
            steps[step]()

    def date_back(self, begun: datetime) -> None:
        """What has happened since `begun`, in its order, over the days that the row names."""
        first, last = (self.moment(self.row[name]) for name in ("from_days", "until_days"))
        events = sorted(self.events(begun), key=lambda event: event.at)
        with pgtrigger.ignore():
            for number, event in enumerate(events):
                at = first + (last - first) * (number / len(events))
                type(event)._default_manager.filter(pk=event.pk).update(at=at)
            for decision in Decision.objects.filter(application=self.application, state="decided"):
                self.date_decision(decision)
            for request in DisbursementRequest.objects.filter(commitment__application=self.application, state="paid"):
                DisbursementRequest.objects.filter(pk=request.pk).update(paid_on=_day(request, "pay"))

    def date_decision(self, decision: Decision) -> None:
        """The days that are stored follow its events, and its letter says so."""
        on, told = _day(decision, "decide"), _day(decision, "tell")
        Decision.objects.filter(pk=decision.pk).update(decided_on=on)
        commitments = Commitment.objects.filter(application=self.application)
        commitments.update(decided_on=on, accept_by=told + timedelta(days=self.scheme.acceptance_days or 0))
        AidAward.objects.filter(commitment__in=commitments).update(awarded_on=on)
        data = letters.data_of(Decision.objects.get(pk=decision.pk))
        made_at = decision.events.get(act="tell").at
        decision.letters.update(data=data, sha256=letters.fingerprint(data), made_at=made_at)

    def moment(self, days: int) -> datetime:
        return timezone.make_aware(datetime.combine(self.today + timedelta(days=days), time(9)))

    def events(self, begun: datetime) -> Iterator[Any]:
        for kind in (Application, Commitment, CostStatement, Decision, DisbursementRequest, PlanVersion, Tranche):
            event: type[Model] = kind.events.rel.related_model
            yield from event._default_manager.filter(at__gte=begun).order_by("pk")


def _day(thing: Decision | DisbursementRequest, act: str) -> date:
    return timezone.localdate(thing.events.get(act=act).at)


def _nok(kroner: int | None) -> Decimal | None:
    return None if kroner is None else Decimal(kroner)
