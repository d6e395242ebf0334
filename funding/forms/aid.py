"""Earlier aid that an applicant tells of, and rates of the euro."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.models import AidAward, EuroRate, Undertaking
from partners.widgets import DateInput


def _past(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError(_("The day has not come yet."))
    return day


def _rate(**options: Any) -> forms.DecimalField:
    told = {"min_value": 1, "max_digits": 8, "decimal_places": 4, "localize": True, **options}
    return forms.DecimalField(label=_("NOK for a euro that day"), **told)


class DeclareForm(forms.Form):
    """The rate may be left out when it is recorded for the day."""

    given_by = forms.CharField(label=_("Given by"), max_length=200)
    awarded_on = forms.DateField(label=_("Given on"), widget=DateInput())
    amount_nok = AmountField(label=_("Amount, NOK"), required=True)
    nok_per_eur = _rate(required=False, help_text=_("Leave it empty when the rate of that day is recorded here."))

    def clean_awarded_on(self) -> date:
        return _past(self.cleaned_data["awarded_on"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        day = answers.get("awarded_on")
        if day and not answers.get("nok_per_eur") and not self.errors:
            recorded = EuroRate.objects.filter(on=day).first()
            if recorded is None:
                self.add_error("nok_per_eur", _("No rate is recorded for that day, so write it here."))
            else:
                answers["nok_per_eur"] = recorded.nok_per_eur
        return answers

    def store(self, undertaking: Undertaking) -> AidAward:
        return undertaking.awards.create(declared=True, **self.cleaned_data)


class RateForm(forms.ModelForm[EuroRate]):
    nok_per_eur = _rate()

    class Meta:
        model = EuroRate
        fields = ("on", "nok_per_eur")
        widgets = {"on": DateInput()}
        labels = {"on": _("Day")}
        error_messages = {"on": {"unique": _("The rate of that day is recorded already.")}}

    def clean_on(self) -> date:
        return _past(self.cleaned_data["on"])
