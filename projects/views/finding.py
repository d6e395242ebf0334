"""Fetches a project for the one who asks, with what they may do there: the first lines of every view of a project."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from partners.acts import Act
from projects.models import Goal, Project, ProjectPartner, Risk
from projects.permissions import Actions, Participation, project_actions

Part = TypeVar("Part", ProjectPartner, Goal, Risk)


def find_project(request: HttpRequest, pk: int) -> tuple[Project, Actions]:
    """404 when the person may not see the project at all."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_listing(), pk=pk)
    return project, project_actions(Participation.of(request.user, project))


def find_inside(
    request: HttpRequest, pk: int, act: str = "see_inside", *, lock: bool = False
) -> tuple[Project, Actions]:
    """403 with the reason when the person sees the project, but may not do this there.

    Locked, nobody else changes what belongs to the project before this request is answered.
    """
    if lock:
        Project.objects.select_for_update().filter(pk=pk).first()
    project, actions = find_project(request, pk)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    return project, actions


def find_part(request: HttpRequest, model: type[Part], pk: int) -> Part:
    """A partner, goal or risk for those who may change it: 404 and 403 as for its project, which is locked to write."""
    part = get_object_or_404(model._default_manager, pk=pk)
    part.project, _actions = find_inside(request, part.project_id, "edit", lock=request.method == "POST")
    return part


def possible(actions: Actions, acts: Mapping[str, Act], thing: Any, url: str) -> dict[str, Any]:
    """What templates/projects/acts_panel.html shows: acts that its state lets happen, why not, and where they go."""
    found = [
        (act, actions[name], reverse(url, args=[thing.pk, name]))
        for name, act in acts.items()
        if act.possible_from(thing.state)
    ]
    return {"acts": found, "can_act": not all(why_not for _act, why_not, _url in found)}
