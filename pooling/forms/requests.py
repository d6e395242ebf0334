"""A course request as the broker writes it, a provider put on its list, and the reasons for acts on it."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from brokering.forms.needs import SelectSeveral
from brokering.models import Competence, CompetenceNeed
from brokering.models.choices import Mode
from partners.models import Organisation, User
from partners.places import PlaceField
from partners.widgets import DateInput
from pooling.asking.choosing import seats_wanted
from pooling.asking.naming import named
from pooling.models import Bid, BidState, CourseRequest, Pool
from pooling.models.bids import LIST
from pooling.models.requests import RESUME, WRITE

TWO_WEEKS = timedelta(days=14)


def untagged() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


def not_past(day: date) -> date:
    if day < timezone.localdate():
        raise ValidationError(_("Choose today or a later day."))
    return day


class RequestForm(forms.ModelForm[CourseRequest]):
    """What providers will read, filled in from the pool or the need; and how they are asked."""

    modes = forms.MultipleChoiceField(
        label=_("How it may be held"), choices=Mode.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    municipality = PlaceField(
        label=_("Where they would meet"),
        help_text=_("Municipality or town. Empty for a course online."),
        required=False,
        max_length=100,
    )
    competences = forms.ModelMultipleChoiceField(
        label=_("Competences"), queryset=Competence.objects.all(), widget=SelectSeveral, required=False
    )
    names_no_firm = forms.BooleanField(
        label=_("It is a common word here, and tells nobody whose need it is."), required=False
    )

    class Meta:
        model = CourseRequest
        fields = (
            "title",
            "description",
            "competences",
            "seats",
            "level",
            "language",
            "modes",
            "municipality",
            "earliest_start",
            "latest_start",
            "answer_by",
            "enough_bids",
            "batch_size",
            "wait_days",
        )
        help_texts = {
            "title": _("Providers read this. Name no firm."),
            "description": _("In words a teacher understands. Name no firm."),
            "enough_bids": _("Then nobody else is asked."),
            "wait_days": _("Sooner when all who were asked have answered."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "earliest_start": DateInput(),
            "latest_start": DateInput(),
            "answer_by": DateInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named: list[str] = []
        self.fields["competences"].choices = Competence.objects.grouped()  # type: ignore[attr-defined]
        for name in ("level", "language"):
            field: Any = self.fields[name]
            field.choices = [("", _("Not stated")), *field.choices[1:]]

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        confirm = ["names_no_firm"] if self.named else []
        helper.layout = Layout(
            Fieldset(
                _("What is asked for"),
                "title",
                "description",
                *confirm,
                "competences",
                "seats",
                css_class="form-part",
            ),
            Fieldset(
                _("How, where and when"),
                Div("level", "language", css_class="row"),
                "modes",
                "municipality",
                Div("earliest_start", "latest_start", css_class="row"),
                css_class="form-part",
            ),
            Fieldset(
                _("How providers are asked"),
                "answer_by",
                Div("batch_size", "wait_days", css_class="row"),
                "enough_bids",
                css_class="form-part",
            ),
        )
        return helper

    def clean_answer_by(self) -> date:
        return not_past(self.cleaned_data["answer_by"])

    def clean(self) -> dict[str, Any]:
        """A firm's name is refused where it stands; that it is a common word is said by a tick."""
        answers = super().clean() or self.cleaned_data
        for field in ("title", "description"):
            found = named(self.instance, answers.get(field, ""))
            self.named += found
            if found and not answers.get("names_no_firm"):
                told = _(
                    "Providers would read the name of a firm here: %(firms)s. Take it out, or tick that it is a common"
                    " word."
                )
                self.add_error(field, told % {"firms": ", ".join(found)})
        return answers

    def write(self, by: User) -> CourseRequest:
        """Save a new request; it begins by its act."""
        self.instance.created_by = by
        request = self.save()
        request.events.create(act=WRITE.name, to_state=WRITE.target, by=by)
        return request


def drafted(of: Pool | CompetenceNeed) -> CourseRequest:
    """An unsaved request, filled in with what is known of the pool or the need."""
    common: dict[str, Any] = {
        "handled_by": of.handled_by,
        "level": of.level,
        "language": of.language,
        "modes": of.modes,
        "municipality": of.municipality,
        "earliest_start": of.earliest_start,
        "latest_start": of.latest_start,
        "answer_by": timezone.localdate() + TWO_WEEKS,
        "is_demo": of.is_demo,
    }
    if isinstance(of, Pool):
        request = CourseRequest(pool=of, title=of.title, **common)
        request.seats = seats_wanted(request) or of.min_seats
        return request
    return CourseRequest(need=of, seats=of.headcount, **common)


class ResumeForm(forms.ModelForm[CourseRequest]):
    """Asking on after it stopped: until a later day, for more bids, of so many at a time."""

    class Meta:
        model = CourseRequest
        fields = ("seats", "answer_by", "enough_bids", "batch_size", "wait_days")
        help_texts = RequestForm.Meta.help_texts
        widgets = {"answer_by": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked, today = self.instance, timezone.localdate()
        self.given = asked.bids.filter(state=BidState.GIVEN).count()
        self.initial["seats"] = seats_wanted(asked) or asked.seats
        self.initial["enough_bids"] = max(asked.enough_bids, self.given + 1)
        if asked.is_late(today):
            self.initial["answer_by"] = today + TWO_WEEKS

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        helper.layout = Layout("seats", "answer_by", "enough_bids", Div("batch_size", "wait_days", css_class="row"))
        return helper

    def clean_answer_by(self) -> date:
        return not_past(self.cleaned_data["answer_by"])

    def clean_enough_bids(self) -> int:
        enough: int = self.cleaned_data["enough_bids"]
        if enough <= self.given:
            told = ngettext(
                "There is %(n)d bid already. Say how many you want with it.",
                "There are %(n)d bids already. Say how many you want with them.",
                self.given,
            )
            raise ValidationError(told % {"n": self.given})
        return enough

    def resume(self, by: User) -> None:
        """The next are asked at once. ValidationError when it is not possible any more."""
        self.instance.carry_out(RESUME, by, last_asked_at=None, **self.cleaned_data)


class ProviderForm(forms.ModelForm[Bid]):
    """One more provider on the list, whatever the matching found."""

    class Meta:
        model = Bid
        fields = ("provider", "email")
        labels = {"provider": _("Provider"), "email": _("Ask at this e-mail address")}
        help_texts = {"email": _("When it differs from the address of the organisation.")}

    def __init__(self, *args: Any, request: CourseRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.request = request
        listed = request.bids.order_by().values("provider")
        provider: Any = self.fields["provider"]
        provider.queryset = Organisation.objects.providers().exclude(pk__in=listed)
        provider.empty_label = _("Choose a provider")

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        helper.layout = Layout("provider", "email")
        return helper

    def put(self, by: User) -> Bid:
        """At the end of the list."""
        last = self.instance.request.bids.order_by("-rank").first()
        self.instance.rank = last.rank + 1 if last else 1
        bid = self.save()
        bid.events.create(act=LIST.name, to_state=LIST.target, by=by)
        return bid


class ReasonForm(forms.Form):
    """Why something is done; kept with the act."""

    why = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def helper(self) -> FormHelper:
        return untagged()


class ChooseForm(ReasonForm):
    is_public = forms.BooleanField(
        label=_("Show the course on the public list, so that others can take the seats that are left"), required=False
    )

    field_order = ["why", "is_public"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = _("Why this bid?")
        self.fields["why"].help_text = _("Kept with the choice; the providers do not see it.")
