"""Sending a need without an account: what is needed, who asks, and a yes to its being stored and shared."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from brokering.models import NeedRequest
from partners.models.organisations import valid_organisation_number
from partners.places import PlaceField
from partners.widgets import DateInput


class NeedRequestForm(forms.ModelForm[NeedRequest]):
    municipality = PlaceField(label=_("Where you are"), help_text=_("Municipality or town"), max_length=100)
    number = forms.CharField(
        label=_("Organisation number"),
        help_text=_("Nine digits. Leave it empty when you do not have it at hand."),
        max_length=20,
        required=False,
    )
    consent = forms.BooleanField(
        label=_("Yes, you may store this and share it"),
        help_text=_(
            "The competence broker and the county see it together with your name and e-mail address. Course providers "
            "may see it without the firm’s name. We use your name and address for this need only. What is not "
            "confirmed within seven days is deleted. By the link in the e-mail you can withdraw the need, and have "
            "what we know about you deleted."
        ),
        error_messages={"required": _("Without your yes we can neither store the need nor send it.")},
    )
    homepage = forms.CharField(label=_("Leave this field empty"), max_length=200, required=False)

    class Meta:
        model = NeedRequest
        fields = (
            *("text", "municipality", "headcount", "max_travel_km", "latest_start"),
            *("firm", "number", "contact_name", "contact_email"),
        )
        labels = {
            "text": _("What do your people need to learn?"),
            "headcount": _("How many people"),
            "max_travel_km": _("Longest travel in kilometres"),
            "latest_start": _("Latest start"),
            "firm": _("The firm’s name"),
            "contact_name": _("Your name"),
            "contact_email": _("Your e-mail address"),
        }
        help_texts = {
            "text": _("Write it in your own words."),
            "contact_email": _("We send you a link. The need goes on when you have opened it and said yes."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "latest_start": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {"firm": "organization", "contact_name": "name", "contact_email": "email", "homepage": "off"}
        for name, autocomplete in known.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        for name in ("text", "firm", "contact_name", "contact_email"):
            self.fields[name].required = True
        self.fields["homepage"].widget.attrs["tabindex"] = "-1"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            "text",
            Div("municipality", "max_travel_km", css_class="row"),
            Div("headcount", "latest_start", css_class="row"),
            Fieldset(
                _("Who asks"),
                *("firm", "number", "contact_name", "contact_email"),
                css_class="form-part",
            ),
            "consent",
            Div("homepage", hidden=True),
        )
        return helper

    @property
    def is_by_a_robot(self) -> bool:
        """It filled in the field that nobody sees."""
        return bool(self.cleaned_data["homepage"])

    def clean_number(self) -> str:
        number = "".join(self.cleaned_data["number"].split())
        if number:
            valid_organisation_number(number)
        return number
