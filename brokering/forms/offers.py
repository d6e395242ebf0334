"""A provider's course: what it gives, and when and where it is held."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from brokering.forms.needs import SelectSeveral
from brokering.models import Competence, CourseOffer, CourseRun
from brokering.models.choices import Mode
from brokering.pools import pools
from partners.models import Organisation, User
from partners.models.roles import OFFER_KEEPERS
from partners.places import PlaceField, SeveralPlacesField
from partners.widgets import DateInput

MOST_RUNS = 200


class OneALineField(forms.CharField):
    """A list, typed as lines."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip("-•– \t") for line in super().clean(value).splitlines() if line.strip("-•– \t")]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class OfferForm(forms.ModelForm[CourseOffer]):
    """Typed courses carry the `once` of their form as id, so that pressing “save” twice makes one course."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    outcomes = OneALineField(
        label=_("What one learns"), help_text=_("One learning outcome a line."), required=False, max_length=5000
    )
    modes = forms.MultipleChoiceField(
        label=_("How it is held"), choices=Mode.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    municipalities = SeveralPlacesField(
        label=_("Where it is held"),
        help_text=_("Municipality or town. Dates with a place of their own come below."),
        required=False,
    )
    competences = forms.ModelMultipleChoiceField(
        label=_("Competences"), queryset=Competence.objects.all(), widget=SelectSeveral, required=False
    )
    formal = forms.TypedChoiceField(
        label=_("Formal competence"),
        choices=[("", "–"), ("yes", _("gives credits or a certificate")), ("no", _("gives no formal competence"))],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
    )

    class Meta:
        model = CourseOffer
        fields = (
            "provider",
            "title",
            "description",
            "outcomes",
            "audience",
            "level",
            "formal",
            "credits",
            "hours",
            "price_nok",
            "language",
            "modes",
            "municipalities",
            "competences",
            "url",
            "stale_on",
            "is_published",
        )
        labels = {"is_published": _("Show the course on the public list"), "url": _("Address of the course’s own page")}
        help_texts = {"stale_on": _("We remind you on this day to check whether the course is still right.")}
        widgets = {"description": forms.Textarea(attrs={"rows": 8}), "stale_on": DateInput()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        providers = Organisation.objects.with_role(user, *OFFER_KEEPERS).providers()
        provider: Any = self.fields["provider"]
        provider.queryset = providers
        provider.empty_label = None
        self.fields["competences"].choices = Competence.objects.grouped()  # type: ignore[attr-defined]
        for name in ("level", "language"):
            field: Any = self.fields[name]
            field.choices = [("", _("Not stated")), *field.choices[1:]]
        if self.instance.pk:
            self.initial["formal"] = {True: "yes", False: "no", None: ""}[self.instance.formal]
            del self.fields["once"]
        else:
            self.initial.update(once=uuid4(), provider=providers.first())

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        helper.layout = Layout(
            *[name for name in ("once",) if name in self.fields],
            "provider",
            "title",
            "description",
            "outcomes",
            "audience",
            Fieldset(
                _("Level and price"),
                Div("level", "formal", css_class="row"),
                Div("credits", "hours", css_class="row"),
                Div("price_nok", "language", css_class="row"),
                css_class="form-part",
            ),
            Fieldset(_("How and where"), "modes", "municipalities", css_class="form-part"),
            Fieldset(_("Finding it"), "competences", "url", "stale_on", "is_published", css_class="form-part"),
        )
        return helper

    def earlier(self) -> CourseOffer | None:
        """The course that this very form has made already."""
        once: UUID | None = self.cleaned_data.get("once")
        made = CourseOffer.objects.filter(source="form", source_id=str(once or "-"))
        return made.filter(provider__in=self.fields["provider"].queryset).first()  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> CourseOffer:  # noqa: FBT001, FBT002 - Django's own signature
        if not self.instance.pk:
            self.instance.source_id = str(self.cleaned_data.get("once") or uuid4())
        self.instance.refreshed_on = timezone.localdate()
        return super().save(commit)


class RunForm(forms.ModelForm[CourseRun]):
    municipality = PlaceField(
        label=_("Municipality"), help_text=_("Municipality or town"), required=False, max_length=100
    )
    is_cancelled = forms.BooleanField(label=_("Cancelled"), required=False)

    class Meta:
        model = CourseRun
        fields = (
            "start",
            "end",
            "opens",
            "deadline",
            "municipality",
            "place",
            "mode",
            "times",
            "seats",
            "seats_taken",
            "price_nok",
        )
        help_texts = {"place": _("Address or building"), "price_nok": _("When it differs from the course’s.")}
        widgets = {"start": DateInput(), "end": DateInput(), "opens": DateInput(), "deadline": DateInput()}

    def __init__(self, *args: Any, kept: Mapping[int, int], **kwargs: Any) -> None:
        """`kept`: as pools().kept_seats() says. What is typed as taken comes besides."""
        super().__init__(*args, **kwargs)
        self.kept = kept.get(self.instance.pk, 0)
        self.initial["seats_taken"] = self.instance.seats_taken - self.kept
        self.fields["seats_taken"].required = False
        if self.instance.pk in kept:
            self.fields["is_cancelled"].help_text = gettext("Firms have had seats on it, so it cannot be deleted.")
        if self.kept:
            told = ngettext(
                "Besides the %(n)d seat that is kept for a firm here.",
                "Besides the %(n)d seats that are kept for firms here.",
                self.kept,
            )
            self.fields["seats_taken"].help_text = told % {"n": self.kept}
        self.initial["is_cancelled"] = bool(self.instance.cancelled_at)
        if not self.instance.pk:
            self.initial["seats_taken"] = None
            del self.fields["is_cancelled"]

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        further = [name for name in ("is_cancelled", "DELETE") if name in self.fields]
        helper.layout = Layout(
            *[name for name in ("id", "offer") if name in self.fields],
            Div("start", "end", css_class="row"),
            Div("opens", "deadline", css_class="row"),
            Div("municipality", "place", css_class="row"),
            Div("mode", "times", css_class="row"),
            Div("seats", "seats_taken", "price_nok", css_class="row"),
            Div(*further, css_class="cluster"),
        )
        return helper

    def clean_seats_taken(self) -> int:
        """All that are taken, with those that are kept here."""
        return (self.cleaned_data["seats_taken"] or 0) + self.kept

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        opens, deadline = answers.get("opens"), answers.get("deadline")
        if opens and deadline and opens > deadline:
            self._not_before("deadline", gettext("Choose %(day)s (when registration opens) or a later day."), opens)
        start, end = answers.get("start"), answers.get("end")
        if start and end and start > end:
            self._not_before("end", gettext("Choose %(day)s (when the course starts) or a later day."), start)
        self._no_more_than_there_are(answers.get("seats"), answers.get("seats_taken") or 0)
        return answers

    def _not_before(self, name: str, told: str, day: date) -> None:
        self.add_error(name, told % {"day": date_format(day)})

    def _no_more_than_there_are(self, seats: int | None, taken: int) -> None:
        if seats is None or taken <= seats:
            return
        if self.kept:
            told = ngettext(
                "There is %(seats)s seat, and %(kept)s are kept for firms. Enter fewer here, or more seats.",
                "There are %(seats)s seats, and %(kept)s are kept for firms. Enter fewer here, or more seats.",
                seats,
            )
            self.add_error("seats_taken", told % {"seats": seats, "kept": self.kept})
            return
        told = ngettext(
            "There is %(seats)s seat. Enter that or fewer here, or more seats.",
            "There are %(seats)s seats. Enter that many or fewer here, or more seats.",
            seats,
        )
        self.add_error("seats_taken", told % {"seats": seats})

    def save(self, commit: bool = True) -> CourseRun:  # noqa: FBT001, FBT002 - Django's own signature
        is_cancelled = self.cleaned_data.get("is_cancelled", False)
        if is_cancelled != bool(self.instance.cancelled_at):
            self.instance.cancelled_at = timezone.now() if is_cancelled else None
        return super().save(commit)


Runs = forms.BaseInlineFormSet[CourseRun, CourseOffer, RunForm]


class RunsOfOffer(Runs):
    """Those that firms have had seats of are cancelled, not deleted."""

    @cached_property
    def kept(self) -> Mapping[int, int]:
        return pools().kept_seats(self.instance) if self.instance.pk else {}

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "kept": self.kept}

    def add_fields(self, form: RunForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk in self.kept:
            del form.fields["DELETE"]


RunFormSet = forms.inlineformset_factory(
    CourseOffer,
    CourseRun,
    form=RunForm,
    formset=RunsOfOffer,
    extra=1,
    can_delete=True,
    can_delete_extra=False,
    max_num=MOST_RUNS,
    absolute_max=MOST_RUNS,
)


def untagged() -> FormHelper:
    """Of a course and of its dates, which are one form on the page: what is wrong in them stands above, once."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = helper.errors_stand_above = True
    return helper
