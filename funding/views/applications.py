"""Applications as those who apply see them: a project's, one of them, writing it, sending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.case_permissions import application_actions
from funding.forms.applications import ApplicationForm
from funding.models import Application, Decision
from funding.models.applications import ANSWER, SUBMIT, WITHDRAW
from funding.views.offers import offers
from partners.conflicts import differences
from partners.models.roles import COUNTY_ROLES
from partners.once import once
from partners.requests import Request
from projects.permissions import Actions, Participation, project_actions
from projects.views.finding import find_inside

ACTS = {act.name: act for act in (SUBMIT, ANSWER, WITHDRAW)}


def find_application(request: Request, pk: int, act: str = "") -> tuple[Application, Actions]:
    """404 when the person may not know of it; 403 with the reason when they may not do this."""
    about = ("project", "scheme", "call", "funder", "applicant", "plan_version__plan__project", "case_officer")
    seen = (
        Application.objects.visible_to(request.user)
        .as_known_to(request.user)
        .select_related(*about)
        .prefetch_related("years")
    )
    application = get_object_or_404(seen, pk=pk)
    actions = application_actions(Participation.of(request.user, application.project), application)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return application, actions


@require_safe
def project_applications(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    applications = Application.objects.filter(project=project).as_known_to(request.user).with_sum()
    applications = applications.select_related("scheme", "funder", "applicant")
    context = {"project": project, "actions": actions, "applications": applications}
    return render(request, "funding/project_applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def application_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk, "edit")
    form = ApplicationForm(request.POST or None, project=project, user=request.user)
    if form.is_valid():
        try:
            application = form.store()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is saved. Nothing is sent yet."))
            return redirect(application)
    return render(request, "funding/application_form.html", {"form": form, "project": project})


@require_safe
def application(request: Request, pk: int) -> HttpResponse:
    """What is asked for, what is missing before it can be sent, and what has been answered."""
    application, actions = find_application(request, pk)
    project, user = application.project, request.user
    asked = application.events.filter(act="ask").last() if application.state == "asked" else None
    answers = Decision.objects.visible_to(user).filter(application=application, state="decided")
    context = {
        "application": application,
        "project": project,
        "project_actions": project_actions(Participation.of(user, project)),
        "actions": actions,
        "applied": [(one.year, one.amount) for one in application.years.all()],
        "acts": offers(actions, ACTS.values(), "application-act", application),
        "missing": application.missing() if application.state == "draft" else [],
        "asked": asked.why if asked else "",
        "events": application.events.visible_to(user).select_related("by"),
        "decisions": answers,
        "is_staff": user.holds(application.funder_id, *COUNTY_ROLES) and application.state != "draft",
    }
    return render(request, "funding/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def application_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the text that was read; when somebody else has saved meanwhile, show both (409)."""
    application, _actions = find_application(request, pk, "edit")
    version = application.updated_at.isoformat()
    facts: dict[str, Any] = {"project": application.project, "user": request.user}
    form = ApplicationForm(request.POST or None, instance=application, **facts)
    context = {"form": form, "project": application.project, "application": application, "version": version}
    if request.method == "POST" and request.POST.get("version") != version:
        stored = Application.objects.get(pk=pk)
        conflicts = differences(form, ApplicationForm(instance=stored, **facts))
        conflicting = context | {"conflict": True, "conflicts": conflicts}
        return render(request, "funding/application_form.html", conflicting, status=409)
    if form.is_valid():
        try:
            form.store()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The application is saved."))
            return redirect(application)
    return render(request, "funding/application_form.html", context)


@require_POST
@once
def application_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Send it, answer what was asked, or take it back."""
    if act not in ACTS:
        raise Http404
    application, _actions = find_application(request, pk, act)
    why = request.POST.get("why", "").replace("\0", "")[:2000]
    try:
        if act == "submit":
            application.submit(request.user)
        else:
            application.answer(request.user, why) if act == "answer" else application.withdraw(request.user, why)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("The application is now “%(state)s”.")
        messages.success(request, told % {"state": application.get_state_display()})
    return redirect(reverse("application", args=[pk]))
