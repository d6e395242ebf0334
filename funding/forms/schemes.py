"""What a scheme is, how much it gives, and its calls."""

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.frame_permissions import houses, kept_by
from funding.guide import share
from funding.models import Call, FundingScheme, FundingSource, SchemeCeiling
from funding.models.limits import within_limits
from partners.models import User
from partners.widgets import DateInput


class ShareField(forms.DecimalField):
    """A share that is typed in per cent."""

    def __init__(self, **options: Any) -> None:
        facts = {"max_digits": 5, "decimal_places": 2, "required": False, "widget": forms.TextInput}
        super().__init__(**{**facts, **options})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return share(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".").strip(" %") if isinstance(value, str) else value)

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value)
        if typed is not None and not 0 < typed <= 100:
            raise ValidationError(gettext("A share is more than 0 and at most 100 %."))
        return None if typed is None else typed / 100


class SchemeForm(forms.ModelForm[FundingScheme]):
    share_cap = ShareField(label=_("Largest share of the costs, in per cent"))
    advance_share = ShareField(
        label=_("Largest advance, in per cent of the year’s money"),
        help_text=_("Leave it empty when nothing is paid in advance."),
    )
    auditor_from = AmountField(label=_("An auditor confirms accounts from, NOK"))
    effort_rate = AmountField(label=_("Own effort, NOK an hour"))

    class Meta:
        model = FundingScheme
        fields = (
            "name",
            "manager",
            "programme",
            "source",
            "about",
            "is_open",
            "share_cap",
            "advance_share",
            "auditor_from",
            "effort_rate",
            "acceptance_days",
            "claim_months",
            "firm_by_day",
            "firm_by_month",
            "is_aid",
        )
        labels = {
            "name": _("Name"),
            "manager": _("Managed by"),
            "programme": _("Programme"),
            "source": _("Source of the money"),
            "about": _("What it is for"),
            "is_open": _("Takes applications outside calls"),
            "acceptance_days": _("Days to accept"),
            "claim_months": _("Months after the year for the last claim"),
            "firm_by_day": _("Next year’s money is firm by day"),
            "firm_by_month": _("of month, the year before"),
            "is_aid": _("Is state aid (de minimis)"),
        }
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = kept_by(user)
        fields["manager"].queryset = houses({*own, *([self.instance.manager_id] if self.instance.pk else [])})
        fields["manager"].empty_label = None
        fields["source"].queryset = FundingSource.objects.filter(owner__in=own)
        for name in ("source", "programme"):
            fields[name].empty_label = gettext("not stated")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "name",
            Div("manager", "programme", css_class="row"),
            "source",
            "about",
            "is_open",
            Fieldset(
                gettext("How it is paid"),
                Div("share_cap", "advance_share", css_class="row"),
                Div("auditor_from", "effort_rate", css_class="row"),
                Div("acceptance_days", "claim_months", css_class="row"),
                Div("firm_by_day", "firm_by_month", css_class="row"),
                "is_aid",
                css_class="form-part",
            ),
        )
        return helper


class CeilingForm(forms.ModelForm[SchemeCeiling]):
    amount = AmountField(label=_("The most, NOK"), help_text=_("Leave it empty to take the ceiling away."))

    class Meta:
        model = SchemeCeiling
        fields = ("year", "counts", "amount")
        labels = {"year": _("Budget year"), "counts": _("Counted for")}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Div("year", "counts", "amount", css_class="row"))
        return helper

    @within_limits()
    def set(self, scheme: FundingScheme) -> None:
        """A year's ceiling: a new one, another amount, or none. ValidationError when more is given already."""
        known = self.cleaned_data
        ceiling = {"year": known["year"], "counts": known["counts"]}
        if known["amount"] is None:
            scheme.ceilings.filter(**ceiling).delete()
        else:
            scheme.ceilings.update_or_create(**ceiling, defaults={"amount": known["amount"]})


class CallForm(forms.ModelForm[Call]):
    years = SimpleArrayField(
        forms.IntegerField(min_value=2000, max_value=2100),
        label=_("Budget years"),
        required=False,
        help_text=_("With commas between: 2027, 2028."),
    )
    amount = AmountField(label=_("Amount in all, NOK"), help_text=_("Leave it empty when it is not known."))

    class Meta:
        model = Call
        fields = ("title", "opens_on", "closes_on", "years", "amount", "text", "url", "is_published")
        labels = {
            "title": _("Title"),
            "opens_on": _("Opens on"),
            "closes_on": _("Last day"),
            "text": _("What is called for"),
            "url": _("Address of the text of the call"),
            "is_published": _("Everybody sees it"),
        }
        widgets = {"opens_on": DateInput(), "closes_on": DateInput(), "text": forms.Textarea(attrs={"rows": 4})}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "title",
            Div("opens_on", "closes_on", css_class="row"),
            Div("years", "amount", css_class="row"),
            "text",
            "url",
            "is_published",
        )
        return helper
