"""The way of a payment as five steps: who did each and when, and which is next."""

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from funding.models import DisbursementRequest, DisbursementState
from partners.models import User

_S = DisbursementState
# Of money that comes back the last step is that it has come.
LABELS: dict[str, str | Promise] = {
    "send": _("Sent"),
    "control": _("Controlled"),
    "attest": _("Attested"),
    "order": _("Ordered"),
    "pay": _("Paid"),
}
ENDED = (_S.RETURNED, _S.REJECTED)


class Step(NamedTuple):
    label: str | Promise
    state: str
    """done, current or todo."""
    by: User | None = None
    at: datetime | None = None


def steps_of(payment: DisbursementRequest) -> list[Step]:
    """Of what was returned or rejected no step is next."""
    done = {event.act: event for event in payment.events.select_related("by")}
    steps = list[Step]()
    for act, label in LABELS.items():
        event = done.get(act)
        if event:
            steps.append(Step(label, "done", event.by, event.at))
        else:
            first = not any(step.state != "done" for step in steps) and payment.state not in ENDED
            steps.append(Step(label, "current" if first else "todo"))
    return steps
