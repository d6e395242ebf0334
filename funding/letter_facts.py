"""What a decision's letter tells of, as plain facts: amounts and days as they are written in JSON, nothing translated.

Of money, what the decision made of it: what later acts did to a year's money is no matter of this letter.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding.models import (
    AidAward,
    AidCeiling,
    Application,
    Commitment,
    Decision,
    DecisionEvent,
    DecisionKind,
    DecisionState,
    FundingScheme,
    Tranche,
    TrancheEvent,
)
from funding.models.decision_states import DECIDE, AidBasis
from partners.models import Organisation

Facts = dict[str, Any]
# These are about all of a commitment's years; the others only about those that they name.
ABOUT_ALL = (DecisionKind.GRANT, DecisionKind.REJECT, DecisionKind.RETURN)


def facts_of(decision: Decision) -> Facts:
    """See above. Everything is text, a number of a year, a list or None, so that it is the same when read from JSON."""
    application, commitment = decision.application, decision.commitment
    application = application or (commitment.application if commitment else None)
    return {
        "language": decision.language,
        "kind": decision.kind,
        "result": decision.result,
        "decided": decision.state == DecisionState.DECIDED,
        **_parties(application, commitment),
        "reference": commitment.reference if commitment else "",
        "application": _application(application),
        "decided_on": _day(decision.decided_on),
        "prepared_by": str(decision.prepared_by or ""),
        "decided_by": str(decision.decided_by or ""),
        "body": decision.delegation.body if decision.delegation else "",
        "body_reference": decision.body_reference,
        "case": decision.facts,
        "reasoning": decision.reasoning,
        "legal_basis": decision.legal_basis,
        "complaint": decision.complaint,
        "years": _years(decision, commitment),
        "conditions": _conditions(decision, commitment),
        "terms": _terms(decision, commitment) if decision.kind == DecisionKind.GRANT else None,
        "aid": _aid(decision, commitment),
    }


def _parties(application: Application | None, commitment: Commitment | None) -> Facts:
    """Who writes to whom about what. A decision is about an application or a commitment, so one of them is there."""
    about: Any = commitment or application
    recipient = commitment.recipient if commitment else None
    recipient = recipient or (application.applicant if application else None)
    return {
        "title": about.title,
        "project": about.project.name,
        "scheme": about.scheme.name if about.scheme else "",
        "funder": _organisation(about.funder),
        "recipient": _organisation(recipient) if recipient else None,
    }


def _organisation(one: Organisation) -> Facts:
    place = one.municipality.name if one.municipality else ""
    return {"name": one.name, "number": one.number or "", "place": place}


def _application(application: Application | None) -> Facts | None:
    if application is None:
        return None
    sent = application.events.filter(act="submit").order_by("at", "pk").last()
    return {
        "number": application.pk,
        "title": application.title,
        "sent_on": _day(timezone.localtime(sent.at).date() if sent else None),
        "years": {str(one.year): _text(one.amount) for one in application.years.all()},
    }


def _years(decision: Decision, commitment: Commitment | None) -> list[Facts]:
    """What the decision makes of each year's money, as far as it says; the rest as it stood."""
    items = {one.tranche_id: one for one in decision.items.all()}
    tranches = list(commitment.tranches.all()) if commitment else []
    if decision.kind not in ABOUT_ALL:
        tranches = [one for one in tranches if one.pk in items]
    event = decision.events.filter(act=DECIDE.name).order_by("pk").last()
    rows = list[Facts]()
    for tranche in tranches:
        item, (state, amount) = items.get(tranche.pk), _then(tranche, event)
        rows.append(
            {
                "year": tranche.year,
                "amount": _text(item.amount if item and item.amount is not None else amount),
                "state": (item.to_state if item else "") or state,
            }
        )
    return rows


def _then(tranche: Tranche, decided: DecisionEvent | None) -> tuple[str, Decimal | None]:
    """How a year's money stood when it was decided; before that, as it stands."""
    if decided is None:
        return tranche.state, tranche.amount
    last: TrancheEvent | None = tranche.events.filter(at__lte=decided.at).order_by("pk").last()
    return (last.to_state, last.amount) if last else (tranche.state, tranche.amount)


def _conditions(decision: Decision, commitment: Commitment | None) -> list[Facts]:
    """Those that the decision sets; of a grant, all that its commitment hangs on from the day of the decision."""
    drafted: list[Any] = decision.terms
    grants = decision.kind == DecisionKind.GRANT
    standing: list[Any] = list(commitment.conditions.select_related("tranche")) if commitment and grants else []
    shown = standing if grants and decision.state == DecisionState.DECIDED else [*standing, *drafted]
    return [
        {
            "binds": one.binds,
            "text": one.text,
            "year": one.tranche.year if one.tranche else None,
            "first": one.is_precondition,
            "due_on": _day(one.due_on),
        }
        for one in shown
    ]


def _terms(decision: Decision, commitment: Commitment | None) -> Facts | None:
    """How it is paid. Until it is decided the scheme's rules stand in for what is copied from it then."""
    if commitment is None:
        return None
    scheme = commitment.scheme
    rules: FundingScheme | None = None if decision.state == DecisionState.DECIDED else scheme
    return {
        "share": _text(commitment.share or (rules.share_cap if rules else None)),
        "advance_share": _text(commitment.advance_share or (rules.advance_share if rules else None)),
        "auditor_from": _text(commitment.auditor_from or (rules.auditor_from if rules else None)),
        "expires_on": _day(commitment.expires_on),
        "acceptance_days": scheme.acceptance_days if scheme else None,
    }


def _aid(decision: Decision, commitment: Commitment | None) -> Facts | None:
    """De minimis: what it counts as in EUR once it is awarded, for which undertakings, and the most they may get."""
    if decision.aid_basis != AidBasis.DE_MINIMIS:
        return None
    on = decision.decided_on or timezone.localdate()
    awards = AidAward.objects.filter(commitment=commitment, declared=False, cancels=None)
    if decision.kind != DecisionKind.GRANT:
        awards = awards.filter(awarded_on=on)
    award = awards.select_related("undertaking").order_by("pk").first() if commitment else None
    ceiling = AidCeiling.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    parts = award.undertaking.parts.select_related("organisation").order_by("pk") if award else []
    return {
        "nok": _text(award.amount_nok if award else None),
        "eur": _text(award.amount_eur if award else None),
        "rate": _text(award.nok_per_eur if award else None),
        "group": [part.organisation.name for part in parts],
        "ceiling_eur": _text(ceiling.amount_eur if ceiling else None),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(number: Decimal | None) -> str | None:
    """One spelling a number, however many zeroes it was stored with."""
    return None if number is None else f"{number.normalize():f}"
