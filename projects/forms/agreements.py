"""Writing an agreement: what it is, between whom, and its text or file."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User
from partners.widgets import DateInput
from projects.documents import Checked
from projects.forms.documents import DocumentField
from projects.models import Agreement, AgreementKind, AgreementParty, Document, Project

UNSTATED = "unstated"


def untagged(*fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if fields:
        helper.layout = Layout(*fields)
    return helper


class AgreementForm(forms.ModelForm[Agreement]):
    class Meta:
        model = Agreement
        fields = ("kind", "title", "decided_on", "valid_from", "valid_to", "note")
        labels = {"decided_on": _("Day it was decided to make it")}
        help_texts = {
            "decided_on": _("Counts the days from decision to signed agreement."),
            "note": _("For those who keep the project. It is not part of what is signed."),
        }
        widgets = {name: DateInput() for name in ("decided_on", "valid_from", "valid_to")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Choose a kind")), *AgreementKind.choices]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        return untagged("kind", "title", Div("valid_from", "valid_to", css_class="row"), "decided_on", "note")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        first, last = answers.get("valid_from"), answers.get("valid_to")
        if first and last and last < first:
            told = gettext("Choose %(day)s (the first day) or a later day, or leave this empty.")
            self.add_error("valid_to", told % {"day": date_format(first)})
        return answers


class VersionForm(forms.Form):
    """The text written here, a file, or both. `required=False` leaves it for later."""

    text = forms.CharField(
        label=_("Text of the agreement"),
        help_text=_("Write it here, or attach it as a file below."),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=100_000,
        required=False,
        strip=False,
    )
    file = DocumentField(required=False, label=_("The agreement as a file"))

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.required = required

    @property
    def helper(self) -> FormHelper:
        return untagged("text", "file")

    def clean_text(self) -> str:
        """Line ends as everywhere; browsers send two signs for each."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").rstrip()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if self.required and not self.errors and not self.is_filled:
            raise ValidationError(_("Write the text, or attach it as a file."))
        return answers

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("text") or self.cleaned_data.get("file"))

    def add_to(self, agreement: Agreement, by: User) -> None:
        """As the agreement's next version."""
        agreement.revise(by, self.cleaned_data["text"], kept(self.cleaned_data["file"], by))


def kept(upload: Checked | None, by: User) -> Document | None:
    return Document.keep(upload, by) if upload else None


class PartyForm(forms.Form):
    who = forms.ChoiceField(label=_("Party"), required=False)
    required = forms.BooleanField(label=_("Must sign"), required=False, initial=True)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = choices  # type: ignore[attr-defined]


class PartyRows(forms.BaseFormSet[PartyForm]):
    """A row each; one whose party is taken out leaves the agreement."""

    def clean(self) -> None:
        known = [who for who, _required in self.wanted if who != UNSTATED]
        if len(set(known)) < len(known):
            raise ValidationError(_("The same organisation stands there twice."))

    @property
    def wanted(self) -> list[tuple[str, bool]]:
        rows = [form.cleaned_data for form in self.forms if not form.errors and form.cleaned_data.get("who")]
        return [(row["who"], row["required"]) for row in rows]

    def save(self, agreement: Agreement) -> None:
        """ValidationError when a party would leave that has answered an earlier version."""
        before = list(agreement.parties.all())
        by_house = {str(party.organisation_id or UNSTATED): party for party in before if party.organisation_id}
        unstated = [party for party in before if party.organisation_id is None]
        staying = []
        for order, (who, required) in enumerate(self.wanted):
            party = (unstated.pop() if unstated else None) if who == UNSTATED else by_house.get(who)
            party = party or AgreementParty(agreement=agreement)
            party.organisation_id = None if who == UNSTATED else int(who)
            party.required, party.order = required, order
            staying.append(party)
        leaving = [party for party in before if party not in staying]
        for party in leaving:
            if party.signatures.exists():
                told = _(
                    "%(party)s has answered an earlier version and stays. Make a new agreement without it instead."
                )
                raise ValidationError(told, params={"party": str(party)})
            party.delete()
        for party in staying:
            party.save()


def party_rows(
    data: Any, user: User, project: Project, agreement: Agreement | None, like: Agreement | None
) -> PartyRows:
    """One row for each party there is (or those of the agreement to be replaced), and two empty ones."""
    from_whom = agreement or like
    parties = list(from_whom.parties.select_related("organisation")) if from_whom else []
    initial = [{"who": str(party.organisation_id or UNSTATED), "required": party.required} for party in parties]
    rows = forms.formset_factory(PartyForm, formset=PartyRows, extra=2, max_num=20, validate_max=True)
    choices = _choices(user, project, [party.organisation for party in parties if party.organisation])
    made: PartyRows = rows(data, initial=initial, prefix="party", form_kwargs={"choices": choices})  # type: ignore[assignment]
    return made


def _choices(user: User, project: Project, present: Sequence[Organisation]) -> list[tuple[str, str]]:
    """Those that take part in the project first, then all others the person may see."""
    partners = list(Organisation.objects.filter(participations__project=project).distinct())
    near = {one.pk: one.name for one in [*partners, *present]}
    others = Organisation.objects.visible_to(user).exclude(pk__in=near).distinct()
    known = [*near.items(), *others.values_list("pk", "name")]
    return [("", _("No one")), (UNSTATED, _("Not stated yet")), *((str(pk), name) for pk, name in known)]  # type: ignore[list-item]


def today_or_before(day: date | None, today: date) -> None:
    if day and day > today:
        raise ValidationError(_("That day has not come yet."))
