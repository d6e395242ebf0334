"""Writing down what is to be reached by which day."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User
from partners.widgets import DateInput
from projects.models import Milestone, Project
from projects.participants import organisations, participants


class MilestoneForm(forms.ModelForm[Milestone]):
    class Meta:
        model = Milestone
        fields = ("title", "due_on", "organisation", "person", "activity", "note")
        labels = {
            "title": _("What is to be reached"),
            "due_on": _("By"),
            "organisation": _("Responsible organisation"),
            "person": _("Responsible person"),
            "activity": _("Part of the measure"),
            "note": _("Note"),
        }
        help_texts = {"title": _("So that one can see whether it is reached: “The first ten have signed up”.")}
        widgets = {"due_on": DateInput(), "note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, user: User, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.project = project
        fields: dict[str, Any] = self.fields
        for name in ("organisation", "person"):
            fields[name].empty_label = _("Not stated")
        fields["activity"].empty_label = _("None")
        chosen = Q(pk__in=[self.instance.organisation_id] if self.instance.organisation_id else [])
        fields["organisation"].queryset = Organisation.objects.filter(
            chosen | Q(pk__in=organisations(project).order_by().values("pk"))
        )
        fields["person"].queryset = participants(project)
        fields["activity"].queryset = project.activities.carried_out()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("title", "due_on", Div("organisation", "person", css_class="row"), "activity", "note")
        return helper


class ReachedForm(forms.Form):
    """The day it was reached; today when nothing else is said."""

    on = forms.DateField(label=_("Reached on"), required=False, widget=DateInput())
