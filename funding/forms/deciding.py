"""The draft of a decision: what it makes of each year's money, on which conditions, and why."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.models import (
    BudgetFrame,
    Commitment,
    Decision,
    DecisionCondition,
    DecisionItem,
    DecisionKind,
    Delegation,
    Tranche,
)
from funding.models.limits import within_limits
from funding.overview import left
from partners.models import User
from partners.widgets import DateInput
from projects.money import nok

NONE, HELD_OUT = "lapsed", "held_out"
SURE = [("held_out", _("Held out")), ("conditional", _("Conditional")), ("firm", _("Firm"))]


TEXTS = ("facts", "reasoning", "legal_basis", "complaint")


class Row(NamedTuple):
    """A year as the grid shows it."""

    tranche: Tranche
    applied: Decimal | None
    fields: list[forms.BoundField]


class DecisionForm(forms.ModelForm[Decision]):
    class Meta:
        model = Decision
        fields = (*TEXTS, "aid_basis", "language")
        widgets = {
            name: forms.Textarea(attrs={"rows": 4}) for name in ("facts", "reasoning", "legal_basis", "complaint")
        }
        labels = {
            "facts": _("The facts of the case"),
            "reasoning": _("Reasons"),
            "legal_basis": _("Rules it builds on"),
            "complaint": _("How to complain"),
            "aid_basis": _("State aid"),
            "language": _("Language of the letter"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {item.tranche_id: item for item in self.instance.items.all()}
        self.tranches = _changeable(self.instance)
        self.frames = _frames(self.instance, self.tranches, timezone.localdate())
        for tranche in self.tranches:
            self._add_year(tranche, self.items.get(tranche.pk))

    @property
    def is_grant(self) -> bool:
        return self.instance.kind == DecisionKind.GRANT

    def _add_year(self, tranche: Tranche, item: DecisionItem | None) -> None:
        year, stays = tranche.year_label, gettext("As it is")
        amount = tranche.amount if item is None or item.amount is None else item.amount
        label = gettext("%(year)s: amount, NOK") % {"year": year}
        self.fields[f"amount_{tranche.pk}"] = _named(AmountField(initial=amount), label)
        if self.instance.kind == DecisionKind.RECOVER:
            return
        nothing = (NONE, gettext("No money") if self.is_grant else gettext("Lapses"))
        surer = [(state.value, state.label) for state in tranche.surer if self.instance.kind != DecisionKind.CHANGE]
        choices = [nothing, *SURE] if self.is_grant else [("", stays), *surer, nothing]
        now = item.to_state if item else (HELD_OUT if self.is_grant else "")
        sure = forms.ChoiceField(choices=choices, initial=now, required=self.is_grant)
        self.fields[f"sure_{tranche.pk}"] = _named(sure, gettext("%(year)s: how sure") % {"year": year})
        frames = self.frames.get(tranche.year or 0)
        if frames is not None and self.instance.kind != DecisionKind.CHANGE:
            chosen = (item and item.frame_id) or tranche.frame_id or (frames[0][0] if len(frames) == 1 else "")
            frame = forms.TypedChoiceField(
                choices=[("", gettext("not stated")), *frames],
                initial=chosen,
                required=False,
                coerce=int,
                empty_value=None,
            )
            self.fields[f"frame_{tranche.pk}"] = _named(frame, gettext("%(year)s: paid from") % {"year": year})

    @property
    def rows(self) -> list[Row]:
        application = self.instance.application
        applied = {one.year: one.amount for one in application.years.all()} if application else {}
        names = ("amount", "sure", "frame")
        return [
            Row(
                one,
                applied.get(one.year or 0),
                [self[f"{name}_{one.pk}"] for name in names if f"{name}_{one.pk}" in self.fields],
            )
            for one in self.tranches
        ]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(*(self._meta.fields or ()))
        return helper

    @within_limits()
    def store(self, by: User) -> Decision:
        """The texts, and for each year an item. ValidationError when a ceiling says no."""
        decision = self.save()
        for tranche in self.tranches:
            self._store_year(tranche, by)
        if self.is_grant:
            _sum_up(decision)
        return decision

    def _store_year(self, tranche: Tranche, by: User) -> None:
        said = {name: self.cleaned_data.get(f"{name}_{tranche.pk}") for name in ("amount", "sure", "frame")}
        if self.is_grant:
            amount = None if said["sure"] == NONE else said["amount"]
            if tranche.amount != amount:
                tranche.amend(amount, by)
            Tranche.objects.filter(pk=tranche.pk).update(frame=None if said["sure"] == NONE else said["frame"])
        items = self.instance.items
        facts = {"to_state": said["sure"] or "", "frame_id": said["frame"], "amount": said["amount"]}
        if self.is_grant and said["sure"] == HELD_OUT:
            items.filter(tranche=tranche).delete()
        elif self.is_grant:
            items.update_or_create(tranche=tranche, defaults={**facts, "amount": None})
        elif said["sure"] or (said["amount"] is not None and said["amount"] != tranche.amount) or self._recovers(said):
            facts["amount"] = None if said["sure"] == NONE else said["amount"]
            items.update_or_create(tranche=tranche, defaults=facts)
        else:
            items.filter(tranche=tranche).delete()

    def _recovers(self, said: dict[str, Any]) -> bool:
        return self.instance.kind == DecisionKind.RECOVER and said["amount"] is not None


def _sum_up(decision: Decision) -> None:
    """What is promised in all, and whether that is what was applied for."""
    amounts = Decision.objects.get(pk=decision.pk).amounts
    whole = amounts.known if amounts.known and not amounts.unknown else None
    Commitment.objects.filter(pk=decision.commitment_id or 0).update(amount=whole)
    given = {one.year: one.amount for one in decision.the_commitment.tranches.all() if one.amount is not None}
    asked = {one.year: one.amount for one in decision.application.years.all()} if decision.application else {}
    Decision.objects.filter(pk=decision.pk).update(result="granted" if given == asked else "partly")


def _changeable(decision: Decision) -> list[Tranche]:
    """The years that this kind of decision can say something of."""
    if decision.commitment is None or decision.kind in (DecisionKind.REJECT, DecisionKind.RETURN, DecisionKind.ANNUL):
        return []
    standing = [one for one in decision.commitment.tranches.select_related("frame__source") if one.strength]
    if decision.kind == DecisionKind.STRENGTHEN:
        return [one for one in standing if one.surer]
    return standing


def _frames(decision: Decision, tranches: list[Tranche], on: date) -> dict[int, list[tuple[int, str]]]:
    """For each year the funder's frames as choices, with what is left of them; none for what is decided elsewhere."""
    if not tranches or decision.the_commitment.state == "confirmed":
        return {}
    years = {one.year: list[tuple[int, str]]() for one in tranches if one.year is not None}
    found = BudgetFrame.objects.filter(source__owner=decision.funder, year__in=years).select_related("source")
    for frame in found.order_by("year", "pk"):
        told = gettext("%(source)s, %(amount)s left") % {"source": frame.source, "amount": nok(left(frame, on))}
        years[frame.year].append((frame.pk, told))
    return {year or 0: frames for year, frames in years.items()}


