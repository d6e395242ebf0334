"""What is to become firm before a budget year begins: by which day, and who sees to it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from funding.models import CommitmentState, Tranche, TrancheState
from funding.models.schemes import day_before
from funding.models.tranches import TrancheQuerySet
from projects.money import Sum as Known

_S = CommitmentState
# What still may be decided on, told or decided here.
STANDING = (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED, _S.APPROVED, _S.LETTER_SENT, _S.ACCEPTED, _S.ACTIVE)
# When no scheme says another day.
LAST_OF_THE_YEAR = (12, 31)


class Due(NamedTuple):
    by: date
    tranche: int


class Turn(NamedTuple):
    """Money of a year that is not firm yet, and by which day it is to be."""

    tranche: Tranche
    by: date
    is_late: bool
    hangs_on: list[str]


def not_firm(funders: Iterable[int], year: int) -> TrancheQuerySet:
    return Tranche.objects.filter(
        commitment__funder__in=list(funders),
        commitment__state__in=STANDING,
        year=year,
        state__in=[TrancheState.HELD_OUT, TrancheState.CONDITIONAL],
    )


def due(tranches: TrancheQuerySet, year: int) -> list[Due]:
    """The most urgent first: its own day, else its scheme's. One query."""
    scheme = "commitment__scheme__firm_by"
    rows = tranches.order_by("pk").values_list("pk", "decide_by", f"{scheme}_month", f"{scheme}_day")
    days = [Due(own or day_before(year, *(day if all(day) else LAST_OF_THE_YEAR)), key) for key, own, *day in rows]
    return sorted(days)


def to_turn(days: Iterable[Due], on: date) -> list[Turn]:
    """What they are about, with what it hangs on. Two queries."""
    days = list(days)
    tranches = Tranche.objects.filter(pk__in=[one.tranche for one in days])
    joined = tranches.select_related("commitment__project", "commitment__case_officer")
    found = {one.pk: one for one in joined.prefetch_related("commitment__conditions").order_by("pk")}
    return [Turn(found[key], by, by < on, _hangs_on(found[key])) for by, key in days]


def asked(tranches: TrancheQuerySet) -> Known:
    """How much is to become firm."""
    sums = tranches.aggregate(known=Sum("amount"), unknown=Count("pk", filter=Q(amount=None)))
    return Known(sums["known"] or Decimal(0), sums["unknown"])


def _hangs_on(tranche: Tranche) -> list[str]:
    return [one.text for one in tranche.commitment.conditions_on(tranche) if one.state in ("open", "not_met")]
