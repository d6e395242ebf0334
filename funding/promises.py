"""What happens next with a promise, and who does it."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import Commitment, CommitmentState

_S = CommitmentState


class Step(NamedTuple):
    who: str
    what: str


def next_step(commitment: Commitment) -> Step | None:
    """None when nothing more happens."""
    funder, recipient = str(commitment.funder), str(commitment.recipient or _("not stated"))
    officer = str(commitment.case_officer or funder)
    steps = {
        _S.DRAFT: Step(officer, _("Prepares the decision and puts it forward.")),
        _S.PROPOSED: Step(funder, _("A decider decides.")),
        _S.APPROVED: Step(officer, _("Makes the letter and sends it.")),
        _S.LETTER_SENT: Step(recipient, _to_accept(commitment)),
        _S.ACCEPTED: _release(commitment, officer),
        _S.ACTIVE: _release(commitment, officer, Step(recipient, _("Asks for payment of what is released."))),
    }
    return steps.get(_S(commitment.state))


def _to_accept(commitment: Commitment) -> str:
    if commitment.accept_by is None:
        return _("Accepts the commitment.")
    return _("Accepts the commitment by %(day)s; else it lapses.") % {"day": date_format(commitment.accept_by)}


def _release(commitment: Commitment, officer: str, otherwise: Step | None = None) -> Step | None:
    waiting = [one for one in commitment.tranches.all() if one.state in ("conditional", "firm")]
    if not waiting:
        return otherwise
    told = _("Assesses what the money of %(year)s hangs on, and releases it.")
    return Step(officer, told % {"year": waiting[0].year_label}) if otherwise is None else otherwise
