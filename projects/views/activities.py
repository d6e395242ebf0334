"""What a project does: its list of activities, and one of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.conflicts import differences
from partners.once import once
from partners.requests import Request
from projects.doing import activity_actions, plan_actions
from projects.forms.activities import ActivityForm, JudgementForm
from projects.models import Activity, Project
from projects.models.activities import ACTS, DROP, REACH_KM
from projects.permissions import Actions, Participation
from projects.views.comments import thread
from projects.views.finding import find_inside, possible


def find_activity(request: HttpRequest, pk: int, act: str = "") -> tuple[Activity, Actions]:
    """404 to those who do not take part in the project; 403 with the reason when they may not do this there."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user).for_listing(), pk=pk)
    actions = activity_actions(Participation.of(request.user, activity.project), activity)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return activity, actions


@require_safe
def activity_list(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    context = {
        "project": project,
        "actions": actions,
        "adding": plan_actions(Participation.of(request.user, project))["add"],
        "activities": project.activities.for_listing(),
        "figure": figure(project),
    }
    return render(request, "projects/activities.html", context)


def figure(project: Project) -> dict[str, Any]:
    """How many of the activities are new to the place, of those of which it is known; dropped ones do not count."""
    counted = project.activities.newness()
    known = counted["new"] + counted["exists"]
    return {
        "new": counted["new"],
        "known": known,
        "unknown": counted["unknown"],
        "percent": round(100 * counted["new"] / known) if known else None,
        "wanted": bool(project.programme and project.programme.wants_new),
        "km": REACH_KM,
    }


@require_safe
def activity(request: Request, pk: int) -> HttpResponse:
    activity, actions = find_activity(request, pk)
    context = {
        "activity": activity,
        "project": activity.project,
        "actions": actions,
        "facts": _facts(activity),
        "why_needed": _("Say why when it is dropped.") if DROP.possible_from(activity.state) else "",
        **possible(actions, ACTS, activity, "activity-act"),
        "milestones": activity.milestones.current().for_listing(),
        "events": activity.events.select_related("by"),
        "km": REACH_KM,
        **thread(request.user, activity.project, activity),
    }
    return render(request, "projects/activity.html", context)


def _facts(activity: Activity) -> list[tuple[str, object]]:
    """What is known beside the text, as pairs to show; what is not known says so."""
    responsible = ", ".join(str(who) for who in (activity.person, activity.organisation) if who)
    places = list(activity.municipalities.all()) or list(activity.project.covered())
    facts: list[tuple[str, object]] = [
        (_("Period"), activity.period),
        (_("Responsible"), responsible),
        (_("Together with"), ", ".join(map(str, activity.collaborators.all()))),
        (_("Where"), ", ".join(map(str, places))),
        (_("Participants, planned"), activity.planned_participants),
        (_("Participants, actual"), activity.actual_participants),
    ]
    return [(term, _("not stated") if fact in ("", None) else fact) for term, fact in facts]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def activity_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk)
    if why_not := plan_actions(Participation.of(request.user, project))["add"]:
        raise PermissionDenied(why_not)
    form = ActivityForm(request.POST or None, user=request.user, project=project)
    if form.is_valid():
        activity = form.save()
        activity.ask()
        messages.success(request, _("The measure is saved."))
        return redirect(activity)
    return render(request, "projects/activity_form.html", {"form": form, "project": project})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when somebody else has saved meanwhile, show both (409)."""
    activity, _actions = find_activity(request, pk, "edit")
    activities, project = Activity.objects.all(), activity.project
    stored = (activities.select_for_update() if request.method == "POST" else activities).get(pk=pk)
    version = stored.updated_at.isoformat()
    form = ActivityForm(request.POST or None, user=request.user, project=project, instance=stored)
    context = {"form": form, "project": project, "activity": activity, "version": version}
    if request.method == "POST" and request.POST.get("version") != version:
        now = ActivityForm(user=request.user, project=project, instance=activity)
        conflict = {"conflict": True, "conflicts": differences(form, now)}
        return render(request, "projects/activity_form.html", context | conflict, status=409)
    if form.is_valid():
        form.save().ask()
        messages.success(request, _("The measure is saved."))
        return redirect(activity)
    return render(request, "projects/activity_form.html", context)


@require_POST
def activity_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act on an activity; why it was done may be said, and must be when it is dropped."""
    if act not in ACTS:
        raise Http404
    activity, _actions = find_activity(request, pk, act)
    try:
        activity.carry_out(ACTS[act], request.user, why=request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The measure is now “%(state)s”.") % {"state": activity.get_state_display()})
    return redirect(activity)


@require_POST
def activity_ask(request: Request, pk: int) -> HttpResponse:
    """Compare it with the courses as they are now."""
    activity, _actions = find_activity(request, pk, "ask")
    activity.ask()
    messages.success(request, _("It is compared with the courses anew."))
    return redirect(activity)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_judge(request: Request, pk: int) -> HttpResponse:
    """Overrule the system on whether it is new to the place."""
    activity, _actions = find_activity(request, pk, "judge")
    judged = {"judged": activity.judged, "why": activity.judged_why}
    form = JudgementForm(request.POST or None, initial=judged)
    if request.method == "POST" and form.is_valid():
        activity.judge(form.cleaned_data["judged"], request.user, form.cleaned_data["why"])
        messages.success(request, _("The judgement is saved."))
        return redirect(activity)
    context = {"form": form, "activity": activity, "project": activity.project}
    return render(request, "projects/activity_judge.html", context)
