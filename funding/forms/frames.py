"""Which frames a page shows, and what is entered in them."""

from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.frame_permissions import deciding, houses
from funding.models import BudgetFrame, EntryKind, FrameEntry, FundingSource
from funding.models.limits import within_limits
from partners.models import Organisation, User
from partners.models.organisations import Role
from partners.widgets import DateInput


class FrameFilter(forms.Form):
    """?year and ?on: a year that there are frames of, and a day that has been. What does not fit is left out."""

    year = forms.TypedChoiceField(label=_("Budget year"), coerce=int, required=False)
    on = forms.DateField(label=_("As of"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.years = years or [today.year]
        year: Any = self.fields["year"]
        year.choices = [(one, str(one)) for one in self.years]
        self.initial = {"year": today.year if today.year in self.years else self.years[0], "on": today}
        if self.is_bound:
            self.data = {name: self.data.get(name) or self.initial[name] for name in self.fields}
        self.is_valid()

    @property
    def asked(self) -> tuple[int, date]:
        answers = getattr(self, "cleaned_data", {})
        return answers.get("year") or self.initial["year"], answers.get("on") or self.initial["on"]


class FrameForm(forms.ModelForm[BudgetFrame]):
    """A year of a source, old or new, with what is in it as far as that is known."""

    name = forms.CharField(
        label=_("Name of a new source"),
        max_length=200,
        required=False,
        help_text=_("Only when it is not in the list above."),
    )
    owner = forms.ModelChoiceField(label=_("Who hands it out"), queryset=Organisation.objects.none())
    from_whom = forms.ModelChoiceField(
        label=_("Who allocates it"), queryset=Organisation.objects.none(), required=False, empty_label=_("not stated")
    )
    amount = AmountField(label=_("Amount, NOK"), help_text=_("Leave it empty when it is not known."))
    on = forms.DateField(label=_("From which day"), widget=DateInput(), required=False)
    decided_by = forms.CharField(label=_("Decided by"), max_length=200, required=False)
    why = forms.CharField(
        label=_("What the amount builds on"),
        max_length=1000,
        required=False,
        help_text=_("For instance the county council’s budget, with the number of the case."),
    )

    class Meta:
        model = BudgetFrame
        fields = ("source", "year")
        labels = {"source": _("Source"), "year": _("Budget year")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, own = user, deciding(user)
        fields: Any = self.fields
        fields["source"].queryset = FundingSource.objects.filter(owner__in=own)
        fields["source"].required = False
        fields["source"].empty_label = gettext("A new one")
        fields["owner"].queryset = houses(own)
        fields["owner"].required = False
        fields["owner"].initial = own[0]
        fields["from_whom"].queryset = Organisation.objects.filter(roles__overlap=[Role.FUNDER, Role.COUNTY])
        fields["on"].initial = timezone.localdate

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Div("source", "year", css_class="row"),
            Fieldset(
                gettext("A new source"), "name", Div("owner", "from_whom", css_class="row"), css_class="form-part"
            ),
            Fieldset(
                gettext("What there is"),
                Div("amount", "on", css_class="row"),
                "decided_by",
                "why",
                css_class="form-part",
            ),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not answers.get("source"):
            self._check_new(answers)
        if answers.get("amount") and not answers.get("why"):
            self.add_error("why", gettext("Say what the amount builds on."))
        return answers

    def _check_new(self, answers: dict[str, Any]) -> None:
        if not answers.get("name"):
            self.add_error("source", gettext("Choose a source, or give a new one a name."))
        elif not answers.get("owner"):
            self.add_error("owner", gettext("Say who hands it out."))
        elif FundingSource.objects.filter(owner=answers["owner"], name=answers["name"]).exists():
            self.add_error("name", gettext("There is a source of this name already."))

    @transaction.atomic
    def begin(self) -> BudgetFrame:
        """Store the frame, with its source when that is new, and its first entry when the amount is known."""
        known = self.cleaned_data
        frame = self.save(commit=False)
        frame.source = known["source"] or FundingSource.objects.create(
            name=known["name"], owner=known["owner"], from_whom=known["from_whom"]
        )
        frame.save()
        if known["amount"]:
            facts = {"amount": known["amount"], "on": known["on"] or timezone.localdate(), "why": known["why"]}
            frame.entries.create(by=self.user, decided_by=known["decided_by"], **facts)
        return frame


class EntryForm(forms.ModelForm[FrameEntry]):
    """What comes to a frame, or is taken from it. Nothing that is entered is changed later: another entry corrects."""

    amount = AmountField(label=_("Amount, NOK"), required=True)
    way = forms.ChoiceField(
        label=_("Which way"),
        choices=[("added", _("It is added to the frame")), ("taken", _("It is taken from the frame"))],
        initial="added",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = FrameEntry
        fields = ("kind", "amount", "on", "decided_by", "why")
        labels = {
            "kind": _("Kind"),
            "on": _("From which day"),
            "decided_by": _("Decided by"),
            "why": _("What it builds on"),
        }
        widgets = {"on": DateInput(), "why": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, frame: BudgetFrame, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.frame, self.instance.by = frame, user
        kind: Any = self.fields["kind"]
        kind.choices = [choice for choice in EntryKind.choices if choice[0] != EntryKind.RETURNED]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("kind", "way", Div("amount", "on", css_class="row"), "decided_by", "why")
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        amount: Decimal | None = answers.get("amount")
        if amount and answers.get("way") == "taken":
            answers["amount"] = -amount
        return answers

    @within_limits()
    def enter(self) -> FrameEntry:
        """ValidationError when more is promised than would be left."""
        return self.save()
