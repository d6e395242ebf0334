"""What a project is to reach, and what may get in its way."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import User
from partners.widgets import DateInput
from projects.forms.projects import possible_leaders
from projects.models import Goal, Risk


class GoalForm(forms.ModelForm[Goal]):
    class Meta:
        model = Goal
        fields = ("text", "is_main", "indicator", "measured_by", "target", "counted")
        labels = {
            "text": _("What is to be reached"),
            "is_main": _("It is a main goal"),
            "indicator": _("Indicator the system counts"),
            "measured_by": _("How it is measured"),
            "target": _("Target"),
            "counted": _("Reached, as counted by yourselves"),
        }
        help_texts = {"counted": _("Leave it empty where the system counts.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator: Any = self.fields["indicator"]
        indicator.choices = [("", _("None: we count ourselves")), *indicator.choices[1:]]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("text", "is_main", "indicator", "measured_by", Div("target", "counted", css_class="row"))
        return helper


class RiskForm(forms.ModelForm[Risk]):
    class Meta:
        model = Risk
        fields = ("text", "likelihood", "consequence", "measure", "responsible", "closed_on")
        labels = {
            "text": _("What may happen"),
            "likelihood": _("Likelihood"),
            "consequence": _("Consequence"),
            "measure": _("What we do about it"),
            "responsible": _("Responsible"),
            "closed_on": _("No longer a risk from"),
        }
        widgets = {
            "likelihood": forms.RadioSelect,
            "consequence": forms.RadioSelect,
            "measure": forms.Textarea(attrs={"rows": 3}),
            "closed_on": DateInput(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        responsible: Any = self.fields["responsible"]
        responsible.queryset = possible_leaders(self.instance.project, user)
        responsible.empty_label = _("Not stated")
        for name in ("likelihood", "consequence"):
            field: Any = self.fields[name]
            field.choices = field.choices[1:]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            "text", Div("likelihood", "consequence", css_class="row"), "measure", "responsible", "closed_on"
        )
        return helper
