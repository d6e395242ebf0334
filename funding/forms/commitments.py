"""Writing down what has been promised: the whole, and its years."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.models import Commitment, Strength, Tranche, TrancheState
from funding.models.commitment_states import CONFIRM
from funding.models.limits import within_limits
from funding.permissions import Purse
from partners.models import Organisation
from partners.models.organisations import Role

REST = "rest"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Year(NamedTuple):
    """What was typed for a budget year (None: what is not split), and what stood there before."""

    year: int | None
    amount: Decimal | None
    strength: str
    before: Tranche | None


class CommitmentForm(forms.ModelForm[Commitment]):
    """The commitment and a pair of fields for each year of the project: how much, and how sure."""

    amount = AmountField(label=_("Amount in all, NOK"), help_text=_("Leave it empty when it is not known."))
    why = forms.CharField(
        label=_("Why money became less sure"),
        help_text=_("Only when you make a year less sure than it stands here. It is kept in the history."),
        max_length=500,
        required=False,
    )

    class Meta:
        model = Commitment
        fields = ("title", "funder", "recipient", "scheme", "amount", "decided_on", "decided_by", "note")
        widgets = {"decided_on": DateInput(), "note": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "title": _("What it is called"),
            "funder": _("Who pays"),
            "recipient": _("Who gets it"),
            "scheme": _("Funding scheme"),
            "decided_on": _("Decided on"),
            "decided_by": _("Decided by"),
            "note": _("Note"),
        }
        help_texts = {"title": _("As in the letter. Number or date of the letter helps others to find it.")}

    def __init__(self, *args: Any, purse: Purse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purse, self.project = purse, purse.participation.project
        self.before = {one.year: one for one in self.instance.tranches.all()} if self.instance.pk else {}
        self._narrow()
        for year in self.years:
            self._add_year(year)
        if not any(tranche.weaker for tranche in self.before.values()):
            del self.fields["why"]

    @property
    def years(self) -> list[int | None]:
        """Those of the project and those that stand already; last what is not split."""
        known = {year for year in self.before if year is not None}
        return [*sorted(known | set(self.project.years)), None]

    def _narrow(self) -> None:
        partners = Organisation.objects.filter(participations__project=self.project).values("pk")
        paying = Q(roles__contains=[Role.FUNDER]) | Q(roles__contains=[Role.COUNTY]) | Q(pk__in=partners)
        funders = Organisation.objects.filter(paying)
        if not self.purse.participation.leads:
            funders = Organisation.objects.filter(pk__in=self.purse.staff_of)
        choices = {"funder": funders, "recipient": Organisation.objects.filter(pk__in=partners)}
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices.get(name, field.queryset)
                field.empty_label = gettext("Choose") if name == "funder" else gettext("not stated")

    def _add_year(self, year: int | None) -> None:
        name, before = year or REST, self.before.get(year)
        choices = [TrancheState(before.state), *before.weaker] if before else [TrancheState(one) for one in Strength]
        label = gettext("The part that is not split on years, NOK") if year is None else gettext("Amount, NOK")
        self.fields[f"amount_{name}"] = AmountField(label=label, initial=before and before.amount)
        self.fields[f"strength_{name}"] = forms.ChoiceField(
            label=gettext("How sure"),
            required=bool(before),
            choices=[*([] if before else [("", gettext("No money"))]), *((one.value, one.label) for one in choices)],
            initial=before and before.state,
        )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        rows = [
            Fieldset(
                gettext("Not split on years") if year is None else str(year),
                Div(f"amount_{year or REST}", f"strength_{year or REST}", css_class="row"),
                css_class="form-part",
            )
            for year in self.years
        ]
        helper.layout = Layout(
            "title",
            Div("funder", "recipient", css_class="row"),
            Div("scheme", "amount", css_class="row"),
            Div("decided_on", "decided_by", css_class="row"),
            *rows,
            *(["why"] if "why" in self.fields else []),
            "note",
        )
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors:
            self._check(answers)
        return answers

    def _check(self, answers: dict[str, Any]) -> None:
        typed = list(self._typed(answers))
        for one in typed:
            if one.amount is not None and not one.strength:
                self.add_error(f"strength_{one.year or REST}", gettext("Say how sure this money is."))
        if not any(one.strength for one in typed):
            told = gettext("Say for one year at least, or for what is not split, how sure the money is.")
            self.add_error(f"strength_{REST}", told)
        weaker = any(one.before and one.before.strength != one.strength for one in typed)
        if weaker and not answers.get("why", "").strip():
            self.add_error("why", gettext("Say why."))
        self._check_sums(answers.get("amount"), typed)

    def _check_sums(self, whole: Decimal | None, typed: list[Year]) -> None:
        sums = [one.amount for one in typed if one.strength]
        try:
            Commitment(amount=whole).check_sum(sums)
        except ValidationError as error:
            self.add_error("amount", error)
            return
        if whole is not None and None not in sums and sum(one for one in sums if one) < whole:
            told = gettext("The years sum to less. Say under “Not split on years” how sure the rest is.")
            self.add_error(f"strength_{REST}", told)

    def _typed(self, answers: dict[str, Any]) -> Iterator[Year]:
        for year in self.years:
            name = year or REST
            strength = answers.get(f"strength_{name}", "")
            yield Year(year, answers.get(f"amount_{name}"), strength, self.before.get(year))

    @within_limits()
    def register(self) -> Commitment:
        """Store a new commitment; people of the organisation that pays confirm it in the same breath.

        ValidationError when it would pass a limit.
        """
        user, facts = self.purse.user, {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        commitment = Commitment.objects.register(user, project=self.project, **facts)
        for one in self._typed(self.cleaned_data):
            if one.strength:
                commitment.add(one.year, one.amount, one.strength, user)
        if commitment.funder_id in self.purse.staff_of and not self.purse.is_partial(commitment):
            commitment.carry_out(CONFIRM, user)
        return commitment

    @within_limits()
    def change(self) -> Commitment:
        """Store what was changed. A year is made less sure by an act that says why; none is taken away.

        ValidationError when it would pass a limit.
        """
        commitment, user = self.save(), self.purse.user
        for one in self._typed(self.cleaned_data):
            if one.before and one.before.state != one.strength:
                one.before.correct(one.strength, user, self.cleaned_data["why"])
            if one.before and one.before.amount != one.amount:
                one.before.amend(one.amount, user)
            if not one.before and one.strength:
                commitment.add(one.year, one.amount, one.strength, user)
        return commitment
