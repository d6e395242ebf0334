"""What the funder says later: a decision on held out or conditional money, and how a condition stands."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.forms.commitments import DateInput
from funding.models import Binds, Commitment, Condition, ConditionKind, Strength, Tranche
from funding.models.conditions import ACTS


class DecideForm(forms.Form):
    strength = forms.ChoiceField(label=_("The money becomes"), widget=forms.RadioSelect)
    amount = AmountField(
        label=_("Amount, NOK"), help_text=_("As it was decided. Leave it empty when it is still not known.")
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=DateInput())
    decided_by = forms.CharField(
        label=_("Decided by"), help_text=_("For instance the county council’s cabinet."), max_length=200
    )
    why = forms.CharField(
        label=_("Reason"), help_text=_("What the decision builds on."), max_length=500, widget=forms.Textarea
    )

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day

    def __init__(self, *args: Any, tranche: Tranche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["amount"] = tranche.amount
        meanings = {
            Strength.CONDITIONAL: _("Conditional: it is granted, and bound to conditions"),
            Strength.FIRM: _("Firm: it is granted, and nothing stands between the project and the money"),
        }
        self.fields["strength"].choices = [(one.value, meanings[one]) for one in tranche.surer]  # type: ignore[attr-defined]
        self.fields["why"].widget.attrs["rows"] = 3


class ConditionForm(forms.Form):
    """A condition of the money of one year, or of all of it."""

    binds = forms.ChoiceField(label=_("Whom it binds"), choices=Binds.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What it is about"), choices=ConditionKind.choices)
    text = forms.CharField(label=_("In words"), help_text=_("As it stands in the letter."), max_length=500)
    tranche = forms.ModelChoiceField(
        label=_("Which money"), queryset=Tranche.objects.none(), required=False, empty_label=_("All of it")
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.fields["tranche"]
        years.queryset = commitment.tranches.all()  # type: ignore[attr-defined]
        years.label_from_instance = lambda tranche: tranche.year_label  # type: ignore[attr-defined]


class AssessForm(forms.Form):
    act = forms.ChoiceField(label=_("The condition is"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("What this builds on"),
        help_text=_("A report, a letter, a decision: so that others can look it up."),
        max_length=1000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [(act.name, act.label) for act in ACTS.values() if act.possible_from(condition.state)]
        self.fields["act"].choices = possible  # type: ignore[attr-defined]
        self.fields["evidence"].widget.attrs["rows"] = 3
