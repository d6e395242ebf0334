"""Accounts: what was spent on each line of the plan, and how much of it is approved."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.forms.plans import CellField, typed
from funding.models import ActualLine, Approval, CostLine, CostStatement
from funding.models.limits import within_limits
from partners.models import User
from projects.forms.documents import DocumentField
from projects.models import Document
from projects.money import nok

MINUS = "-−–"


class SignedField(CellField):
    """As a correction of earlier accounts it may be negative."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"−{typed(-value)}" if value < 0 else typed(value)
        return value

    def to_python(self, value: Any) -> Any:
        bare = str(value or "").strip()
        amount = super().to_python(bare.lstrip(MINUS))
        return -amount if amount is not None and bare[:1] in MINUS and bare else amount


class StatementForm(forms.ModelForm[CostStatement]):
    """One field a cost of the plan. Empty is nothing spent there, and no line."""

    document = DocumentField(
        required=False, help_text=_("The accounts, signed time sheets or invoices. More can be added later.")
    )

    class Meta:
        model = CostStatement
        fields = ("title", "auditor_confirmed")

    def __init__(self, *args: Any, costs: Sequence[CostLine], spent: Mapping[int, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.costs = costs
        for cost in costs:
            planned = next((one.value for one in cost.years.all() if one.year == self.instance.year), None)
            told = gettext("Planned this year: %(amount)s") % {"amount": nok(planned)} if planned is not None else ""
            field = SignedField(label=cost.text, initial=spent.get(cost.pk), help_text=told)
            self.fields[f"spent_{cost.pk}"] = field
        self.order_fields(["title", *(f"spent_{cost.pk}" for cost in costs)])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.mark_optional = False
        return helper

    @property
    def spent(self) -> dict[int, Decimal]:
        found = {cost.pk: self.cleaned_data.get(f"spent_{cost.pk}") for cost in self.costs}
        return {pk: value for pk, value in found.items() if value is not None}

    @within_limits()
    def store(self, by: User) -> None:
        statement = self.save()
        statement.write(self.spent)
        if upload := self.cleaned_data["document"]:
            statement.documents.add(Document.keep(upload, by))

    def rows(self) -> list[tuple[CostLine, forms.BoundField]]:
        return [(cost, self[f"spent_{cost.pk}"]) for cost in self.costs]


class NewStatementForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Which year"), coerce=int)
    title = forms.CharField(
        label=_("Title"), help_text=_("For instance “Accounts for the first half of the year”."), max_length=200
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class ApprovalForm(forms.Form):
    """How much of each line is approved; why, where that is less."""

    def __init__(self, *args: Any, lines: Sequence[ActualLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            of = {"line": line.line.text}
            amount = SignedField(label=gettext("Approved of “%(line)s”, NOK") % of, required=True, initial=line.claimed)
            why = forms.CharField(label=gettext("Why less of “%(line)s”") % of, max_length=500, required=False)
            for name, field in (("approved", amount), ("why", why)):
                field.widget.attrs.update({"class": "ds-input", "aria-label": field.label})
                self.fields[f"{name}_{line.pk}"] = field

    def rows(self) -> list[tuple[ActualLine, forms.BoundField, forms.BoundField]]:
        return [(line, self[f"approved_{line.pk}"], self[f"why_{line.pk}"]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for line in self.lines:
            amount, why = answers.get(f"approved_{line.pk}"), answers.get(f"why_{line.pk}", "")
            if amount is not None:
                self._check(ActualLine(claimed=line.claimed, approved=amount, why=why.strip()), line.pk)
        return answers

    def _check(self, answer: ActualLine, pk: int) -> None:
        for rule in ActualLine._meta.constraints:
            if rule.name in ("less_needs_a_reason", "approved_is_not_more_than_spent"):
                try:
                    rule.validate(ActualLine, answer)
                except ValidationError as error:
                    self.add_error(f"{'why' if rule.name == 'less_needs_a_reason' else 'approved'}_{pk}", error)

    @property
    def approvals(self) -> dict[int, Approval]:
        answers = self.cleaned_data
        return {line.pk: Approval(answers[f"approved_{line.pk}"], answers[f"why_{line.pk}"]) for line in self.lines}
