"""Budget frames as they stand on a day: what there is, what is promised out of it and how surely, what is paid."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from funding.models import BudgetFrame
from funding.models.commitment_states import FRAMED
from funding.models.tranche_states import BINDING


def left(frame: BudgetFrame, on: date) -> Decimal:
    """What can still be promised firmly, as the database counts it (I7). NOK; two queries.

    A cut that is entered for a later day counts already; money that comes later does not.
    """
    bound = frame.tranches.filter(state__in=BINDING, commitment__state__in=FRAMED).aggregate(sum=Sum("amount"))["sum"]
    return frame.least_size(on) - (bound or Decimal(0))
