"""What a decision does when it is made: to the application, the commitment, its years, conditions and the plan."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from funding.models import applications, awarding, commitment_states
from funding.models.aid import Undertaking
from funding.models.commitments import Commitment
from funding.models.conditions import Binds, Condition, ConditionKind
from funding.models.decision_states import COMPLAINT, DecisionKind
from funding.models.delegations import Delegation
from funding.models.frames import BudgetFrame
from funding.models.plans import PlanState
from funding.models.schemes import FundingScheme
from funding.models.tranche_states import TrancheState
from funding.models.tranches import Tranche
from partners.acts import move
from partners.models import User
from projects.models import Project
from projects.money import Sum

if TYPE_CHECKING:
    from funding.models.decision_parts import DecisionItem
    from funding.models.decisions import Decision

# What is copied from the scheme: it stays as it was, whatever the scheme says later.
RULES = {"share": "share_cap", "advance_share": "advance_share", "auditor_from": "auditor_from"}
FIRST_RESULTS = {"reject": "rejected", "return": "returned", "grant": "partly"}
ANSWERS = {act.target: act for act in applications.DECIDED}


def lock(decision: "Decision") -> None:
    """All rows that it will change or count, in the order in which everything locks them: scheme, undertaking, frames,
    project, commitment, years."""
    commitment = decision.commitment
    years = Tranche.objects.filter(commitment=commitment)
    frames = {*years.values_list("frame", flat=True).order_by(), *decision.items.values_list("frame", flat=True)}
    undertaking = awarding.receiver(decision)
    wanted: tuple[tuple[Any, list[Any]], ...] = (
        (FundingScheme, [decision.scheme and decision.scheme.pk]),
        (Undertaking, [undertaking and undertaking.pk]),
        (BudgetFrame, sorted(pk for pk in frames if pk)),
        (Project, [decision.project.pk]),
        (Commitment, [commitment and commitment.pk]),
        (Tranche, list(years.values_list("pk", flat=True).order_by("pk"))),
    )
    for model, pks in wanted:
        list(model._default_manager.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values("pk"))


def drafted(application: applications.Application, by: User | None) -> Commitment:
    """A commitment of what is applied for, all of it held out so far; or the draft that is there already."""
    made = application.commitments.filter(state=commitment_states.CommitmentState.DRAFT).first()
    if made:
        return made
    about = {"project": application.project, "funder": application.funder, "recipient": application.applicant}
    facts = {"scheme": application.scheme, "title": application.title, "case_officer": application.case_officer}
    amount, is_demo = application.sum or None, application.is_demo
    state = commitment_states.CommitmentState.DRAFT
    made = Commitment.objects.create(
        state=state, application=application, amount=amount, created_by=by, is_demo=is_demo, **about, **facts
    )
    made.events.create(act=commitment_states.DRAFT.name, to_state=state, by=by)
    for one in application.years.all():
        made.add(one.year, one.amount, TrancheState.HELD_OUT, by)
    return made


def to_begin(kind: str, by: User | None, facts: dict[str, Any]) -> dict[str, Any]:
    """What a draft of that kind starts with: a grant with a commitment, all in the language of the application."""
    application = facts.get("application")
    if application:
        facts = {"language": application.language, **facts}
    if application and kind == DecisionKind.GRANT and not facts.get("commitment"):
        facts["commitment"] = drafted(application, by)
    if kind in awarding.PROMISES and facts.get("commitment") and (grant := facts["commitment"].grant):
        facts = {"aid_basis": grant.aid_basis, **facts}
    with translation.override(facts.get("language", "nb")):
        complaint = gettext(COMPLAINT)
    return {"result": FIRST_RESULTS.get(kind, ""), "complaint": complaint, **facts}


class DecidedYear(NamedTuple):
    """A year's money, and what a decision makes of it: to_state "" leaves it, an amount or frame of None too."""

    tranche: Tranche
    item: bool
    to_state: str
    said: Decimal | None
    frame: int | None

    @property
    def amount(self) -> Decimal | None:
        return self.tranche.amount if self.said is None else self.said

    @property
    def ends(self) -> bool:
        return self.to_state == TrancheState.LAPSED


def years_of(decision: "Decision") -> list[DecidedYear]:
    """Of a grant and an annulment all that stand, else those that it names. One query, or none without a commitment."""
    if decision.commitment is None or decision.kind in ("reject", "return"):
        return []
    named = FilteredRelation("items", condition=Q(items__decision=decision.pk))
    tranches = Tranche.objects.filter(commitment=decision.commitment).annotate(named=named).select_related("frame")
    told = tranches.annotate(item=F("named__pk"), then=F("named__to_state"), said=F("named__amount"))
    whole = decision.kind in ("grant", "annul")
    rows: Any = told.annotate(paid_from=F("named__frame"))
    return [
        DecidedYear(one, one.item is not None, one.then or "", one.said, one.paid_from)
        for one in rows
        if one.item is not None or (whole and one.strength)
    ]


def amounts(decision: "Decision") -> Sum:
    """What it is about in NOK: all that is promised, or what its items name. Nothing when an application is refused."""
    stated = [one.amount for one in decision.years if not one.ends]
    known = [amount for amount in stated if amount is not None]
    return Sum(sum(known, Decimal(0)), len(stated) - len(known))


def delegations(decision: "Decision", by: User, on: date) -> QuerySet[Delegation]:
    """See Decision.delegations."""
    amounts = decision.amounts
    covers = Q(max_amount=None) if amounts.unknown else Q(max_amount=None) | Q(max_amount__gte=amounts.known)
    valid = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    whom, what = Q(user=None) | Q(user=by), Q(scheme=None) | Q(scheme=decision.scheme)
    return Delegation.objects.filter(covers, valid, whom, what, organisation=decision.funder)


