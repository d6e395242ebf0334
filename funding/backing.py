"""How sure each krone of a plan's financing is: derived from what stands behind it, never typed."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import Application, Commitment, FinancingKind, FinancingLine, PlanVersion, Tranche
from funding.models.commitment_states import CURRENT
from projects.models import Agreement
from projects.models.agreements import AgreementState, Standing
from projects.money import Strength

ASKED = ("submitted", "review", "asked")


class Backing(models.TextChoices):
    SECURED = "secured", _("Secured")
    CONDITIONAL = "conditional", _("Conditional")
    HELD_OUT = "held_out", _("Held out")
    APPLIED = "applied", _("Applied for")
    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    GAP = "gap", _("Not financed")


COLORS: dict[str, str] = {
    Backing.SECURED: "success",
    Backing.CONDITIONAL: "warning",
    Backing.HELD_OUT: "neutral",
    Backing.APPLIED: "info",
    Backing.UNCONFIRMED: "neutral",
    Backing.GAP: "danger",
}
OF_STRENGTH = {
    Strength.FIRM: Backing.SECURED,
    Strength.CONDITIONAL: Backing.CONDITIONAL,
    Strength.HELD_OUT: Backing.HELD_OUT,
}
Backings = dict[tuple[UUID, int], Backing]


def backings(version: PlanVersion, on: date | None = None) -> Backings:
    """By key of the line and year. Five queries, however many lines there are."""
    lines = version.financing.select_related("commitment", "application", "agreement").prefetch_related(
        "years", "commitment__tranches", "application__commitments__tranches"
    )
    day = on or timezone.localdate()
    return {
        (line.key, cell.year): backing(line, cell.year, cell.amount, day) for line in lines for cell in line.years.all()
    }


def backing(line: FinancingLine, year: int, amount: Decimal, on: date) -> Backing:
    """What nobody stands behind is not confirmed, whatever the plan calls it."""
    if line.kind == FinancingKind.GAP:
        return Backing.GAP
    if commitment := line.commitment or _granted(line.application):
        return _promised(commitment, year, amount)
    if line.application and line.application.state in ASKED:
        return Backing.APPLIED
    return Backing.SECURED if line.confirmed or _signed(line.agreement, on) else Backing.UNCONFIRMED


def _granted(application: Application | None) -> Commitment | None:
    granted = application.commitments.all() if application else []
    return next((one for one in granted if one.state in CURRENT), None)


def _promised(commitment: Commitment, year: int, amount: Decimal) -> Backing:
    """As sure as the promise of that year, or of what is not split on years; no surer than it is large."""
    if commitment.state not in CURRENT:
        return Backing.UNCONFIRMED
    tranches: dict[int | None, Tranche] = {one.year: one for one in commitment.tranches.all()}
    tranche = tranches.get(year) or tranches.get(None)
    if tranche is None or tranche.strength is None or (tranche.amount is not None and tranche.amount < amount):
        return Backing.UNCONFIRMED
    return OF_STRENGTH[tranche.strength]


def _signed(agreement: Agreement | None, on: date) -> bool:
    return agreement is not None and agreement.standing(on) in (AgreementState.SIGNED, Standing.IN_FORCE)
