"""Asking for money, claiming it back, and what is filled in on its way to the bank."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.claims import Room, room
from funding.models import CostStatement, DisbursementKind, DisbursementRequest, Tranche, TrancheState
from partners.models import User
from partners.widgets import DateInput
from projects.documents import Checked
from projects.forms.documents import DocumentField
from projects.models import Document
from projects.money import grouped, nok

_K = DisbursementKind


class ClaimField(AmountField):
    """0 is an amount here: a final payment may be of nothing."""

    def validate(self, value: Any) -> None:
        forms.CharField.validate(self, value)


class RequestForm(forms.ModelForm[DisbursementRequest]):
    """A request while it is a draft: within what is left of the year. Whether the costs carry it is judged later."""

    claimed = ClaimField(label=_("How much, NOK"), required=True)
    document = DocumentField(
        label=_("Add a document"),
        required=False,
        help_text=_("For instance the signed request. Accounts come with their own documents."),
    )

    class Meta:
        model = DisbursementRequest
        fields = ("kind", "tranche", "claimed", "statement", "text")
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "kind": _("What you ask for"),
            "tranche": _("Of which year’s money"),
            "statement": _("Accounts it builds on"),
            "text": _("What it is for"),
        }

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room, commitment = room, room.commitment
        self.instance.commitment = commitment
        kind, tranche, statement = (self.fields[name] for name in ("kind", "tranche", "statement"))
        kind.choices = list(self._kinds())  # type: ignore[attr-defined]
        open_ = [one.tranche.pk for one in room.years if not one.why_not or one.tranche.state == TrancheState.USED_UP]
        tranche.queryset = commitment.tranches.filter(pk__in=open_)  # type: ignore[attr-defined]
        tranche.label_from_instance = self._year  # type: ignore[attr-defined]
        tranche.empty_label = None  # type: ignore[attr-defined]
        accounts = CostStatement.objects.filter(project=commitment.project_id, state__in=["sent", "approved"])
        statement.queryset = accounts  # type: ignore[attr-defined]
        statement.empty_label = gettext("None")  # type: ignore[attr-defined]
        statement.label_from_instance = lambda one: f"{one} ({one.get_state_display()})"  # type: ignore[attr-defined]

    def _kinds(self) -> Any:
        if self.room.commitment.advance_share:
            yield _K.ADVANCE.value, gettext("Advance: before the costs have come")
        yield _K.PART.value, gettext("Part payment: of costs that have come")
        yield _K.FINAL.value, gettext("Final payment: the last one; what is left is given up")

    def _year(self, tranche: Tranche) -> str:
        told = gettext("%(year)s: %(left)s left")
        return told % {"year": tranche.year_label, "left": nok(self.room.of(tranche).left)}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        tranche, claimed, kind = (answers.get(name) for name in ("tranche", "claimed", "kind"))
        if tranche is None or claimed is None or not kind:
            return answers
        year = self.room.of(tranche)
        if kind != _K.FINAL and not claimed:
            self.add_error("claimed", gettext("Only a final payment can be of nothing."))
        if kind == _K.ADVANCE and claimed > year.advance:
            told = gettext("Of this year %(left)s can still be paid in advance.")
            self.add_error("claimed", told % {"left": nok(year.advance)})
        elif claimed > year.left:
            self.add_error("claimed", gettext("There is %(left)s left of this year.") % {"left": nok(year.left)})
        return answers

    def store(self, by: User, corrects: DisbursementRequest | None = None) -> DisbursementRequest:
        """A draft with its event, or the changed one."""
        if self.instance.pk:
            self.save()
        else:
            facts = {name: self.cleaned_data[name] for name in ("kind", "claimed", "statement", "text")}
            self.instance = DisbursementRequest.objects.begin(
                self.cleaned_data["tranche"], by=by, corrects=corrects, **facts
            )
        attach(self.instance, self.cleaned_data["document"], by)
        return self.instance


class ReturnForm(forms.Form):
    """Money that was paid too much. It is typed as what is to come back."""

    tranche = forms.ModelChoiceField(label=_("Of which year’s money"), queryset=Tranche.objects.none())
    amount = AmountField(label=_("How much is to come back, NOK"), required=True)
    text = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        paid = [one.tranche.pk for one in room.years if one.paid > 0]
        tranche = self.fields["tranche"]
        tranche.queryset = room.commitment.tranches.filter(pk__in=paid)  # type: ignore[attr-defined]
        tranche.empty_label = None  # type: ignore[attr-defined]
        tranche.label_from_instance = self._year  # type: ignore[attr-defined]

    def _year(self, tranche: Tranche) -> str:
        told = gettext("%(year)s: %(paid)s paid")
        return told % {"year": tranche.year_label, "paid": nok(self.room.of(tranche).paid)}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        tranche, amount = answers.get("tranche"), answers.get("amount")
        if tranche and amount and amount > (paid := self.room.of(tranche).paid):
            self.add_error("amount", gettext("Only %(paid)s is paid.") % {"paid": nok(paid)})
        return answers

    def store(self, by: User) -> DisbursementRequest:
        amount, text = self.cleaned_data["amount"], self.cleaned_data["text"]
        return DisbursementRequest.objects.begin(self.cleaned_data["tranche"], _K.RETURN, -amount, by, text=text)


def attach(request: DisbursementRequest, file: Checked | None, by: User) -> None:
    if file:
        request.documents.add(Document.keep(file, by))


class ActForm(forms.Form):
    """What an act asks for; `facts` are what it stores."""

    def __init__(self, *args: Any, request: DisbursementRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request


class ControlForm(ActForm):
    approved = ClaimField(label=_("So much is right, NOK"), required=True)
    reason = forms.CharField(
        label=_("Why less than was asked for"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The applicant reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approved"].initial = room(self.request.commitment, self.request).most(self.request)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        asked = abs(self.request.claimed)
        approved = answers.get("approved", asked)
        if approved > asked:
            told = gettext("No more than was asked for: %(asked)s.")
            self.add_error("approved", told % {"asked": grouped(asked)})
        elif approved < asked and not answers.get("reason", "").strip():
            self.add_error("reason", gettext("Say why less is paid than was asked for."))
        return answers

    @property
    def amount(self) -> Decimal:
        """With the sign of the request."""
        amount: Decimal = self.cleaned_data["approved"]
        return -amount if self.request.claimed < 0 else amount


class PayForm(ActForm):
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput())
    reference = forms.CharField(
        label=_("The payment’s reference"), max_length=100, help_text=_("As in the accounts or at the bank.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate()

    def clean_paid_on(self) -> Any:
        day = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise ValidationError(_("What is paid later is written down then."))
        return day


class WhyForm(ActForm):
    why = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Those who asked for the money read it."),
    )