def missing(decision: "Decision") -> Iterator[str]:
    """What keeps it from being put forward, a sentence each."""
    if not decision.reasoning.strip():
        yield gettext("No reasons are given.")
    if decision.scheme and decision.scheme.is_aid and decision.kind == "grant" and decision.aid_basis == "none":
        yield gettext("The scheme is state aid, and the decision does not say so.")
    if decision.kind in ("strengthen", "change", "recover") and not decision.years:
        yield gettext("It says nothing of any year’s money.")
    for year in decision.years:
        if (
            year.to_state not in ("", TrancheState.LAPSED)
            and decision.the_commitment.state not in commitment_states.TOLD
        ):
            yield from _missing_of(decision, year)


def _missing_of(decision: "Decision", said: DecidedYear) -> Iterator[str]:
    tranche, year = said.tranche, {"year": said.tranche.year_label}
    if said.amount is None:
        yield gettext("%(year)s: the amount is not stated.") % year
    if said.frame is None and tranche.frame_id is None:
        yield gettext("%(year)s: it is not said from which frame it is paid.") % year
    before = decision.the_commitment.conditions.all() if decision.kind != "grant" else ()
    waits = [*decision.terms, *before]
    if said.to_state == TrancheState.CONDITIONAL and not any(one.tranche_id in (None, tranche.pk) for one in waits):
        yield gettext("%(year)s: the money is conditional, but hangs on no condition.") % year


def carry_through(decision: "Decision", by: User, on: date) -> None:
    """What follows from a decision that is decided."""
    awarding.award(decision, on)
    EFFECTS[decision.kind](decision, by, on)


def _grant(decision: "Decision", by: User, on: date) -> None:
    commitment = decision.the_commitment
    _years(decision, by, on)
    scheme = commitment.scheme
    rules: dict[str, Any] = {name: getattr(scheme, of_scheme, None) for name, of_scheme in RULES.items()}
    commitment.carry_out(commitment_states.APPROVE, by, decided_on=on, expires_on=_last_day(decision), **rules)
    _plan(decision, by)
    _answer(decision, by, on)


def _last_day(decision: "Decision") -> date | None:
    """The last day of the months after its last year, as far as scheme and years say."""
    commitment = decision.the_commitment
    months = commitment.scheme.claim_months if commitment.scheme else None
    years = [one.year for one in commitment.tranches.standing() if one.year is not None]
    if months is None or not years:
        return None
    return date(max(years) + 1 + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _plan(decision: "Decision", by: User) -> None:
    """It counts from now when all is granted as applied for; else a new version that fits is asked for."""
    version = decision.application.plan_version if decision.application else None
    if version is None:
        return
    if decision.result == applications.ApplicationState.GRANTED:
        if version.state == PlanState.SUBMITTED:
            version.approve(by)
        return
    with translation.override(decision.language):
        wanted = gettext("A plan of costs and financing that fits what is granted")
    told: dict[str, Any] = {"tranche": None, "binds": Binds.CONDITION}
    Condition.objects.register(decision.the_commitment, ConditionKind.DOCUMENTS, wanted, by, **told)


def _answer(decision: "Decision", by: User, on: date) -> None:
    """The application is answered. What was drafted for it and is not granted is annulled."""
    if decision.application is None:
        return
    move(decision.application, ANSWERS[decision.result], by)
    for draft in decision.application.commitments.filter(state=commitment_states.CommitmentState.DRAFT):
        draft.carry_out(commitment_states.ANNUL, by, decision.get_kind_display())


def _change(decision: "Decision", by: User, on: date) -> None:
    """The years, and with them the whole."""
    _years(decision, by, on)
    amounts = [one.amount for one in decision.the_commitment.tranches.standing()]
    whole = sum(one for one in amounts if one is not None) if amounts and None not in amounts else None
    Commitment.objects.filter(pk=decision.the_commitment.pk).update(amount=whole)


def _years(decision: "Decision", by: User, on: date) -> None:
    for item in decision.items.select_related("tranche").order_by("pk"):
        _year(decision, item, by, on)
    for one in decision.conditions.order_by("pk"):
        names = ("tranche", "binds", "is_precondition", "due_on")
        told: dict[str, Any] = {name: getattr(one, name) for name in names}
        Condition.objects.register(decision.the_commitment, one.kind, one.text, by, **told)


def _year(decision: "Decision", item: "DecisionItem", by: User, on: date) -> None:
    tranche, why = item.tranche, decision.reasoning
    if item.to_state == TrancheState.LAPSED:
        tranche.turn("lapse", TrancheState.LAPSED, by, why, decision=decision)
    elif item.to_state:
        frame = item.frame_id or tranche.frame_id
        facts = {"frame_id": frame, "decided_on": on}
        tranche.turn("decide", item.to_state, by, why, amount=item.amount, decision=decision, **facts)
    else:
        tranche.turn("amend", tranche.state, by, why, amount=item.amount, decision=decision)


def _annul(decision: "Decision", by: User, on: date) -> None:
    decision.the_commitment.carry_out(commitment_states.ANNUL, by, decision.reasoning)


def _nothing(decision: "Decision", by: User, on: date) -> None:
    """What is to be paid back is claimed by a request of its own."""


EFFECTS = {
    "grant": _grant,
    "reject": _answer,
    "return": _answer,
    "strengthen": _years,
    "change": _change,
    "annul": _annul,
    "recover": _nothing,
}