def _named(field: forms.Field, label: str) -> Any:
    """In a grid the heads of rows and columns say it to the eye, and this to the ear."""
    field.label = label
    field.widget.attrs["aria-label"] = label
    return field


class ConditionForm(forms.ModelForm[DecisionCondition]):
    class Meta:
        model = DecisionCondition
        fields = ("text", "kind", "binds", "tranche", "due_on", "is_precondition")
        widgets = {"due_on": DateInput()}
        labels = {
            "text": _("In words"),
            "kind": _("What it is about"),
            "binds": _("Whom it binds"),
            "tranche": _("Which money"),
            "due_on": _("Due"),
            "is_precondition": _("Nothing is paid before it is met"),
        }

    def __init__(self, *args: Any, tranches: list[Tranche], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: Any = self.fields["tranche"]
        years.queryset = Tranche.objects.filter(pk__in=[one.pk for one in tranches])
        years.empty_label = gettext("All of it")
        years.label_from_instance = lambda tranche: tranche.year_label


Conditions: Any = forms.inlineformset_factory(Decision, DecisionCondition, form=ConditionForm, extra=2, can_delete=True)


class DecideForm(forms.Form):
    """By which delegation, and the case number of the body that decides by it."""

    delegation = forms.ModelChoiceField(Delegation.objects.none(), label=_("By which delegation"), empty_label=None)
    on = forms.DateField(label=_("Decided on"), widget=DateInput())
    body_reference = forms.CharField(
        label=_("The body’s case number"), help_text=_("When a body decides."), max_length=100, required=False
    )

    def __init__(self, *args: Any, decision: Decision, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, **{"initial": {"on": today}, **kwargs})
        choice: Any = self.fields["delegation"]
        choice.queryset = decision.delegations(user, today)
        choice.label_from_instance = in_words

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        return helper


def in_words(delegation: Any) -> str:
    """“Fylkesrådet, up to NOK 500 000”."""
    who = delegation.body or (str(delegation.user) if delegation.user else gettext("All deciders"))
    if delegation.max_amount is None:
        return gettext("%(who)s, without a limit") % {"who": who}
    return gettext("%(who)s, up to %(amount)s") % {"who": who, "amount": nok(delegation.max_amount)}
