"""What a scheme asks for, a kind at a time; and what somebody types of a project to be guided."""

from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.forms.schemes import ShareField
from funding.guide import Candidate
from funding.models import FundingScheme, SchemeRequirement
from funding.models.schemes import RequirementKind
from partners.models import County, Municipality
from partners.models.organisations import Role
from partners.widgets import DateInput
from projects.models import Programme
from projects.models.states import TargetGroup

_K = RequirementKind


def _wanted(kind: str) -> forms.Field | None:
    """The field that fits the kind; None where the kind says all."""
    several: dict[str, Any] = {"widget": forms.CheckboxSelectMultiple, "label": _("Any of")}
    places: dict[str, Any] = {"widget": forms.SelectMultiple(attrs={"size": 10}), "label": _("Any of")}
    fields: dict[str, Any] = {
        _K.COUNTY: lambda: forms.ModelMultipleChoiceField(County.objects.all(), **several),
        _K.MUNICIPALITY: lambda: forms.ModelMultipleChoiceField(Municipality.objects.all(), **places),
        _K.PROGRAMME: lambda: forms.ModelMultipleChoiceField(Programme.objects.all(), **several),
        _K.TARGET_GROUP: lambda: forms.MultipleChoiceField(choices=TargetGroup.choices, **several),
        _K.APPLICANT_ROLE: lambda: forms.MultipleChoiceField(choices=Role.choices, **several),
        _K.MIN_OWN_SHARE: lambda: ShareField(label=_("Least own share, in per cent"), required=True),
        _K.MAX_YEARS: lambda: forms.IntegerField(label=_("Years"), min_value=1, max_value=20),
    }
    return fields[kind]() if kind in fields else None


class RequirementForm(forms.ModelForm[SchemeRequirement]):
    class Meta:
        model = SchemeRequirement
        fields = ("text", "is_hard")
        labels = {"text": _("In words"), "is_hard": _("Nothing is given without it")}
        help_texts = {"text": _("Leave it empty to have it said from what you chose.")}

    def __init__(self, *args: Any, scheme: FundingScheme, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.scheme, self.instance.kind = scheme, kind
        if field := _wanted(kind):
            self.fields["wanted"] = field

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(["wanted"] if "wanted" in self.fields else []), "text", "is_hard")
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        wanted = answers.get("wanted", [])
        one_by_one = [wanted] if isinstance(wanted, int | Decimal) else wanted
        self.instance.wanted = [str(getattr(one, "pk", one)) for one in one_by_one]
        return answers


class GuideForm(forms.Form):
    """Typed facts of what money is sought for; nothing has to be stated."""

    county = forms.ModelChoiceField(County.objects.all(), label=_("County"), required=False)
    role = forms.ChoiceField(label=_("Who applies"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Whom it is for"), choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    own_share = ShareField(label=_("Own share of the costs, in per cent"))
    years = forms.IntegerField(label=_("How many years"), min_value=1, max_value=20, required=False)
    starts_on = forms.DateField(label=_("Starts on"), widget=DateInput(), required=False)
    is_new = forms.ChoiceField(label=_("Is it something that the place does not have?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        unknown = ("", gettext("not stated"))
        fields["county"].empty_label = unknown[1]
        fields["role"].choices = [unknown, *Role.choices]
        fields["is_new"].choices = [unknown, ("yes", gettext("Yes")), ("no", gettext("No"))]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.mark_optional = False
        facts = Div("own_share", "years", css_class="row")
        helper.layout = Layout("county", "role", "groups", facts, "starts_on", "is_new")
        return helper

    @property
    def candidate(self) -> Candidate:
        known = self.cleaned_data
        county: County | None = known["county"]
        starts: date | None = known["starts_on"]
        return Candidate(
            counties=frozenset({county.pk}) if county else None,
            target_groups=frozenset(known["groups"]) or None,
            roles=frozenset({known["role"]}) if known["role"] else None,
            is_new={"yes": True, "no": False}.get(known["is_new"]),
            own_share=known["own_share"],
            years=known["years"],
            starts_on=starts,
        )
