"""What a project is to have reached by which day: its time-line, and one milestone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.conflicts import differences
from partners.once import once
from partners.requests import Request
from projects.doing import milestone_actions, plan_actions
from projects.forms.milestones import MilestoneForm, ReachedForm
from projects.models import Milestone, MilestoneState
from projects.models.milestones import ACTS, REACH
from projects.permissions import Actions, Participation
from projects.views.comments import thread
from projects.views.finding import find_inside, possible


def find_milestone(request: HttpRequest, pk: int, act: str = "") -> tuple[Milestone, Actions]:
    """404 to those who do not take part in the project; 403 with the reason when they may not do this there."""
    milestone = get_object_or_404(Milestone.objects.visible_to(request.user).for_listing(), pk=pk)
    actions = milestone_actions(Participation.of(request.user, milestone.project), milestone)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return milestone, actions


@require_safe
def milestone_list(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    participation = Participation.of(request.user, project)
    found = list(project.milestones.for_listing())
    current = [one for one in found if one.state != MilestoneState.REMOVED]
    context = {
        "project": project,
        "actions": actions,
        "adding": plan_actions(participation)["add"],
        "milestones": [(one, milestone_actions(participation, one)) for one in current],
        "removed": [one for one in found if one.state == MilestoneState.REMOVED],
    }
    return render(request, "projects/milestones.html", context)


@require_safe
def milestone(request: Request, pk: int) -> HttpResponse:
    milestone, actions = find_milestone(request, pk)
    context = {
        "milestone": milestone,
        "project": milestone.project,
        "actions": actions,
        "facts": _facts(milestone),
        **possible(actions, ACTS, milestone, "milestone-act"),
        "today": timezone.localdate() if REACH.possible_from(milestone.state) else "",
        "events": milestone.events.select_related("by"),
        **thread(request.user, milestone.project, milestone),
    }
    return render(request, "projects/milestone.html", context)


def _facts(milestone: Milestone) -> list[tuple[str, object]]:
    """What is known beside the title, as pairs to show; what is not known says so."""
    responsible = ", ".join(str(who) for who in (milestone.person, milestone.organisation) if who)
    reached = [(_("Reached"), date_format(milestone.reached_on))] if milestone.reached_on else []
    return [(_("By"), date_format(milestone.due_on)), *reached, (_("Responsible"), responsible or _("not stated"))]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def milestone_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk)
    if why_not := plan_actions(Participation.of(request.user, project))["add"]:
        raise PermissionDenied(why_not)
    part_of = {"activity": request.GET.get("activity", "")[:10]}
    form = MilestoneForm(request.POST or None, user=request.user, project=project, initial=part_of)
    if form.is_valid():
        form.save()
        messages.success(request, _("The milestone is saved."))
        return redirect("project-milestones", project.pk)
    return render(request, "projects/milestone_form.html", {"form": form, "project": project})


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when somebody else has saved meanwhile, show both (409)."""
    milestone, _actions = find_milestone(request, pk, "edit")
    milestones, project = Milestone.objects.all(), milestone.project
    stored = (milestones.select_for_update() if request.method == "POST" else milestones).get(pk=pk)
    version = stored.updated_at.isoformat()
    form = MilestoneForm(request.POST or None, user=request.user, project=project, instance=stored)
    context = {"form": form, "project": project, "milestone": milestone, "version": version}
    if request.method == "POST" and request.POST.get("version") != version:
        now = MilestoneForm(user=request.user, project=project, instance=milestone)
        conflict = {"conflict": True, "conflicts": differences(form, now)}
        return render(request, "projects/milestone_form.html", context | conflict, status=409)
    if form.is_valid():
        form.save()
        messages.success(request, _("The milestone is saved."))
        return redirect("project-milestones", project.pk)
    return render(request, "projects/milestone_form.html", context)


@require_POST
def milestone_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act on a milestone; the day it was reached and why may be said."""
    if act not in ACTS:
        raise Http404
    milestone, _actions = find_milestone(request, pk, act)
    form, why = ReachedForm(request.POST), request.POST.get("why", "").replace("\0", "")[:500]
    on = form.cleaned_data["on"] if form.is_valid() else None
    try:
        milestone.carry_out(ACTS[act], request.user, why=why, on=on)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The milestone is now “%(state)s”.") % {"state": milestone.get_state_display()})
    return redirect("project-milestones", milestone.project_id)
