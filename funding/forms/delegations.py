"""Who may decide what."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.frame_permissions import houses, kept_by
from funding.models import Delegation
from partners.models import User
from partners.models.roles import MemberRole
from partners.widgets import DateInput


class DelegationForm(forms.ModelForm[Delegation]):
    max_amount = AmountField(label=_("Up to, NOK"), help_text=_("Leave it empty when there is no limit."))

    class Meta:
        model = Delegation
        fields = ("organisation", "user", "scheme", "max_amount", "body", "valid_from", "valid_to", "note")
        labels = {
            "organisation": _("Organisation"),
            "user": _("Who"),
            "scheme": _("Funding scheme"),
            "body": _("Decides as"),
            "valid_from": _("From which day"),
            "valid_to": _("To which day"),
            "note": _("What it builds on"),
        }
        widgets = {"valid_from": DateInput(), "valid_to": DateInput()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = kept_by(user)
        fields["organisation"].queryset = houses(own)
        fields["organisation"].empty_label = None
        deciders = {"memberships__organisation__in": own, "memberships__role": MemberRole.DECIDER}
        fields["user"].queryset = User.objects.filter(**deciders).distinct().order_by("last_name", "pk")
        fields["user"].empty_label, fields["scheme"].empty_label = gettext("All deciders"), gettext("All schemes")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        days = Div("valid_from", "valid_to", css_class="row")
        helper.layout = Layout("organisation", "user", "scheme", "max_amount", "body", days, "note")
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        who, where = answers.get("user"), answers.get("organisation")
        if who and where and not who.memberships.filter(organisation=where, role=MemberRole.DECIDER).exists():
            self.add_error("user", gettext("This person is not a decider there."))
        return answers


class EndForm(forms.ModelForm[Delegation]):
    """Of what decisions may already build on, only its last day changes, and what is noted."""

    class Meta:
        model = Delegation
        fields = ("valid_to", "note")
        labels = {"valid_to": _("To which day"), "note": _("What it builds on")}
        widgets = {"valid_to": DateInput()}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def clean_valid_to(self) -> date | None:
        last: date | None = self.cleaned_data["valid_to"]
        if last and last < self.instance.valid_from:
            raise ValidationError(gettext("The last day is before the first."))
        return last
