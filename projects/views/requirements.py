"""Asking a project for reports, and giving more time for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from partners.once import once
from partners.requests import Request
from projects.forms.reports import MoreTimeForm, RequirementForm, YearlyForm
from projects.models import Project, Report, ReportingRequirement
from projects.models.requirements import Step
from projects.permissions import Participation
from projects.report_permissions import requirement_actions
from projects.views.finding import find_inside
from projects.views.reports import find_report


def may_require(request: Request, pk: int) -> Project:
    """403 with the reason when the person may not ask the project for reports. Who posts is alone with the project."""
    project, _actions = find_inside(request, pk)
    if request.method == "POST":
        Project.objects.select_for_update().get(pk=pk)
    if why_not := requirement_actions(Participation.of(request.user, project))["require"]:
        raise PermissionDenied(why_not)
    return project


@require_http_methods(["GET", "HEAD", "POST"])
@once
def report_require(request: Request, pk: int) -> HttpResponse:
    project = may_require(request, pk)
    form = RequirementForm(request.POST or None, project=project, user=request.user)
    if form.is_valid():
        form.instance.created_by = request.user
        form.save()
        messages.success(request, _("The report is asked for."))
        return redirect("project-reports", pk)
    return render(request, "projects/requirement_form.html", {"form": form, "project": project, "yearly": False})


@require_http_methods(["GET", "HEAD", "POST"])
def report_require_yearly(request: Request, pk: int) -> HttpResponse:
    """One report for each year of the project."""
    project = may_require(request, pk)
    if not project.years:
        messages.error(request, _("The years of the project are not set."))
        return redirect("project-reports", pk)
    form = YearlyForm(request.POST or None, project=project, user=request.user)
    if form.is_valid():
        count = len(form.save())
        told = ngettext("%(count)d report is asked for.", "%(count)d reports are asked for.", count)
        messages.success(request, told % {"count": count})
        return redirect("project-reports", pk)
    return render(request, "projects/requirement_form.html", {"form": form, "project": project, "yearly": True})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def report_more_time(request: Request, pk: int) -> HttpResponse:
    """Those who write the report ask for more time; those who review it give it, or refuse."""
    report, actions = find_report(request, pk)
    gives = not actions["extend"]
    if not gives and actions["ask_time"]:
        raise PermissionDenied(actions["ask_time"])
    requirement = report.requirement
    wished = requirement.wished
    initial = {"to_on": wished.to_on} if gives and wished else {}
    form = MoreTimeForm(request.POST or None, due=requirement.due, initial=initial)
    if form.is_valid():
        answer(requirement, form, request, gives=gives)
        return redirect(report)
    context = {"form": form, "report": report, "gives": gives, "wished": wished}
    return render(request, "projects/report_time.html", context)


def answer(requirement: ReportingRequirement, form: MoreTimeForm, request: Request, *, gives: bool) -> None:
    step = Step.ASKED if not gives else Step.REFUSED if form.refuses else Step.GRANTED
    told = {
        Step.ASKED: _("More time is asked for. It is due as before until somebody says yes."),
        Step.GRANTED: _("The report has a new due date."),
        Step.REFUSED: _("The due date stays."),
    }
    requirement.tell_time(step, request.user, form.cleaned_data["reason"], form.cleaned_data["to_on"])
    messages.success(request, told[step])


@require_POST
def report_remove(request: Request, pk: int) -> HttpResponse:
    """Ask no longer for a report that nobody has begun."""
    Report.objects.select_for_update().filter(pk=pk).first()  # whoever writes its first words now is not passed over
    report, _actions = find_report(request, pk, "remove")
    project = report.requirement.project_id
    report.requirement.delete()
    messages.success(request, _("The report is not asked for any more."))
    return redirect("project-reports", project)
