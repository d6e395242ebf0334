"""Which payments are shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import DisbursementState
from funding.models.disbursement_finding import DisbursementQuerySet

_S = DisbursementState
SHOWN = (_S.SENT, _S.CONTROLLED, _S.ATTESTED, _S.ORDERED, _S.PAID, _S.RETURNED, _S.REJECTED)


class PaymentFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((state.value, state.label) for state in SHOWN)],
    )

    def narrow(self, payments: DisbursementQuerySet) -> DisbursementQuerySet:
        """What was not understood narrows nothing."""
        asked: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        if asked.get("state"):
            payments = payments.filter(state=asked["state"])
        return payments.matching(asked["q"]) if asked.get("q") else payments

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values()) if self.is_valid() else False
