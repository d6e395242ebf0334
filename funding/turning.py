"""What is to become firm before a budget year begins: by which day, and who sees to it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from funding.models import Tranche, TrancheState
from funding.models.commitment_states import CommitmentState
from funding.models.schemes import last_day_before

_S = CommitmentState
# What still may be decided on, told or decided here.
STANDING = (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED, _S.APPROVED, _S.LETTER_SENT, _S.ACCEPTED, _S.ACTIVE)


class Turn(NamedTuple):
    """Money of a year that is not firm yet, and by which day it is to be."""

    tranche: Tranche
    by: date
    is_late: bool
    hangs_on: list[str]


def to_turn(funders: Iterable[int], year: int, on: date) -> list[Turn]:
    """The most urgent first. Two queries."""
    tranches = Tranche.objects.filter(
        commitment__funder__in=list(funders),
        commitment__state__in=STANDING,
        year=year,
        state__in=[TrancheState.HELD_OUT, TrancheState.CONDITIONAL],
    )
    joined = tranches.select_related("commitment__project", "commitment__scheme", "commitment__case_officer")
    turns = [_turn(one, on) for one in joined.prefetch_related("commitment__conditions").order_by("pk")]
    return sorted(turns, key=lambda turn: (turn.by, turn.tranche.pk))


def _turn(tranche: Tranche, on: date) -> Turn:
    assert tranche.year
    scheme = tranche.commitment.scheme
    by = tranche.decide_by or (scheme.firm_by(tranche.year) if scheme else last_day_before(tranche.year))
    hangs_on = [one.text for one in tranche.commitment.conditions_on(tranche) if one.state in ("open", "not_met")]
    return Turn(tranche, by, by < on, hangs_on)
