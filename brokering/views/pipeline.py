"""My firms and their needs: who stands where, and what to do next."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from brokering.exchange.tables import as_csv
from brokering.forms.needs import projects_for
from brokering.permissions import may_visit
from brokering.pipeline import ENDED, Choice, Row, Stage, columns, rows
from partners.models import Municipality, User
from partners.models.roles import BROKERING_ROLES
from partners.requests import Request
from projects.models import Project

PER_PAGE = 100


class PipelineForm(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    project = forms.ModelChoiceField(label=gettext_lazy("Project"), queryset=Project.objects.none(), required=False)
    place = forms.ModelChoiceField(
        label=gettext_lazy("Municipality"), queryset=Municipality.objects.none(), required=False
    )

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        self.fields["stage"].choices = [("", _("All that are under way")), *Stage.choices]  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects_for(user)  # type: ignore[attr-defined]
        self.fields["place"].queryset = served_by(user)  # type: ignore[attr-defined]
        for name in ("project", "place"):
            self.fields[name].empty_label = _("All")  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """What cannot be understood is left out."""
        self.is_valid()
        project, place = self.cleaned_data.get("project"), self.cleaned_data.get("place")
        return Choice(project.pk if project else None, place.pk if place else "")

    def shown(self, found: Iterable[Row]) -> list[Row]:
        """Those of the stage that is asked for, else those under way."""
        stage = self.cleaned_data.get("stage")
        return [row for row in found if (row.stage == stage if stage else row.stage not in ENDED)]


def served_by(user: User) -> QuerySet[Municipality]:
    houses = [one.organisation_id for one in user.standings if one.serves and one.role in BROKERING_ROLES]
    return Municipality.objects.filter(brokers__in=houses).distinct()


@require_safe
def pipeline(request: Request) -> HttpResponse:
    if why_not := may_visit(request.user):
        raise PermissionDenied(why_not)
    form = PipelineForm(request.GET, request.user)
    found = rows(request.user, form.choice())
    page = Paginator(form.shown(found), PER_PAGE).get_page(request.GET.get("page"))
    stage = form.cleaned_data.get("stage", "")
    context = {"form": form, "columns": columns(found), "stage": stage, "page": page, "today": timezone.localdate()}
    return render(request, "brokering/pipeline.html", context)


@require_safe
def pipeline_csv(request: Request) -> HttpResponse:
    """The rows of the page, all of them, for a spreadsheet."""
    if why_not := may_visit(request.user):
        raise PermissionDenied(why_not)
    form = PipelineForm(request.GET, request.user)
    table = as_csv(heading(), map(line, form.shown(rows(request.user, form.choice()))))
    name = f"{_('firms')}-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=headers)


def heading() -> list[str]:
    return [
        _("Stage"),
        _("Firm"),
        _("Organisation number"),
        _("Municipality"),
        _("Needs"),
        _("People"),
        _("Waiting since"),
        _("Last visit"),
        _("Next follow-up"),
    ]


def line(row: Row) -> list[object]:
    since = timezone.localdate(row.since) if row.since else None
    firm = row.firm
    counts = [len(row.needs), row.people, since, row.last_visit, row.next_follow_up]
    return [str(row.stage.label), firm.name, firm.number, firm.municipality and str(firm.municipality), *counts]
