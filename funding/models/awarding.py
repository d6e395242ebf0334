"""State aid that follows from a decision: written down in the same transaction, so that no promise passes the ceiling.

What is held out is no aid yet: it counts from the decision that promises it.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from funding.models.aid import Undertaking
from funding.models.decision_states import AidBasis, DecisionKind, DecisionState
from funding.models.tranche_states import PROMISED

if TYPE_CHECKING:
    from funding.models.decisions import Decision

PROMISES = (DecisionKind.GRANT, DecisionKind.STRENGTHEN, DecisionKind.CHANGE)


def is_aid(decision: "Decision") -> bool:
    """Whether it promises state aid: by what it says itself, or what the earlier decisions of the money say."""
    if decision.commitment is None or decision.kind not in PROMISES:
        return False
    decided = decision.commitment.decisions.filter(aid_basis=AidBasis.DE_MINIMIS, state=DecisionState.DECIDED)
    return decision.aid_basis == AidBasis.DE_MINIMIS or decided.exists()


def aid_of(decision: "Decision") -> Decimal:
    """How much aid it adds, NOK: all that is promised with it, less what is written down already. Never below 0."""
    commitment = decision.the_commitment
    said = {one.tranche_id: one for one in decision.items.all()}
    whole = Decimal(0)
    for tranche in commitment.tranches.all():
        item = said.get(tranche.pk)
        amount = item.amount if item and item.amount is not None else tranche.amount
        if ((item and item.to_state) or tranche.state) in PROMISED:
            whole += amount or 0
    awarded = sum((award.amount_nok for award in commitment.awards.standing()), Decimal(0))
    return max(whole - awarded, Decimal(0))


def receiver(decision: "Decision") -> Undertaking | None:
    """Whose aid it is, written down when it was not; None when the decision promises none."""
    if not is_aid(decision):
        return None
    if decision.recipient is None:
        raise ValidationError(_("It is not stated who gets the money, so its aid cannot be written down."))
    return Undertaking.objects.of(decision.recipient)


def award(decision: "Decision", on: date) -> None:
    """Write down the aid that a decision gives. ValidationError beyond the ceiling, or without a rate of the day."""
    undertaking = receiver(decision)
    if undertaking and (amount := aid_of(decision)):
        undertaking.award(decision.the_commitment, on, amount)
