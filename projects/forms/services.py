"""What a unit does, as its leaders write it down."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from partners.places import SeveralPlacesField
from projects.models import Audience, UnitService


class ServiceForm(forms.ModelForm[UnitService]):
    audiences = forms.MultipleChoiceField(
        label=_("Who it is for"),
        help_text=_("Leave it empty when it is not stated."),
        choices=Audience.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    municipalities = SeveralPlacesField(
        label=_("Municipalities"),
        help_text=_("Leave it empty for all the places that the unit, or the organisation it is part of, covers."),
        required=False,
    )

    class Meta:
        model = UnitService
        fields = ("kind", "about", "audiences", "municipalities", "contact", "takes_enquiries")
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.Meta.fields)
        return helper

    def _get_validation_exclusions(self) -> set[str]:
        """The unit is given, not typed, and yet part of the rule that it has a service once."""
        return super()._get_validation_exclusions() - {"unit"}  # type: ignore[misc, no-any-return]  # Django's own
