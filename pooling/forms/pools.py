"""A pool's own facts, its costs with what-if, the firms that are added, and what the firms are told."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from brokering.forms.needs import SelectSeveral, projects_for
from brokering.models import Competence, CompetenceNeed
from brokering.models.choices import Mode
from funding.amounts import AmountField
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from partners.places import PlaceField
from partners.widgets import DateInput
from pooling.forms.requests import not_past
from pooling.leaving import tell_of_leaving
from pooling.models import MemberState, Pool, PoolMember
from pooling.models.members import ANSWERS
from pooling.models.pools import MOST_SEATS


def untagged(*fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    if fields:
        helper.layout = Layout(*fields)
    return helper


def still_told(pool: Pool, day: date | None) -> date | None:
    """A day to answer by that is not past, nor earlier than firms that have not answered were told."""
    told = pool.answer_by if pool.pk and pool.members.waiting_for_answer().exists() else None
    if told and day and day < told:
        wrong = _("Firms have been asked to answer by %(day)s. Choose that day or a later one.")
        raise ValidationError(wrong, params={"day": date_format(told)})
    return day and not_past(day)


class PoolForm(forms.ModelForm[Pool]):
    municipality = PlaceField(
        label=_("Where they would meet"), help_text=_("Empty for a course online."), max_length=100, required=False
    )
    modes = forms.MultipleChoiceField(
        label=_("How it may be held"),
        choices=Mode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none when it does not matter."),
    )
    competences = forms.ModelMultipleChoiceField(
        label=_("Competences"), queryset=Competence.objects.all(), widget=SelectSeveral
    )

    class Meta:
        model = Pool
        fields = (
            "title",
            "handled_by",
            "project",
            "competences",
            "level",
            "language",
            "modes",
            "municipality",
            "earliest_start",
            "latest_start",
            "min_seats",
            "max_seats",
            "answer_by",
        )
        labels = {"title": _("What the course is about"), "handled_by": _("Which of your organisations brokers it")}
        help_texts = {"title": _("As the firms will read it: “TIG welding in aluminium”.")}
        widgets = {"earliest_start": DateInput(), "latest_start": DateInput(), "answer_by": DateInput()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        houses = Organisation.objects.with_role(user, *BROKERING_ROLES).brokers()
        fields["handled_by"].queryset = houses
        if self.instance.pk:
            del fields["handled_by"]
        elif len(houses) == 1:
            self.initial.setdefault("handled_by", houses[0].pk)
        fields["project"].queryset = projects_for(user, self.instance.project_id)
        fields["project"].empty_label = _("No project")
        fields["competences"].choices = Competence.objects.grouped()
        for name in ("level", "language"):
            _blank, *choices = fields[name].choices
            fields[name].choices = [("", _("Does not matter")), *choices]

    @property
    def helper(self) -> FormHelper:
        house = ["handled_by"] if "handled_by" in self.fields else []
        return untagged(
            "title",
            "competences",
            *house,
            "project",
            Fieldset(
                _("When, where and how"),
                "municipality",
                Div("earliest_start", "latest_start", css_class="row"),
                "modes",
                Div("level", "language", css_class="row"),
                css_class="form-part",
            ),
            Fieldset(
                _("Class size and answers"),
                Div("min_seats", "max_seats", css_class="row"),
                "answer_by",
                css_class="form-part",
            ),
        )

    def clean_earliest_start(self) -> date | None:
        return self._new_day("earliest_start")

    def clean_latest_start(self) -> date | None:
        return self._new_day("latest_start")

    def clean_answer_by(self) -> date | None:
        day: date | None = self.cleaned_data["answer_by"]
        return still_told(self.instance, day) if self._is_new("answer_by") else day

    def _new_day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        return not_past(day) if day and self._is_new(name) else day

    def _is_new(self, name: str) -> bool:
        """What an older pool says already stays until somebody changes it."""
        return not self.instance.pk or name in self.changed_data

    def clean_max_seats(self) -> int:
        most: int = self.cleaned_data["max_seats"]
        bound = self.instance.members.seats(MemberState.BINDING) if self.instance.pk else 0
        if most < bound:
            told = ngettext(
                "%(n)d seat is signed up for bindingly. The class cannot be smaller.",
                "%(n)d seats are signed up for bindingly. The class cannot be smaller.",
                bound,
            )
            raise ValidationError(told % {"n": bound})
        return most


class SmallerForm(forms.Form):
    """A smaller least class size of an agreed course, and why the provider agrees to it."""

    min_seats = forms.IntegerField(label=_("Least class size now"), min_value=1)
    why = forms.CharField(label=_("What you agreed on with the provider"), max_length=500)

    def __init__(self, *args: Any, pool: Pool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["min_seats"]
        most = max(1, pool.min_seats - 1)
        field.widget.attrs["max"] = field.max_value = most
        field.validators.append(MaxValueValidator(most))

    @property
    def helper(self) -> FormHelper:
        return untagged()


class CostForm(forms.ModelForm[Pool]):
    """What the course would cost: typed to see the price per seat, and kept with the pool when one says so."""

    seats = forms.IntegerField(label=_("How many seats"), min_value=1, max_value=MOST_SEATS, required=False)
    municipality = PlaceField(label=_("Where they would meet"), max_length=100, required=False)
    fixed_cost_nok = AmountField(label=_("The provider’s fixed cost, NOK"))
    seat_cost_nok = AmountField(label=_("Cost per seat, NOK"))
    grant_nok = AmountField(label=_("Grant at most, NOK"))
    grant_percent = forms.DecimalField(
        label=_("Grant at most, per cent of the costs"),
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    price = AmountField(label=_("What the firms would pay for a seat, NOK"))

    class Meta:
        model = Pool
        fields = ("municipality", "fixed_cost_nok", "seat_cost_nok", "grant_nok", "grant_percent")

    @property
    def helper(self) -> FormHelper:
        helper = untagged(
            Div("seats", "municipality", css_class="row"),
            Div("fixed_cost_nok", "seat_cost_nok", css_class="row"),
            Div("grant_nok", "grant_percent", css_class="row"),
            "price",
        )
        helper.disable_csrf, helper.mark_optional = True, False
        return helper


class FirmsForm(forms.Form):
    """Open needs to put into a pool."""

    needs = forms.ModelMultipleChoiceField(CompetenceNeed.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, possible: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].queryset = possible  # type: ignore[attr-defined]
        self.fields["needs"].error_messages["required"] = _("Tick at least one need.")


class InviteForm(forms.ModelForm[Pool]):
    """Whom to ask now, and what the e-mail says beside the facts."""

    firms = forms.ModelMultipleChoiceField(
        PoolMember.objects.none(), label=_("Firms to ask now"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Pool
        fields = ("answer_by", "message")
        labels = {"message": _("Your message to the firms")}
        help_texts = {
            "answer_by": _("It holds for all firms in the pool, also for those asked before."),
            "message": _("What the course is about, when, where and what it would cost come by themselves."),
        }
        widgets = {"answer_by": DateInput(), "message": forms.Textarea(attrs={"rows": 4})}

    field_order = ["firms", "answer_by", "message"]

    def __init__(self, *args: Any, possible: list[PoolMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        firms: Any = self.fields["firms"]
        firms.queryset = PoolMember.objects.filter(pk__in=[one.pk for one in possible])
        firms.choices = [(one.pk, str(one.need.employer)) for one in possible]
        firms.error_messages["required"] = _("Tick at least one firm.")
        self.initial.setdefault("firms", [one.pk for one in possible])

    @property
    def helper(self) -> FormHelper:
        return untagged()

    def clean_answer_by(self) -> date | None:
        return still_told(self.instance, self.cleaned_data["answer_by"])


class AnswerForm(forms.ModelForm[PoolMember]):
    """What a firm says, or the broker for it; which answer it is, is the button that is pressed."""

    answer = forms.ChoiceField(choices=[(name, act.label) for name, act in ANSWERS.items()], widget=forms.HiddenInput)
    comment = forms.CharField(label=_("Anything you want to add"), max_length=500, required=False)

    class Meta:
        model = PoolMember
        fields = ("seats", "is_visible")
        labels = {
            "seats": _("How many seats"),
            "is_visible": _("The other firms in the pool may see who we are"),
        }

    def __init__(self, *args: Any, says_no: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.says_no, self.fields["seats"].required = says_no, not says_no

    @property
    def helper(self) -> FormHelper:
        return untagged("comment") if self.says_no else untagged("seats", "comment", "is_visible")

    def clean_seats(self) -> int:
        """Who says no is not asked how many."""
        return self.cleaned_data["seats"] or self.instance.seats

    def tell(self, by: User | None) -> None:
        """ValidationError when it is not possible any more."""
        told = self.cleaned_data
        act = ANSWERS[told["answer"]]
        with transaction.atomic():
            self.instance.carry_out(act, by, told["comment"], seats=told["seats"], is_visible=told["is_visible"])
            tell_of_leaving(self.instance, by)
