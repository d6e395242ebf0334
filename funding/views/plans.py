"""A project's plan of costs and financing: what counts now, its versions, the grid, and two versions compared."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.backing import backings
from funding.comparing import compare
from funding.forms.plans import GridForm
from funding.models import PlanVersion
from funding.models.plans import ACTS
from funding.plan_permissions import Hands, plan_actions, plans_actions
from funding.plan_tables import table
from funding.views.finding import find_purse
from partners.once import once
from partners.requests import Request
from projects.models import Project
from projects.permissions import Actions


def find_plan(request: Request, pk: int, act: str = "") -> tuple[PlanVersion, Hands, Actions]:
    """404 when the person may not see the version; 403 with the reason when they may not do this with it."""
    versions = PlanVersion.objects.visible_to(request.user).for_listing()
    version = get_object_or_404(versions, pk=pk)
    hands = Hands.of(request.user, version.project)
    actions = plan_actions(hands, version)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return version, hands, actions


def find_plans(request: Request, pk: int, act: str = "") -> tuple[Project, Hands, Actions]:
    """The same for all plans of a project."""
    project = find_purse(request, pk).participation.project
    hands = Hands.of(request.user, project)
    draft = PlanVersion.objects.of(project).drafts().first()
    actions = plans_actions(hands, draft)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return project, hands, actions


@require_safe
def project_plan(request: Request, pk: int) -> HttpResponse:
    """The version that counts, or else the newest, and all versions."""
    project, hands, may = find_plans(request, pk)
    seen = PlanVersion.objects.visible_to(request.user).of(project)
    versions = list(seen.for_listing())
    shown = next((one for one in versions if one.state == "approved"), versions[0] if versions else None)
    context = {
        "project": project,
        "actions": hands.project_actions,
        "may": may,
        "draft": next((one for one in versions if one.is_draft), None),
        "versions": versions,
        "shown": shown,
        "table": table(shown.contents(), backings(shown)) if shown else None,
    }
    return render(request, "funding/project_plan.html", context)


@require_safe
def plan(request: Request, pk: int) -> HttpResponse:
    version, hands, actions = find_plan(request, pk)
    versions = PlanVersion.objects.visible_to(request.user).of(version.project)
    acts = [
        (act, actions[name], reverse("plan-act", args=[version.pk, name]))
        for name, act in ACTS.items()
        if act.possible_from(version.state)
    ]
    context = {
        "version": version,
        "project": version.project,
        "project_actions": hands.project_actions,
        "edit": actions["edit"],
        "acts": acts,
        "can_act": not all(why_not for _act, why_not, _url in acts),
        "others": versions.exclude(pk=version.pk),
        "table": table(version.contents(), backings(version)),
        "events": version.events.select_related("by"),
    }
    return render(request, "funding/plan.html", context)


@require_POST
@once
def plan_begin(request: Request, pk: int) -> HttpResponse:
    """A new version, with what the one in force holds."""
    project, _hands, _may = find_plans(request, pk, "begin")
    try:
        draft = PlanVersion.objects.begin(project, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("project-plan", project.pk)
    return redirect("plan-edit", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: Request, pk: int) -> HttpResponse:
    """Every button posts the whole grid, only “save” stores it; what somebody else saved meanwhile is shown (409)."""
    version, _hands, _actions = find_plan(request, pk, "edit")
    if request.method == "POST":
        PlanVersion.objects.select_for_update(no_key=True).get(pk=pk)
        version.refresh_from_db()
    form, act = GridForm(version, request.POST if request.method == "POST" else None), request.POST.get("do", "")
    context = {"version": version, "project": version.project, "seen": version.updated_at.isoformat()}
    if request.method == "POST" and request.POST.get("version") != context["seen"]:
        conflict = {"conflict": True, "conflicts": form.differences(form.stored)}
        return render(request, "funding/plan_form.html", context | conflict | _grid(form), status=409)
    if act == "save" and not form.errors:
        try:
            version.write(form.contents)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The plan is saved."))
            return redirect(version)
    changed = form.changed(act)
    # What cannot be read is said when that is what the button was for.
    told = act in ("save", "count", "fill-gap")
    return render(request, "funding/plan_form.html", context | {"told": told} | _grid(changed))


def _grid(form: GridForm) -> dict[str, object]:
    """The rows with their sums, as far as what is typed can be read."""
    contents, years = form.contents, form.years
    costs, financing = contents.costs_by_year, contents.financing_by_year
    nothing = Decimal(0)
    totals = {line.key: line.total for line in contents.lines}
    return {
        "form": form,
        "costs": [(row, totals.get(row.key, nothing)) for row in form.costs],
        "financing": [(row, totals.get(row.key, nothing)) for row in form.financing],
        "sums": {
            "costs": [costs.get(year, nothing) for year in years],
            "financing": [financing.get(year, nothing) for year in years],
            "lacks": [costs.get(year, nothing) - financing.get(year, nothing) for year in years],
        },
    }


@require_POST
@once
def plan_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Submit, take back or approve."""
    if act not in ACTS:
        raise Http404
    version, _hands, _actions = find_plan(request, pk, act)
    why = request.POST.get("why", "").replace("\0", "")[:500]
    try:
        {"submit": version.submit, "take_back": version.take_back, "approve": version.approve}[act](request.user, why)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The plan is now “%(state)s”.") % {"state": version.get_state_display()})
    return redirect(version)


@require_safe
def plan_compare(request: Request, pk: int, other: int) -> HttpResponse:
    """What the version has otherwise than another of the same project."""
    version, hands, _actions = find_plan(request, pk)
    versions = PlanVersion.objects.visible_to(request.user).of(version.project).for_listing()
    before = get_object_or_404(versions, pk=other)
    context = {
        "version": version,
        "before": before,
        "project": version.project,
        "actions": hands.project_actions,
        "comparison": compare(before.contents(), version.contents()),
    }
    return render(request, "funding/plan_compare.html", context)
