"""What a broker decides on a proposed pool."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed
from partners.models import Municipality
from pooling.models import Pool, PoolProposal
from pooling.models.proposals import Reason

LEAST, GREATEST = Pool().min_seats, Pool().max_seats


class DecisionForm(forms.Form):
    """One of the proposal's decisions; `prefix` keeps the forms of one page apart."""

    def __init__(self, *args: Any, proposal: PoolProposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class NeedsField(forms.ModelMultipleChoiceField[CompetenceNeed]):
    """Needs with their firm, place and number of people."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"required": _("Tick at least one need.")}

    def label_from_instance(self, need: CompetenceNeed) -> str:
        place = f", {need.municipality}" if need.municipality else ""
        return f"{need.employer}{place} ({need.headcount})"


class AcceptForm(DecisionForm):
    title = forms.CharField(
        label=_("What the course is about"),
        max_length=200,
        help_text=_("As the firms will read it."),
    )
    needs = NeedsField(label=_("Firms that are put into the pool"), queryset=CompetenceNeed.objects.none())
    municipality = forms.ModelChoiceField(
        label=_("Where they would meet"), queryset=Municipality.objects.none(), required=False
    )
    min_seats = forms.IntegerField(
        label=_("Least class size"), validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    max_seats = forms.IntegerField(
        label=_("Greatest class size"), validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        needs = self.proposal.needs.select_related("employer", "municipality").order_by("pk")
        fields["needs"].queryset = needs
        places = [place[0] for place in self.proposal.places]
        fields["municipality"].queryset = Municipality.objects.filter(pk__in=places)
        fields["municipality"].empty_label = _("Online") if self.proposal.is_online else _("Not decided yet")
        seats = sum(need.headcount for need in needs)
        self.initial = {
            "title": str(self.proposal)[:200],
            "needs": [need.pk for need in needs],
            "municipality": self.proposal.municipality_id,
            "min_seats": LEAST,
            "max_seats": max(GREATEST, seats),
        }

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout("title", "needs", "municipality", Row("min_seats", "max_seats"))
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        least, greatest = answers.get("min_seats"), answers.get("max_seats")
        if least and greatest and greatest < least:
            self.add_error("max_seats", _("The greatest class size cannot be less than the least."))
        return answers


class RejectForm(DecisionForm):
    reason = forms.ChoiceField(label=_("Why not?"), choices=[("", _("Choose a reason")), *Reason.choices])
    comment = forms.CharField(
        label=_("In your own words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("reason") == Reason.OTHER and not said.get("comment"):
            self.add_error("comment", _("Say in a few words why not."))
        return said


class SplitForm(DecisionForm):
    needs = NeedsField(
        label=_("Which need another course?"),
        queryset=CompetenceNeed.objects.none(),
        help_text=_("They are not proposed together with the rest again."),
    )
    why = forms.CharField(label=_("Why?"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs: Any = self.fields["needs"]
        needs.queryset = self.proposal.needs.select_related("employer", "municipality").order_by("pk")


class MergeForm(DecisionForm):
    other = forms.ModelChoiceField(
        label=_("With which proposal?"),
        queryset=PoolProposal.objects.none(),
        help_text=_("One course for both. Nobody is placed out of reach."),
    )
    why = forms.CharField(label=_("Why?"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = PoolProposal.objects.beside(self.proposal)
        other.empty_label = _("Choose a proposal")
