"""What can still be asked for of a commitment, and why no more: the year, the advance, the costs, the final payment.

The database refuses the same when a request is attested (models/limits/payments.py); here it is said before.
"""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from funding.models import (
    Commitment,
    CommitmentState,
    Condition,
    DisbursementKind,
    DisbursementRequest,
    DisbursementState,
    Tranche,
    TrancheState,
)
from funding.models.limits.payments import ASKED, BOUND
from funding.models.statements import approved_costs
from projects.money import HUNDREDTH, nok, percent

_K, _S = DisbursementKind, DisbursementState
NOTHING = Decimal(0)


class YearRoom(NamedTuple):
    """What there is of a year's money, in NOK."""

    tranche: Tranche
    paid: Decimal
    """Attested or paid, less what has come back."""
    asked: Decimal
    """Sent or controlled."""
    left: Decimal
    advance: Decimal
    """Of what is left: so much may still be paid in advance."""
    why_not: str
    """Why nothing of it is paid now, or ""."""


class Room(NamedTuple):
    commitment: Commitment
    years: list[YearRoom]
    costs: Decimal
    """Approved, and a basis for grants, in all of the project."""
    carried: Decimal
    """So much of the commitment do they carry."""
    on_costs: Decimal
    """Of that, what is neither paid nor asked for."""
    why_no_final: str

    def of(self, tranche: Tranche) -> YearRoom:
        return next(year for year in self.years if year.tranche.pk == tranche.pk)

    @property
    def share_label(self) -> str:
        share = self.commitment.share
        return _("not stated") if share is None else f"{percent(share, Decimal(1)).normalize():f} %"

    def most(self, request: DisbursementRequest) -> Decimal:
        """So much of what is asked for can be paid."""
        if request.kind == _K.RETURN:
            return -request.claimed
        year = self.of(request.tranche)
        limit = year.advance if request.kind == _K.ADVANCE else min(year.left, self.on_costs)
        return max(NOTHING, min(request.claimed, limit))

    def hindrances(self, request: DisbursementRequest, amount: Decimal) -> list[str]:
        """Why so much cannot be paid on the request, a sentence each; the room is that besides it."""
        return list(self._hindrances(request, amount))

    def _hindrances(self, request: DisbursementRequest, amount: Decimal) -> Iterator[str]:
        if request.kind == _K.RETURN:
            return
        year = self.of(request.tranche)
        if year.why_not and (amount or request.tranche.state != TrancheState.USED_UP):
            yield year.why_not
        if amount > year.left:
            yield _("Of %(year)s there is %(left)s left.") % {"year": year.tranche.year_label, "left": nok(year.left)}
        if request.kind == _K.ADVANCE and amount > year.advance:
            yield _("In advance, %(left)s can still be paid.") % {"left": nok(year.advance)}
        if request.kind in (_K.PART, _K.FINAL) and amount > max(self.on_costs, NOTHING):
            yield _("The approved costs carry %(left)s more.") % {"left": nok(max(self.on_costs, NOTHING))}
        if request.kind == _K.FINAL:
            yield from self._final(request)

    def _final(self, request: DisbursementRequest) -> Iterator[str]:
        if any(year.asked for year in self.years):
            yield _("Another request is open. Pay or reject it first.")
        limit, accounts = self.commitment.auditor_from, request.statement
        if limit is not None and self.costs >= limit and not (accounts and accounts.auditor_confirmed):
            yield _("From costs of %(limit)s on, an auditor confirms the accounts of the final payment.") % {
                "limit": nok(limit)
            }


def room(commitment: Commitment, besides: DisbursementRequest | None = None) -> Room:
    """What there is, as if `besides` were not. Four queries."""
    asked = commitment.disbursements.filter(state__in=ASKED)
    requests = [one for one in asked if besides is None or one.pk != besides.pk]
    conditions = list(commitment.conditions.unsettled().filter(is_precondition=True).order_by("pk"))
    years = [_year(commitment, one, requests, conditions) for one in commitment.tranches.standing()]
    costs = approved_costs(commitment.project)
    carried = (costs * (commitment.share or 1)).quantize(HUNDREDTH, rounding=ROUND_FLOOR)
    carried = carried if commitment.amount is None else min(carried, commitment.amount)
    used = sum((year.paid + year.asked for year in years), NOTHING)
    return Room(commitment, years, costs, carried, carried - used, _no_final(requests))


def _year(
    commitment: Commitment, tranche: Tranche, requests: list[DisbursementRequest], conditions: list[Condition]
) -> YearRoom:
    mine = [one for one in requests if one.tranche_id == tranche.pk]
    paid = _sum(one for one in mine if one.state == _S.PAID or (one.state in BOUND and one.kind != _K.RETURN))
    asked = _sum(one for one in mine if one.state not in BOUND and one.kind != _K.RETURN)
    whole = tranche.amount or NOTHING
    advances = _sum(one for one in mine if one.kind == _K.ADVANCE)
    most = (whole * (commitment.advance_share or 0)).quantize(HUNDREDTH, rounding=ROUND_FLOOR)
    left = whole - paid - asked
    advance = max(NOTHING, min(most - advances, left))
    open_ = [one.text for one in conditions if one.tranche_id in (None, tranche.pk)]
    return YearRoom(tranche, paid, asked, left, advance, _why_not(commitment, tranche, open_))


def _sum(requests: "Iterator[DisbursementRequest]") -> Decimal:
    return sum((one.claimed if one.approved is None else one.approved for one in requests), NOTHING)


def _why_not(commitment: Commitment, tranche: Tranche, conditions: list[str]) -> str:
    if commitment.state != CommitmentState.ACTIVE:
        return _("The commitment is “%(state)s”.") % {"state": commitment.get_state_display()}
    if tranche.state == TrancheState.USED_UP:
        return _("All of %(year)s is paid.") % {"year": tranche.year_label}
    if tranche.state != TrancheState.RELEASED:
        return _("The money of %(year)s is not released.") % {"year": tranche.year_label}
    if conditions:
        return _("Not met yet: %(conditions)s.") % {"conditions": "; ".join(conditions).rstrip(".")}
    return ""


def _no_final(requests: list[DisbursementRequest]) -> str:
    final = next((one for one in requests if one.kind == _K.FINAL), None)
    return _("The final payment is asked for already.") if final else ""
