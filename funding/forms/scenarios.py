"""What to ask: which money falls, by how much, and what is done about it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.scenarios.facts import Costs, Facts, Fit, Inputs, Selection
from funding.scenarios.reach import reaches
from funding.scenarios.words import COSTS, FITS, year

KINDS = {"sources": "source", "schemes": "scheme", "funders": "funder", "frames": "frame"}
NOT_SPLIT = "none"


class Boxes(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False)


class ScenarioForm(forms.Form):
    """Its lists hold what there is of each kind in the facts; a list without anything to choose is left out."""

    sources = Boxes(_("Sources and allocations"))
    schemes = Boxes(_("Funding schemes"))
    funders = Boxes(_("Who pays"))
    frames = Boxes(_("Budget frames"))
    years = Boxes(_("Budget years"))
    fall = forms.DecimalField(
        label=_("Falls by, in per cent"),
        help_text=_("From 0 to 100, with at most two decimals: 20, or 0.01 for “any fall at all”."),
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=20,
    )
    fit = forms.ChoiceField(
        label=_("Who of the equally sure gets what is left"),
        help_text=_("What has been paid and what is firm always comes first, and what is held out last."),
        choices=list(FITS.items()),
        widget=forms.RadioSelect,
        initial=Fit.PRIORITY,
    )
    costs = forms.ChoiceField(
        label=_("What the projects do"), choices=list(COSTS.items()), widget=forms.RadioSelect, initial=Costs.KEEP
    )
    name = forms.CharField(
        label=_("What to call it"), help_text=_("Empty: the question itself."), max_length=200, required=False
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        for name, choices in _choices(facts).items():
            if choices or name == "years":
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.mark_optional = False
        which = [name for name in KINDS if name in self.fields]
        helper.layout = Layout(
            Fieldset(gettext("Which money"), *which, InlineCheckboxes("years"), css_class="form-part"),
            Fieldset(gettext("What happens to it"), "fall", "fit", "costs", css_class="form-part"),
            "name",
        )
        return helper

    @staticmethod
    def typed(inputs: Inputs) -> dict[str, Any]:
        """The same question as it would be typed."""
        chosen = {name: sorted(map(str, getattr(inputs.selection, name))) for name in KINDS}
        years = [NOT_SPLIT if one is None else str(one) for one in inputs.selection.years]
        fall = ((1 - inputs.factor) * 100).quantize(Decimal("0.01")).normalize()
        return {**chosen, "years": years, "fall": f"{fall:f}", "fit": inputs.fit, "costs": inputs.costs}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            if not any(cleaned.get(name) for name in (*KINDS, "years")):
                raise ValidationError(_("Choose some money."))
            if not reaches(self.facts, self.inputs.selection):
                raise ValidationError(_("No money is in all the lists that you chose from. Choose less."))
        return cleaned

    @property
    def inputs(self) -> Inputs:
        """What is asked, once the form is valid."""
        cleaned = self.cleaned_data
        chosen = {name: frozenset(map(int, cleaned.get(name, []))) for name in KINDS}
        years = frozenset(None if one == NOT_SPLIT else int(one) for one in cleaned.get("years", []))
        factor = 1 - cleaned["fall"] / 100
        return Inputs(Selection(**chosen, years=years), factor, Fit(cleaned["fit"]), Costs(cleaned["costs"]))


def _choices(facts: Facts) -> dict[str, list[tuple[str, str]]]:
    tranches = facts.tranches
    found: dict[str, Iterable[int | None]] = {
        "sources": {*facts.owners},
        "schemes": {one.scheme for one in tranches},
        "funders": {one.funder for one in tranches},
        "frames": {one.key for one in facts.frames},
    }
    choices = {name: _named(facts, KINDS[name], keys) for name, keys in found.items()}
    years = sorted({one.year for one in tranches}, key=lambda one: (one is None, one or 0))
    return {**choices, "years": [(NOT_SPLIT if one is None else str(one), year(one)) for one in years]}


def _named(facts: Facts, kind: str, keys: Iterable[int | None]) -> list[tuple[str, str]]:
    named = [(str(key), facts.names[f"{kind}:{key}"]) for key in keys if key is not None]
    return sorted(named, key=lambda pair: pair[1])
