"""Payment, and what follows from it: a year used up, a commitment settled, what is left returned to its frame."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import (
    BudgetFrame,
    Commitment,
    DisbursementKind,
    DisbursementRequest,
    EntryKind,
    FrameEntry,
    Tranche,
    TrancheState,
)
from funding.models.commitment_states import EXPIRE, SETTLE
from funding.models.disbursements import PAY
from funding.models.limits import within_limits
from partners.models import User

_S, _K = TrancheState, DisbursementKind


@within_limits()
def pay(request: DisbursementRequest, by: User, on: date, reference: str) -> None:
    """Write down that it is paid, or, of a return, that it has come in, and do what follows from that."""
    if on > timezone.localdate():
        raise ValidationError(_("What is paid later is written down then."))
    commitment = _locked(request.commitment)
    request.step(PAY, by, paid_on=on, reference=reference.strip())
    tranche = commitment.tranches.get(pk=request.tranche_id)
    if request.kind == _K.FINAL:
        settle(commitment, by)
    elif request.kind == _K.RETURN:
        _come_back(tranche, request, by)
    elif tranche.disbursements.paid() == tranche.amount:
        tranche.turn("use_up", _S.USED_UP, by)


@within_limits()
def settle(commitment: Commitment, by: User | None) -> None:
    """After the final payment: what is left of released years returns to their frames, the others lapse."""
    for tranche in _locked(commitment).tranches.standing().order_by("pk"):
        if tranche.state in (_S.RELEASED, _S.USED_UP):
            _settle(tranche, by)
        elif tranche.state != _S.SETTLED:
            tranche.turn("lapse", _S.LAPSED, by, _("The commitment is settled."))
    commitment.carry_out(SETTLE, by)


@within_limits()
def expire(commitment: Commitment) -> None:
    """Its time is over: years of which something is paid are settled, the others lapse.

    ValidationError while a payment is on its way.
    """
    if _locked(commitment).disbursements.bound().exclude(state="paid").exists():
        raise ValidationError(_("A payment is on its way."))
    for tranche in commitment.tranches.standing().order_by("pk"):
        if tranche.disbursements.bound().exists():
            _settle(tranche, None)
        else:
            tranche.turn("lapse", _S.LAPSED, None, _("The last day for payments has passed."))
    commitment.carry_out(EXPIRE, None)


def _locked(commitment: Commitment) -> Commitment:
    """Frames before the commitment before its years, as everything locks."""
    frames = BudgetFrame.objects.filter(tranches__commitment=commitment).order_by("pk").values("pk")
    list(BudgetFrame.objects.filter(pk__in=frames).order_by("pk").select_for_update(no_key=True))
    Commitment.objects.select_for_update(no_key=True).order_by().get(pk=commitment.pk)
    list(Tranche.objects.filter(commitment=commitment).order_by("pk").select_for_update(no_key=True))
    return commitment


def _settle(tranche: Tranche, by: User | None) -> None:
    tranche.turn("settle", _S.SETTLED, by)
    left = (tranche.amount or Decimal(0)) - tranche.disbursements.paid()
    if left:
        _return(tranche, left, by, _("Not used of “%(commitment)s”.") % {"commitment": tranche.commitment})


def _come_back(tranche: Tranche, request: DisbursementRequest, by: User) -> None:
    """Money that was paid too much has come in: to the year while that is open, else to the frame."""
    if tranche.state == _S.SETTLED and request.approved is not None:
        why = _("Paid back of “%(commitment)s”.") % {"commitment": tranche.commitment}
        _return(tranche, -request.approved, by, why, request)
    elif tranche.state == _S.USED_UP:
        tranche.turn("refill", _S.RELEASED, by)


def _return(
    tranche: Tranche, amount: Decimal, by: User | None, why: str, request: DisbursementRequest | None = None
) -> None:
    FrameEntry.objects.create(
        frame=BudgetFrame.objects.get(tranches=tranche),
        kind=EntryKind.RETURNED,
        amount=amount,
        on=timezone.localdate(),
        why=why,
        by=by,
        tranche=tranche,
        disbursement=request,
        is_demo=tranche.commitment.is_demo,
    )
