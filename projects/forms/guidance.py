"""Asking a career unit for guidance, without an account."""

import secrets
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from partners.places import PlaceField
from projects.models import GuidanceEnquiry, ServiceKind
from projects.models.enquiry_states import AnswerBy, Asker

# The services, as somebody says it who does not know what they are called.
IN_PLAIN_WORDS = [
    (ServiceKind.GUIDANCE, _("I do not know what to choose")),
    (ServiceKind.REFERRAL, _("Find a course or an education")),
    (ServiceKind.MAPPING, _("Find out what I, or those who work with us, know and lack")),
    (ServiceKind.RECOGNITION, _("Have what I can documented")),
    (ServiceKind.UPPER_SECONDARY, _("Finish upper secondary school as an adult")),
    (ServiceKind.COLLEGE, _("Go to vocational college")),
    (ServiceKind.STUDY_SUPPORT, _("Get help with studying")),
    (ServiceKind.OTHER, _("Something else")),
]


class EnquiryForm(forms.ModelForm[GuidanceEnquiry]):
    asker = forms.ChoiceField(
        label=_("Who are you?"),
        choices=[(Asker.PERSON, _("I ask for myself")), (Asker.FIRM, _("I ask for a firm or another organisation"))],
        widget=forms.RadioSelect,
        initial=Asker.PERSON,
    )
    subject = forms.ChoiceField(label=_("What is it about?"), choices=IN_PLAIN_WORDS, widget=forms.RadioSelect)
    municipality = PlaceField(label=_("Where are you?"), help_text=_("Municipality or town"), max_length=100)
    answer_by = forms.ChoiceField(
        label=_("How do you want the answer?"),
        choices=AnswerBy.choices,
        widget=forms.RadioSelect,
        initial=AnswerBy.EMAIL,
    )
    homepage = forms.CharField(label=_("Leave this field empty"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    class Meta:
        model = GuidanceEnquiry
        fields = ("asker", "firm", "subject", "municipality", "text", "name", "email", "phone", "answer_by")
        labels = {
            "firm": _("Name of the firm, when you ask for one"),
            "text": _("What do you want help with?"),
            "name": _("Your name"),
            "email": _("Your e-mail address, unless you want to be called"),
            "phone": _("Your phone number, when we are to call you"),
        }
        help_texts = {
            "text": _("A few sentences are enough. Do not write your national identity number or about your health."),
            "email": _("We send you a link to a page of your own, where the answer comes."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 5}), "phone": forms.TextInput(attrs={"type": "tel"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {"firm": "organization", "name": "name", "email": "email", "phone": "tel", "homepage": "off"}
        for name, autocomplete in known.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        self.fields["homepage"].widget.attrs["tabindex"] = "-1"
        self.fields["key"].initial = secrets.token_urlsafe

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.mark_optional = False
        helper.layout = Layout(
            *("asker", "firm", "subject", "municipality", "text"),
            Fieldset(_("How do we reach you?"), "name", "answer_by", "email", "phone", css_class="form-part"),
            Div("homepage", "key", hidden=True),
        )
        return helper

    @property
    def is_by_a_robot(self) -> bool:
        """It filled in the field that nobody sees."""
        return bool(self.cleaned_data["homepage"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("asker") == Asker.FIRM and not said.get("firm"):
            self.add_error("firm", _("Give the name of the firm."))
        if said.get("answer_by") == AnswerBy.PHONE and "phone" in said and not said["phone"]:
            self.add_error("phone", _("Give the number we are to call."))
        if said.get("answer_by") == AnswerBy.EMAIL and "email" in said and not said["email"]:
            self.add_error("email", _("Give your e-mail address, or choose to have the answer by phone."))
        return said


class AskMoreForm(forms.Form):
    text = forms.CharField(
        label=_("Write to them again"),
        help_text=_("Something to add, or a new question. They see what is written here from before."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
