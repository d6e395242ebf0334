"""Answering an agreement: signing it, declining it, and registering what was signed on paper."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import User
from partners.widgets import DateInput
from projects.forms.agreements import kept, today_or_before, untagged
from projects.forms.documents import DocumentField
from projects.models import Agreement, AgreementParty, AgreementVersion
from projects.models.signatures import Answer, Method
from projects.signing import Given


class _AnswerForm(forms.Form):
    """For one of `parties`, and the version that the page shows: an answer to another one is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    party = forms.ChoiceField(label=_("On behalf of"))

    def __init__(
        self, *args: Any, user: User, agreement: Agreement, parties: Sequence[AgreementParty], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.agreement, self.parties = user, agreement, {str(party.pk): party for party in parties}
        self.fields["party"].choices = [(key, str(party)) for key, party in self.parties.items()]  # type: ignore[attr-defined]
        self.fields["party"].initial = next(iter(self.parties), None)
        self.fields["version"].initial = self.latest.pk

    @property
    def latest(self) -> AgreementVersion:
        if self.agreement.latest is None:
            raise AgreementVersion.DoesNotExist
        return self.agreement.latest

    def clean_version(self) -> AgreementVersion:
        if self.cleaned_data["version"] != self.latest.pk:
            raise ValidationError(_("The agreement has changed since you opened it. Read it again before you answer."))
        return self.latest

    def clean_signed_on(self) -> Any:
        today_or_before(self.cleaned_data["signed_on"], timezone.localdate())
        return self.cleaned_data["signed_on"]

    def given(self, **said: Any) -> Given:
        data = self.cleaned_data
        return Given(party=self.parties[data["party"]], version=data["version"], by=self.user, **said)


class SignForm(_AnswerForm):
    signatory = forms.CharField(label=_("Your name"), max_length=150)
    position = forms.CharField(label=_("Your position"), max_length=150, help_text=_("For example managing director."))
    signed_on = forms.DateField(label=_("Signed on"), widget=DateInput())
    file = DocumentField(
        required=False,
        label=_("The signed file"),
        help_text=_("If it was signed outside the system as well, on paper or with BankID."),
    )
    binds = forms.BooleanField(label="", error_messages={"required": _("Confirm that you may sign for the party.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signatory"].initial = self.user.get_full_name()
        self.fields["signed_on"].initial = timezone.localdate
        told = gettext("I have read version %(number)s, may bind the party, and sign on its behalf.")
        self.fields["binds"].label = told % {"number": self.latest.number}

    @property
    def helper(self) -> FormHelper:
        return untagged("version", "party", Div("signatory", "position", css_class="row"), "signed_on", "file", "binds")

    def answer(self) -> Given:
        data = self.cleaned_data
        said = {name: data[name] for name in ("signatory", "position", "signed_on")}
        return self.given(answer=Answer.SIGNED, document=kept(data["file"], self.user), **said)


class DeclineForm(_AnswerForm):
    signatory = forms.CharField(label=_("Your name"), max_length=150)
    position = forms.CharField(label=_("Your position"), max_length=150)
    why = forms.CharField(
        label=_("Why not"),
        help_text=_("Everybody who sees the agreement can read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signatory"].initial = self.user.get_full_name()

    @property
    def helper(self) -> FormHelper:
        return untagged("version", "party", Div("signatory", "position", css_class="row"), "why")

    def answer(self) -> Given:
        said = {name: self.cleaned_data[name] for name in ("signatory", "position", "why")}
        return self.given(answer=Answer.DECLINED, signed_on=timezone.localdate(), **said)


class PaperForm(_AnswerForm):
    file = DocumentField(label=_("The file this party signed"))
    signatory = forms.CharField(
        label=_("Who signed"), max_length=150, required=False, help_text=_("Leave it empty when it is not known.")
    )
    position = forms.CharField(label=_("Their position"), max_length=150, required=False)
    signed_on = forms.DateField(
        label=_("Signed on"), widget=DateInput(), required=False, help_text=_("Leave it empty when it is not known.")
    )

    @property
    def helper(self) -> FormHelper:
        return untagged("version", "party", "file", Div("signatory", "position", css_class="row"), "signed_on")

    def answer(self) -> Given:
        data = self.cleaned_data
        said = {name: data[name] for name in ("signatory", "position", "signed_on")}
        document = kept(data["file"], self.user)
        return self.given(answer=Answer.SIGNED, method=Method.ON_PAPER, document=document, **said)
