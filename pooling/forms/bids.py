"""What a provider answers: dates, place, price and seats, or why not."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.validators import MinValueValidator
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from brokering.models.choices import Mode
from partners.models import User
from partners.places import PlaceField
from partners.widgets import DateInput
from pooling.forms.requests import untagged
from pooling.models import Bid
from pooling.models.bids import BID_ACTS, DECLINE, GIVE, WhyNot
from projects.money import nok

WHAT = ("start", "end", "mode", "times", "municipality", "place", "fixed_price_nok", "seat_price_nok")
PRICES = ("fixed_price_nok", "seat_price_nok")
HOW_MANY = ("min_seats", "max_seats", "valid_until", "conditions")


class BidForm(forms.ModelForm[Bid]):
    """One form for yes and no. A no needs its reason only; what a yes needs is asked for by name."""

    answer = forms.ChoiceField(
        label=_("Can you hold this course?"),
        choices=[(GIVE.name, _("Yes, this is our bid")), (DECLINE.name, _("No, thank you"))],
        widget=forms.RadioSelect,
        help_text=_(
            "A yes needs the first day, how and where it is held, a price, and the least and greatest number of"
            " participants. A no needs its reason. The rest you may leave out."
        ),
    )
    municipality = PlaceField(
        label=_("Municipality"), help_text=_("Empty for a course online."), required=False, max_length=100
    )

    class Meta:
        model = Bid
        fields = (*WHAT, *HOW_MANY, "reason", "comment")
        labels = {"reason": _("If not, why?")}
        help_texts = {
            "place": _("Address or building"),
            "fixed_price_nok": _("For the course, however many take part."),
            "seat_price_nok": _("Beside the price of the whole course, or instead of it."),
            "conditions": _("For example a room or equipment that the firms provide."),
        }
        widgets = {
            "start": DateInput(),
            "end": DateInput(),
            "valid_until": DateInput(),
            "conditions": forms.Textarea(attrs={"rows": 3}),
            "comment": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("No reason given")), *WhyNot.choices]  # type: ignore[attr-defined]
        for name in PRICES:
            self.fields[name].validators.append(MinValueValidator(0, _("A price cannot be negative.")))
        for name in ("mode", "times"):
            field: Any = self.fields[name]
            field.choices = [("", _("Not stated")), *field.choices[1:]]
        if self.instance.is_answered:
            self.initial["answer"] = GIVE.name if self.instance.is_made else DECLINE.name
        else:
            self._suggest()

    def _suggest(self) -> None:
        """The place that was asked for, and room for all."""
        asked = self.instance.request
        self.initial.update(municipality=asked.municipality_id, max_seats=asked.seats)
        if len(asked.modes) == 1:
            self.initial["mode"] = asked.modes[0]

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        helper.mark_optional = False
        helper.layout = Layout(
            "answer",
            Fieldset(
                _("When and where"),
                Div("start", "end", css_class="row"),
                Div("mode", "times", css_class="row"),
                Div("municipality", "place", css_class="row"),
                css_class="form-part",
            ),
            Fieldset(
                _("Price and size"),
                Div("fixed_price_nok", "seat_price_nok", css_class="row"),
                Div("min_seats", "max_seats", css_class="row"),
                "valid_until",
                "conditions",
                css_class="form-part",
            ),
            Fieldset(_("If you cannot"), "reason", css_class="form-part"),
            "comment",
        )
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("answer") == GIVE.name:
            answers["reason"] = ""
            self._say_what(answers)
        elif answers.get("answer") == DECLINE.name and not answers.get("reason"):
            self.add_error("reason", _("Say why not."))
        elif answers.get("reason") == WhyNot.OTHER and not answers.get("comment"):
            self.add_error("comment", _("Say in a few words why not."))
        return answers

    def _say_what(self, answers: dict[str, Any]) -> None:
        """Each thing that is missing is asked for where it stands."""
        missing = {
            "start": _("Say when the course starts."),
            "min_seats": _("Say how many there must be at least."),
            "max_seats": _("Say how many there is room for."),
        }
        for name, sentence in missing.items():
            if answers.get(name) is None and name not in self.errors:
                self.add_error(name, sentence)
        if not answers.get("mode") and "mode" not in self.errors:
            self.add_error("mode", _("Say how it is held."))
        on_site = answers.get("mode") not in {"", None, Mode.ONLINE}
        if on_site and not answers.get("municipality") and "municipality" not in self.errors:
            self.add_error("municipality", _("Say where it is held."))
        priced = any(answers.get(name) is not None for name in PRICES)
        if not priced and not set(PRICES) & set(self.errors):
            self.add_error("fixed_price_nok", _("Say what it costs: in all, a person, or both."))
        for name in ("start", "valid_until"):
            if (day := answers.get(name)) and day < timezone.localdate():
                self.add_error(name, _("Choose today or a later day."))
        self._say_order(answers)

    def _say_order(self, answers: dict[str, Any]) -> None:
        """As the database would refuse it, where it stands."""
        start, end, least, most = (answers.get(name) for name in ("start", "end", "min_seats", "max_seats"))
        if start and end and end < start:
            self.add_error("end", _("The course cannot end before it starts."))
        if least and most and most < least:
            self.add_error("max_seats", _("The greatest number of participants cannot be less than the least."))

    @transaction.atomic
    def send(self, by: User | None) -> None:
        """Carry out what was answered. ValidationError when the request is over."""
        facts: dict[str, Any] = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.cleaned_data["answer"] == DECLINE.name:
            facts = {"reason": facts["reason"], "comment": facts["comment"]}
        act = BID_ACTS[self.cleaned_data["answer"]]
        self.instance.carry_out(act, by, answered_at=timezone.now(), **facts)


def said(bid: Bid) -> list[tuple[str, object]]:
    """What a provider has answered, in the words of the form, as pairs to show; what it left out is left out."""
    names = (*WHAT, *HOW_MANY, "comment") if bid.is_made else ("reason", "comment")
    facts = [(str(BidForm.base_fields[name].label), _fact(bid, name)) for name in names]
    return [(label, fact) for label, fact in facts if fact not in ("", None)]


def _fact(bid: Bid, name: str) -> object:
    value = getattr(bid, name)
    if isinstance(value, date):
        return date_format(value)
    if name in PRICES and value is not None:
        return nok(value)
    display = getattr(bid, f"get_{name}_display", None)
    return display() if display else value
