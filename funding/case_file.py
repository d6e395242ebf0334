"""All that a case officer looks at in a case, fetched in few queries however much there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from funding.models import (
    Application,
    ApplicationEvent,
    ApplicationState,
    CostLine,
    Decision,
    DecisionCondition,
    DecisionEvent,
    DecisionState,
    FinancingLine,
    PlanVersion,
    TrancheState,
)
from funding.models.deciding import DecidedYear
from funding.models.plans import COST
from projects.models import Agreement, Project
from projects.models.agreements import AgreementState

# A year and what is applied for in it.
Applied = tuple[int, Decimal]


class PlanYear(NamedTuple):
    year: int
    costs: Decimal
    financing: Decimal
    gap: Decimal


class Happened(NamedTuple):
    at: Any
    by: str
    what: str
    why: str


class Partner(NamedTuple):
    name: str
    role: str
    agreement: str
    color: str


class GrantYear(NamedTuple):
    """A year of the decision, beside what was applied for."""

    said: DecidedYear
    applied: Decimal | None

    @property
    def becomes(self) -> str:
        if not self.said.to_state:
            return self.said.tranche.get_state_display()
        return _("No money") if self.said.ends else str(TrancheState(self.said.to_state).label)


@dataclass(frozen=True)
class CaseFile:
    application: Application
    decision: Decision | None
    """The one that lives: being drafted, put forward, or made."""
    earlier: Sequence[Decision]
    """What the funder has decided for this applicant before, the newest first."""


def open_file(application: Application) -> CaseFile:
    """One query, with those of Decision.years."""
    theirs = {"application__funder": application.funder_id, "application__applicant": application.applicant_id}
    decisions = Decision.objects.filter(**theirs).live().for_listing().order_by("-decided_on", "-pk")
    found = list(decisions.annotate(in_json=_TERMS)[:20])
    living = next((one for one in found if one.application_id == application.pk), None)
    if living:
        living.terms = list(_terms(living))
    earlier = [one for one in found if one.state == DecisionState.DECIDED and one is not living]
    return CaseFile(application, living, earlier)


_TERMS = ArraySubquery(
    DecisionCondition.objects.filter(decision=OuterRef("pk"))
    .order_by("pk")
    .values(json=JSONObject(kind="kind", binds="binds", text="text", tranche_id="tranche", due_on="due_on"))
)


def _terms(decision: Decision) -> Iterator[DecisionCondition]:
    tranches = {one.tranche.pk: one.tranche for one in decision.years}
    for facts in decision.in_json:  # type: ignore[attr-defined]  # annotated above
        day = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
        tranche = tranches.get(facts["tranche_id"])
        told = {"kind": facts["kind"], "binds": facts["binds"], "text": facts["text"]}
        yield DecisionCondition(decision=decision, tranche=tranche, due_on=day, **told)


def beside(decision: Decision, applied: Sequence[Applied]) -> list[GrantYear]:
    """Empty for a decision that turns an application down."""
    asked = dict(applied)
    return [GrantYear(one, asked.get(one.tranche.year or 0)) for one in decision.years]


def plan_by_year(version: PlanVersion | None) -> list[PlanYear]:
    """Costs, financing and what is not financed, in one query."""
    if version is None:
        return []
    costs = CostLine.objects.filter(version=version).values_list(F("years__year"), COST, Value("cost"))
    paid = FinancingLine.objects.filter(version=version).values_list(F("years__year"), F("years__amount"), F("kind"))
    sums: dict[int, dict[str, Decimal]] = {}
    for year, amount, kind in costs.order_by().union(paid.order_by(), all=True):
        if year is not None:
            of_year = sums.setdefault(year, {})
            name = kind if kind in ("cost", "gap") else "financing"
            of_year[name] = of_year.get(name, Decimal(0)) + (amount or 0)
    nothing = Decimal(0)
    names = ("cost", "financing", "gap")
    return [PlanYear(year, *(sums[year].get(name, nothing) for name in names)) for year in sorted(sums)]


def partners_of(project: Project) -> list[Partner]:
    """Those who take part, each with the latest agreement that names them, if there is one. One query."""
    named = Agreement.objects.filter(project=project, parties__organisation=OuterRef("organisation")).order_by("-pk")
    latest = {"title": Subquery(named.values("title")[:1]), "state": Subquery(named.values("state")[:1])}
    found: Any = project.partners.lasting().select_related("organisation").annotate(**latest)
    return [Partner(one.organisation.name, one.get_role_display(), *_agreement(one)) for one in found]


def _agreement(partner: Any) -> tuple[str, str]:
    if partner.title is None:
        return _("no agreement"), "neutral"
    state = AgreementState(partner.state)
    return f"{partner.title}: {state.label}", "success" if state == AgreementState.SIGNED else "neutral"


def happened(application: Application) -> list[Happened]:
    """What was done with the application and its decisions, the newest first. One query."""
    columns = ("at", "by__first_name", "by__last_name", "act", "from_state", "to_state", "why", "kind")
    mine = ApplicationEvent.objects.filter(application=application).annotate(kind=Value("application"))
    theirs = DecisionEvent.objects.filter(decision__application=application).annotate(kind=Value("decision"))
    rows = mine.order_by().values_list(*columns).union(theirs.order_by().values_list(*columns), all=True)
    told = []
    for at, first, last, act, from_state, to_state, why, kind in sorted(rows, key=lambda row: row[0], reverse=True):
        event: Any = (ApplicationEvent if kind == "application" else DecisionEvent)(
            act=act, from_state=from_state, to_state=to_state
        )
        what = event.label if kind == "application" else _("Decision: %(state)s") % {"state": event.label}
        told.append(Happened(at, f"{first or ''} {last or ''}".strip(), what, why))
    return told


def next_step(file: CaseFile) -> str:
    """Who does what now, in a sentence."""
    application, decision = file.application, file.decision
    if application.state == ApplicationState.SUBMITTED:
        return _("Nobody has taken the case. A case officer takes it.")
    if application.state == ApplicationState.ASKED:
        return _("The applicant has been asked for more. The case rests until they answer.")
    if application.state != ApplicationState.REVIEW:
        return _after(decision)
    if decision is None:
        return _("The case is examined, and a decision is to be drafted.")
    if decision.state == DecisionState.PROPOSED:
        return _("The decision is put forward. A decider decides it, or sends it back.")
    return " ".join(decision.missing()) or _("The draft is complete. It can be put forward for decision.")


def _after(decision: Decision | None) -> str:
    commitment = decision.commitment if decision else None
    if decision and decision.state == DecisionState.DECIDED and (commitment is None or commitment.state == "approved"):
        return _("It is decided. The letter is to be made and sent, if it is not sent yet.")
    if commitment and commitment.state == "letter_sent":
        return _("The letter is sent. The recipient accepts.")
    return _("The case is closed.")
