"""What the component gallery shows: made-up values, one set for each component."""

from dataclasses import dataclass

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.paginator import Paginator

from partners.waiting import NextAct


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool


class SampleForm(forms.Form):
    """One field of each kind."""

    need = forms.CharField(
        label="What does the firm need to be able to do?",
        help_text="In your own words, in any language.",
        widget=forms.Textarea,
    )
    email = forms.EmailField(label="E-mail address")
    headcount = forms.IntegerField(label="How many?", min_value=1)
    start = forms.DateField(label="Earliest start", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    level = forms.ChoiceField(label="Level", required=False, choices=[("", "Any level"), ("bachelor", "Bachelor")])
    modes = forms.MultipleChoiceField(
        label="How may it be taught?",
        help_text="Choose as many as you like.",
        choices=[("on_site", "On site"), ("online", "Online"), ("sessions", "In sessions")],
        widget=forms.CheckboxSelectMultiple,
    )
    formal = forms.ChoiceField(
        label="Must it give credits?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    list_of_staff = forms.FileField(label="List of participants", required=False)
    consent = forms.BooleanField(label="The firm agrees to share this need", help_text="It can be withdrawn any time.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Fieldset("The need", "need", Row("email", AppendedText("headcount", "people")), Row("start", "level")),
            Fieldset("What would suit", "modes", "formal", "list_of_staff", "consent"),
        )
        return helper


def samples() -> dict[str, object]:
    """The gallery's context."""
    return {
        "empty_form": SampleForm(auto_id="empty_%s"),
        "wrong_form": SampleForm(
            {"need": "Welding in the workshop", "email": "kari", "headcount": "0"}, auto_id="wrong_%s"
        ),
        "page": Paginator(range(240), 20).get_page(5),
        "options": [
            Option("on_site", "On site", 42, chosen=True),
            Option("online", "Online", 117, chosen=False),
            Option("sessions", "In sessions", 8, chosen=False),
        ],
        "facts": [
            ("Provider", "Nordkapp maritime school"),
            ("Level", "Vocational college"),
            ("Credits", "30"),
            ("Price", "4 500 kr"),
        ],
        "next_act": NextAct("Open for brokering", "#signs"),
        "next_link": NextAct("Log a visit", "#signs", is_post=False),
        "steps": [
            ("Draft", "done"),
            ("Submitted", "done"),
            ("Being brokered", "current"),
            ("Proposed", "todo"),
            ("Closed", "todo"),
        ],
    }
