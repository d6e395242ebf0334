"""Writing a report, asking for reports, and giving more time for them. No form has a field for a figure."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User
from partners.widgets import DateInput
from projects.models import Project, Report, ReportingRequirement, ReportKind
from projects.models.reports import SECTIONS


class ReportForm(forms.ModelForm[Report]):
    class Meta:
        model = Report
        fields = SECTIONS
        help_texts = {
            "done": _("Needed before the report is sent."),
            "reached": _("Needed before the report is sent. The figures stand in it already; tell what they mean."),
            "money": _("What was used, and what differs from the plan, in words."),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in SECTIONS}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(*SECTIONS)
        helper.mark_optional = False
        return helper


class RequirementForm(forms.ModelForm[ReportingRequirement]):
    class Meta:
        model = ReportingRequirement
        fields = ("kind", "title", "first_day", "last_day", "due_on", "asked_by", "instructions", "is_public")
        labels = {
            "kind": _("Kind of report"),
            "title": _("Title"),
            "first_day": _("First day it reports on"),
            "last_day": _("Last day it reports on"),
            "due_on": _("Due"),
            "asked_by": _("Asked for by"),
            "instructions": _("What the report is to tell"),
            "is_public": _("Everybody may read the report once it is approved"),
        }
        widgets = {name: DateInput() for name in ("first_day", "last_day", "due_on")} | {
            "instructions": forms.Textarea(attrs={"rows": 4})
        }

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = self.instance.project = project
        self.fields["asked_by"].queryset = partners_of(project)  # type: ignore[attr-defined]
        self.fields["asked_by"].empty_label = _("not stated")  # type: ignore[attr-defined]
        self.initial.setdefault("asked_by", own_house(project, user))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        dates = Div("first_day", "last_day", css_class="row")
        helper.layout = Layout("kind", "title", dates, "due_on", "asked_by", "instructions", "is_public")
        return helper

    def clean_kind(self) -> str:
        """The database says so too, but in no words for people."""
        kind = str(self.cleaned_data["kind"])
        if kind == ReportKind.FINAL and has_final(self.project):
            raise forms.ValidationError(gettext("A final report is asked for already."))
        return kind


class YearlyForm(forms.Form):
    """A report for each year of the project that none is asked for yet."""

    days = forms.IntegerField(
        label=_("Days from the end of the year until it is due"), min_value=0, max_value=365, initial=31
    )
    ends_with_final = forms.BooleanField(label=_("The last one is the final report"), required=False, initial=True)
    asked_by = forms.ModelChoiceField(
        label=_("Asked for by"), queryset=Organisation.objects.none(), required=False, empty_label=_("not stated")
    )
    instructions = forms.CharField(
        label=_("What the reports are to tell"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.user = project, user
        self.fields["asked_by"].queryset = partners_of(project)  # type: ignore[attr-defined]
        self.initial.setdefault("asked_by", own_house(project, user))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    def save(self) -> list[ReportingRequirement]:
        """The requirements that were not there."""
        there = set(self.project.reporting_requirements.values_list("first_day", "last_day"))
        wanted = [one for one in map(self._of, self.project.years) if (one.first_day, one.last_day) not in there]
        for requirement in wanted:
            requirement.save()
        return wanted

    def _of(self, year: int) -> ReportingRequirement:
        first, last = date(year, 1, 1), date(year, 12, 31)
        period = self.project.period() or (first, last)
        is_last = year == self.project.years[-1] and self.cleaned_data["ends_with_final"]
        kind = ReportKind.FINAL if is_last and not has_final(self.project) else ReportKind.PROGRESS
        last = min(last, period[1])
        return ReportingRequirement(
            project=self.project,
            kind=kind,
            title=f"{kind.label} {year}",
            first_day=max(first, period[0]),
            last_day=last,
            due_on=last + timedelta(days=self.cleaned_data["days"]),
            asked_by=self.cleaned_data["asked_by"],
            instructions=self.cleaned_data["instructions"],
            created_by=self.user,
        )


class ChangesForm(forms.Form):
    why = forms.CharField(label=_("What is to be changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class MoreTimeForm(forms.Form):
    """A later due date and why; a refusal needs the reason only."""

    to_on = forms.DateField(label=_("New due date"), widget=DateInput(), required=False)
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, due: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due = due
        self.refuses = "refuse" in self.data

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.mark_optional = False
        return helper

    def clean_to_on(self) -> date | None:
        day: date | None = self.cleaned_data["to_on"]
        if self.refuses:
            return None
        if day is None or day <= self.due:
            told = gettext("Choose a later day than %(day)s, when it is due now.")
            raise forms.ValidationError(told % {"day": date_format(self.due)})
        return day


def has_final(project: Project) -> bool:
    return project.reporting_requirements.filter(kind=ReportKind.FINAL).exists()


def partners_of(project: Project) -> Any:
    return Organisation.objects.filter(participations__project=project).distinct()


def own_house(project: Project, user: User) -> int | None:
    """The organisation of the person that takes part, as the one who most likely asks."""
    own = partners_of(project).filter(pk__in={one.organisation_id for one in user.standings})
    first = own.order_by("pk").first()
    return first.pk if first else None
