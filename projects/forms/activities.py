"""Writing down what a project does, and judging whether the place had it before."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Municipality, Organisation, User
from partners.models.organisations import Role
from partners.widgets import DateInput
from projects.models import Activity, Newness, Project
from projects.participants import organisations, participants

# Firms are worked for; these are worked with.
COLLABORATORS = [Role.PROVIDER, Role.PARTNER, Role.FUNDER, Role.COUNTY]


class ActivityForm(forms.ModelForm[Activity]):
    class Meta:
        model = Activity
        fields = (
            "title",
            "text",
            "target_group",
            "starts_on",
            "ends_on",
            "organisation",
            "person",
            "collaborators",
            "municipalities",
            "planned_participants",
            "actual_participants",
        )
        labels = {
            "title": _("Title"),
            "text": _("What it is"),
            "target_group": _("Target group"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "organisation": _("Responsible organisation"),
            "person": _("Responsible person"),
            "collaborators": _("Together with"),
            "municipalities": _("Where"),
            "planned_participants": _("Participants, planned"),
            "actual_participants": _("Participants, actual"),
        }
        help_texts = {
            "title": _("What is taught or done, in words a course would use. It is compared with the courses."),
            "starts_on": _("Leave it empty while it is not known."),
            "actual_participants": _("How many took part, when you know."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "collaborators": forms.CheckboxSelectMultiple,
            "municipalities": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, user: User, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.project = project
        fields: dict[str, Any] = self.fields
        for name in ("organisation", "person"):
            fields[name].empty_label = _("Not stated")
        fields["target_group"].choices = [("", _("Not stated")), *fields["target_group"].choices[1:]]
        fields["organisation"].queryset = _responsible(project, self.instance)
        fields["person"].queryset = participants(project)
        fields["collaborators"].queryset = _collaborators(project, self.instance, user)
        fields["municipalities"].queryset = _places(project, self.instance)
        for name in ("collaborators", "municipalities"):
            if not fields[name].queryset.exists():
                del fields[name]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        with_whom = ["collaborators"] if "collaborators" in self.fields else []
        where = ["municipalities"] if "municipalities" in self.fields else []
        helper.layout = Layout(
            "title",
            "text",
            Fieldset(
                _("For whom and when"),
                "target_group",
                Div("starts_on", "ends_on", css_class="row"),
                Div("planned_participants", "actual_participants", css_class="row"),
                *where,
                css_class="form-part",
            ),
            Fieldset(
                _("Who does it"), Div("organisation", "person", css_class="row"), *with_whom, css_class="form-part"
            ),
        )
        return helper


def _responsible(project: Project, activity: Activity) -> Any:
    """Those that take part, and the one that is chosen already."""
    chosen = [activity.organisation_id] if activity.organisation_id else []
    return organisations(project) | Organisation.objects.filter(pk__in=chosen)


def _collaborators(project: Project, activity: Activity, user: User) -> Any:
    """Those that take part, those chosen already, and others the person sees, but not the firms they work for."""
    known = Q(pk__in=organisations(project).values("pk"))
    if activity.pk:
        known |= Q(pk__in=activity.collaborators.values("pk"))
    seen = Organisation.objects.visible_to(user).filter(roles__overlap=COLLABORATORS)
    return Organisation.objects.filter(known | Q(pk__in=seen.order_by().values("pk")))


def _places(project: Project, activity: Activity) -> Any:
    chosen = activity.municipalities.values("pk") if activity.pk else Municipality.objects.none().values("pk")
    return Municipality.objects.filter(Q(pk__in=project.covered().order_by().values("pk")) | Q(pk__in=chosen))


class JudgementForm(forms.Form):
    """Overruling the system: with a reason, or leaving it to the system again."""

    judged = forms.ChoiceField(
        label=_("Is it new to the place?"),
        choices=[
            (Newness.NEW, _("Yes, nobody offers it here")),
            (Newness.EXISTS, _("No, it exists here already")),
            (Newness.UNKNOWN, _("We do not know")),
            ("", _("Let the system answer")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    why = forms.CharField(
        label=_("Why"),
        help_text=_("Those who read the figure see your reason and your name."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.mark_optional = False
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("judged") and not answers.get("why", "").strip():
            self.add_error("why", _("Say why."))
        return answers
