"""Enrolling by name, noting how a course went, and telling what it is used for."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pooling.models import Enrolment, FollowUp, Outcome
from pooling.models.followups import Without


def untagged() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


class EnrolForm(forms.ModelForm[Enrolment]):
    consent = forms.BooleanField(
        label=_("I agree that my name and e-mail address are stored and shown to them."),
        error_messages={
            "required": _("Without your agreement your name is not stored. The seat is kept all the same.")
        },
    )

    class Meta:
        model = Enrolment
        fields = ("name", "email", "may_ask")
        labels = {
            "name": _("Your name"),
            "email": _("Your e-mail address"),
            "may_ask": _("You may ask me by e-mail after 3, 6 and 12 months what I use the course for."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, autocomplete in (("name", "name"), ("email", "email")):
            self.fields[name].required = True
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        self.order_fields(["name", "email", "consent", "may_ask"])

    @property
    def helper(self) -> FormHelper:
        return untagged()

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        if self.instance.outcome.enrolments.named().filter(email__iexact=address).exists():
            raise ValidationError(_("Somebody has enrolled with this e-mail address already."))
        return address


class OutcomeForm(forms.Form):
    """How it went for one firm's people: in numbers, and for those who enrolled by name one by one."""

    started = forms.IntegerField(label=_("Started"), min_value=0)
    completed = forms.IntegerField(label=_("Completed"), min_value=0)

    def __init__(self, data: QueryDict | None = None, *, outcome: Outcome) -> None:
        self.outcome = outcome
        self.people = [one for one in outcome.enrolments.all() if not one.forgotten_at] if outcome.pk else []
        initial = {"started": outcome.started, "completed": outcome.completed}
        super().__init__(data, initial=initial, prefix=str(outcome.reservation_id))
        for name in ("started", "completed"):
            self.fields[name].widget.attrs["max"] = outcome.seats
        for person in self.people:
            field = forms.BooleanField(label=person.name, required=False, initial=person.completed)
            self.fields[f"person-{person.pk}"] = field

    @property
    def named(self) -> list[forms.BoundField]:
        return [self[f"person-{person.pk}"] for person in self.people]

    @property
    def counts(self) -> list[forms.BoundField]:
        return [self["started"], self["completed"]]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        started, completed = said.get("started"), said.get("completed")
        if started is None or completed is None:
            return said
        seats, ticked = self.outcome.seats, sum(said[f"person-{person.pk}"] for person in self.people)
        if started > seats:
            wrong = ngettext("The firm had %(n)d seat.", "The firm had %(n)d seats.", seats) % {"n": seats}
            self.add_error("started", wrong)
        if completed > started:
            self.add_error("completed", _("No more can have completed than started."))
        elif ticked > completed:
            self.add_error("completed", _("More names are ticked than the number who completed."))
        return said


class EndedForm(forms.Form):
    ended_on = forms.DateField(
        label=_("Last day of the course"),
        help_text=_("People are asked 3, 6 and 12 months after this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].widget.attrs["max"] = today.isoformat()

    def clean_ended_on(self) -> date:
        day: date = self.cleaned_data["ended_on"]
        if day > self.today:
            raise ValidationError(_("Note how it went when the course is over."))
        return day


class FollowUpForm(forms.Form):
    """Two questions; a person answers for themselves, a firm with a number."""

    without = forms.ChoiceField(
        label=_("Would it have happened without the competence broker?"), choices=Without, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if follow_up.enrolment_id:
            self.fields["used"] = forms.TypedChoiceField(
                label=_("Do you use what you learnt at work?"),
                choices=[("1", _("Yes")), ("0", _("No, or not yet"))],
                widget=forms.RadioSelect,
                coerce=int,
            )
        else:
            question = ngettext(
                "How many of the %(n)d person who completed use it at work?",
                "How many of the %(n)d people who completed use it at work?",
                follow_up.seats,
            )
            help_text = _("A number from 0 to %(n)d") % {"n": follow_up.seats}
            self.fields["used"] = forms.IntegerField(
                label=question % {"n": follow_up.seats}, help_text=help_text, min_value=0, max_value=follow_up.seats
            )
        self.order_fields(["used", "without"])

    @property
    def helper(self) -> FormHelper:
        return untagged()
