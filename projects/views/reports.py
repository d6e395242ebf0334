"""Reports: those of a project, one of them, writing it, sending it, and what those say who review it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.conflicts import differences
from partners.requests import Request
from projects.forms.reports import ChangesForm, ReportForm
from projects.models import Report, ReportVersion
from projects.models.reports import sections
from projects.permissions import Actions, Participation
from projects.report_changes import changes
from projects.report_mail import tell_keepers
from projects.report_permissions import report_actions, requirement_actions
from projects.report_print import printed
from projects.views.comments import thread_inside
from projects.views.finding import find_inside

ACTS = ("send", "approve")


def find_report(request: HttpRequest, pk: int, act: str = "read") -> tuple[Report, Actions]:
    """404 when the person may not know of it; 403 with the reason when they may not do this."""
    reports = Report.objects.visible_to(request.user).for_listing()
    report = get_object_or_404(reports.prefetch_related("requirement__extensions__by"), pk=pk)
    actions = report_actions(Participation.of(request.user, report.project), report)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    return report, actions


@require_safe
def project_reports(request: Request, pk: int) -> HttpResponse:
    """What is asked of the project, in order of due date, and who acts next."""
    project, actions = find_inside(request, pk)
    on = timezone.localdate()
    requirements = project.reporting_requirements.by_due().for_listing()
    context = {
        "project": project,
        "actions": actions,
        "rows": [(one, one.is_overdue(on)) for one in requirements],
        "may": requirement_actions(Participation.of(request.user, project)),
    }
    return render(request, "projects/reports.html", context)


@login_not_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was sent, or for those who write it as it stands; ?version= shows an earlier one."""
    report, actions = find_report(request, pk)
    versions = _readable(report, actions)
    drafts = report.is_unsent and not actions["see_draft"] and "version" not in request.GET
    version = None if drafts else _chosen(request, versions)
    content = report.content() if drafts else version.content if version else None
    previous = next((one for one in versions if version and one.number == version.number - 1), None)
    context = {
        "report": report,
        "actions": actions,
        "content": content,
        "sections": sections(content.narrative) if content else [],
        "drafts": drafts,
        "version": version,
        "versions": versions,
        "changes": changes(previous.content, version.content) if previous and version else [],
        "previous": previous,
        "events": report.events.select_related("by") if not actions["see_inside"] else [],
        "overdue": report.requirement.is_overdue(),
        "seen": seen(report, len(versions)),
        "asked": _asked_changes(report),
        **thread_inside(request.user, report.project, report),
    }
    return render(request, "projects/report.html", context)


def _readable(report: Report, actions: Actions) -> list[ReportVersion]:
    """All for those who take part; for the public only the approved one, which is the last."""
    versions = list(report.versions.select_related("sent_by"))
    return versions if not actions["see_inside"] else versions[-1:]


def _chosen(request: HttpRequest, versions: list[ReportVersion]) -> ReportVersion | None:
    asked = request.GET.get("version", "")
    if not asked:
        return versions[-1] if versions else None
    found = [one for one in versions if str(one.number) == asked]
    if not found:
        raise Http404
    return found[0]


def _asked_changes(report: Report) -> str:
    """What those who review want changed."""
    last = report.events.filter(act="ask_changes").last() if report.state == "changes" else None
    return last.why if last else ""


def seen(report: Report, versions: int) -> str:
    """Another value as soon as the report is another than the person read."""
    return f"{versions}/{report.updated_at.isoformat()}"


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the text that was read; when somebody else has saved meanwhile, show both (409)."""
    report, _actions = find_report(request, pk, "edit")
    reports = Report.objects.all()
    stored = (reports.select_for_update() if request.method == "POST" else reports).get(pk=pk)
    version = stored.updated_at.isoformat()
    form = ReportForm(request.POST or None, instance=report)
    context = {"form": form, "report": report, "version": version, "content": report.content()}
    if request.method == "POST" and (request.POST.get("version") != version or not stored.is_unsent):
        conflicts = differences(form, ReportForm(instance=stored))
        return render(
            request, "projects/report_form.html", context | {"conflict": True, "conflicts": conflicts}, status=409
        )
    if form.is_valid():
        form.save()
        report.begin(request.user)
        messages.success(request, _("The text is saved. Nothing is sent yet."))
        return redirect(report)
    return render(request, "projects/report_form.html", context)


@require_POST
def report_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Send or approve the report as it was seen."""
    if act not in ACTS:
        raise Http404
    report, _actions = find_report(request, pk, act)
    if request.POST.get("seen") != seen(report, report.versions.count()):
        messages.error(request, _("Somebody changed the report meanwhile. Read it again first."))
        return redirect(report)
    try:
        report.send(request.user) if act == "send" else report.approve(request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if act == "approve":
            tell_keepers(report)
        messages.success(request, _("The report is now “%(state)s”.") % {"state": report.get_state_display()})
    return redirect(report)


@require_http_methods(["GET", "HEAD", "POST"])
def report_changes(request: Request, pk: int) -> HttpResponse:
    """Give a sent report back, and say why."""
    report, _actions = find_report(request, pk, "ask_changes")
    form = ChangesForm(request.POST or None)
    if form.is_valid():
        report.ask_for_changes(request.user, form.cleaned_data["why"])
        tell_keepers(report)
        messages.success(request, _("Those who write the report see what is to be changed."))
        return redirect(report)
    return render(request, "projects/report_reason.html", {"form": form, "report": report})


@login_not_required
@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that is asked for by ?version=, else the last; a draft for those who write it."""
    report, actions = find_report(request, pk)
    drafts = report.is_unsent and not actions["see_draft"] and "version" not in request.GET
    version = None if drafts else _chosen(request, _readable(report, actions))
    if not drafts and version is None:
        raise Http404
    name = slugify(f"{report.project.name} {report.requirement.title}", allow_unicode=True)
    file = f"{name}-{version.number}.pdf" if version else f"{name}.pdf"
    answer = HttpResponse(printed(report, version), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file)
    return answer
