"""What the worker does for money beside the requests. Each job may be done again without harm."""

import logging
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from funding import settling
from funding.models import Commitment, CommitmentState
from funding.models.commitment_states import LAPSE

logger = logging.getLogger(__name__)
_S = CommitmentState


def nightly(on: date | None = None) -> None:
    """Commitments that were not accepted in time lapse; those whose last day for payments has passed expire.

    One that cannot (a payment is on its way) stays as it is, and is tried again the next night.
    """
    on = on or timezone.localdate()
    for commitment in Commitment.objects.filter(state=_S.LETTER_SENT, accept_by__lt=on).order_by("pk"):
        commitment.carry_out(LAPSE, None, why="")
    for commitment in Commitment.objects.filter(state__in=[_S.ACCEPTED, _S.ACTIVE], expires_on__lt=on).order_by("pk"):
        try:
            settling.expire(commitment)
        except ValidationError as error:
            logger.warning("Commitment %s does not expire: %s", commitment.pk, " ".join(error.messages))
