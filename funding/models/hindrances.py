"""What stands in the way of releasing the money of a year, in words: the same that the database demands (I6)."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models.commitment_states import TOLD, CommitmentState
from projects.money import nok

if TYPE_CHECKING:
    from funding.models.tranches import Tranche


def hindrances(tranche: "Tranche", on: date) -> Iterator[str]:
    """A sentence each. Two queries for the frame, unless it came with_cover."""
    if tranche.commitment.state in TOLD:
        yield _("It was decided elsewhere, so it is paid elsewhere.")
    elif tranche.state not in ("conditional", "firm"):
        yield _("It is “%(state)s”.") % {"state": tranche.get_state_display()}
    else:
        yield from _not_accepted(tranche, on)
        yield from _not_met(tranche)
        yield from _not_covered(tranche, on)


def _not_accepted(tranche: "Tranche", on: date) -> Iterator[str]:
    commitment = tranche.commitment
    if tranche.decision_id is None:
        yield _("It is not decided.")
    if commitment.state not in (CommitmentState.ACCEPTED, CommitmentState.ACTIVE):
        told = _("The recipient has not accepted it: the commitment is “%(state)s”.")
        yield told % {"state": commitment.get_state_display()}
    if commitment.expires_on and commitment.expires_on < on:
        yield _("The last day for payments was %(day)s.") % {"day": date_format(commitment.expires_on)}


def _not_met(tranche: "Tranche") -> Iterator[str]:
    for condition in tranche.commitment.conditions_on(tranche):
        if condition.is_precondition and condition.state in ("open", "not_met"):
            told = _("“%(condition)s” is “%(state)s”.")
            yield told % {"condition": condition.text, "state": condition.get_state_display()}


def _not_covered(tranche: "Tranche", on: date) -> Iterator[str]:
    if tranche.amount is None or tranche.frame_id is None:
        yield _("Its amount or its budget frame is not known.")
    elif (lacking := tranche.amount - tranche.left_of_frame(on)) > 0:
        yield _("The frame %(frame)s lacks %(amount)s.") % {"frame": tranche.frame, "amount": nok(lacking)}
