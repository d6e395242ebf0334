"""Goals with what is reached, and risks as a picture and a list."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.once import once
from partners.requests import Request
from projects.forms.goals import GoalForm, RiskForm
from projects.models import Goal, Project, Risk
from projects.models.goals import Grade
from projects.progress import figures, reached
from projects.views.finding import find_inside, find_part


class Cell(NamedTuple):
    """One square of the picture: how grave it is, and the numbers of the risks that are there."""

    color: str
    numbers: list[int]


class Row(NamedTuple):
    label: str
    cells: list[Cell]


@require_safe
def project_goals(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    goals = list(project.goals.all())
    counted = figures(project) if any(goal.indicator for goal in goals) else []
    risks = list(project.risks.select_related("responsible"))
    opened = sorted((risk for risk in risks if risk.is_open), key=lambda risk: -risk.weight)
    context = {
        "project": project,
        "actions": actions,
        "goals": reached(goals, counted),
        "risks": opened,
        "closed": [risk for risk in risks if not risk.is_open],
        "picture": picture(opened),
        "grades": [grade.label for grade in Grade],
    }
    return render(request, "projects/goals.html", context)


def picture(risks: list[Risk]) -> list[Row]:
    """Likelihood downwards from high to low, consequence from low to high; numbers as in the list."""
    return [
        Row(str(likelihood.label), [_cell(risks, likelihood, grade) for grade in Grade]) for likelihood in HIGH_FIRST
    ]


HIGH_FIRST = sorted(Grade, reverse=True)


def _cell(risks: list[Risk], likelihood: Grade, consequence: Grade) -> Cell:
    here = (likelihood, consequence)
    numbers = [number for number, risk in enumerate(risks, 1) if (risk.likelihood, risk.consequence) == here]
    return Cell(Risk(likelihood=likelihood, consequence=consequence).color, numbers)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def goal_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk, "edit")
    return _goal(request, Goal(project=project))


@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: Request, pk: int) -> HttpResponse:
    return _goal(request, find_part(request, Goal, pk))


def _goal(request: Request, goal: Goal) -> HttpResponse:
    form = GoalForm(request.POST or None, instance=goal)
    if form.is_valid():
        form.save()
        return _saved(request, goal.project)
    return render(request, "projects/goal_form.html", {"form": form, "goal": goal, "project": goal.project})


@require_POST
def goal_remove(request: Request, pk: int) -> HttpResponse:
    goal = find_part(request, Goal, pk)
    goal.delete()
    messages.success(request, _("The goal is taken away. The history keeps it."))
    return redirect("project-goals", goal.project_id)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def risk_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk, "edit")
    return _risk(request, Risk(project=project))


@require_http_methods(["GET", "HEAD", "POST"])
def risk_edit(request: Request, pk: int) -> HttpResponse:
    return _risk(request, find_part(request, Risk, pk))


def _risk(request: Request, risk: Risk) -> HttpResponse:
    form = RiskForm(request.POST or None, instance=risk, user=request.user)
    if form.is_valid():
        form.save()
        return _saved(request, risk.project)
    return render(request, "projects/risk_form.html", {"form": form, "risk": risk, "project": risk.project})


@require_POST
def risk_close(request: Request, pk: int) -> HttpResponse:
    """It is no longer a risk, from today."""
    risk = find_part(request, Risk, pk)
    risk.closed_on = risk.closed_on or timezone.localdate()
    risk.save()
    messages.success(request, _("The risk is closed."))
    return redirect("project-goals", risk.project_id)


def _saved(request: Request, project: Project) -> HttpResponse:
    messages.success(request, _("The changes are saved."))
    return redirect("project-goals", project.pk)
