"""A project's money: what has been promised, by year and strength, on which conditions, and how they stand."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.asof import as_they_stood
from funding.forms.commitments import CommitmentForm
from funding.forms.days import DayForm
from funding.lines import lines_of
from funding.models import Commitment, Condition, Strength, Tranche
from funding.models.commitment_states import ACTS, CURRENT, CommitmentState
from funding.permissions import Purse, commitment_actions, money_actions
from funding.scenarios.gather import of_project
from funding.scenarios.stress import bars
from funding.views.finding import find_commitment, find_purse
from partners.once import once
from partners.requests import Request
from projects.knowledge import knowledge
from projects.permissions import Actions

# Being decided on, which the funder's own people see.
COMING = (CommitmentState.DRAFT, CommitmentState.PROPOSED)


class Shown(NamedTuple):
    """A commitment as the page shows it."""

    commitment: Commitment
    actions: Actions
    years: list[tuple[Tranche, list[Condition]]]


@require_safe
def project_money(request: Request, pk: int) -> HttpResponse:
    """`?on=`: as it stood when that day ended."""
    purse = find_purse(request, pk)
    project = purse.participation.project
    form = DayForm(request.GET)
    on = form.cleaned_data["on"] if form.is_valid() else None
    seen = Commitment.objects.visible_to(request.user).filter(project=project)
    commitments = as_they_stood(seen, on) if on else list(seen.for_listing())
    current = [one for one in commitments if one.state in CURRENT]
    context = {
        "project": project,
        "actions": purse.project_actions,
        "money": money_actions(purse),
        "form": form,
        "on": on,
        "lines": lines_of(current),
        "unsure": [one for one in lines_of(current) if one.strength != Strength.FIRM],
        "current": [_shown(purse, one) for one in current],
        "coming": [one for one in commitments if one.state in COMING],
        "gone": [one for one in commitments if one.state not in (*CURRENT, *COMING)],
        "bars": bars(of_project(seen.current())) if not on else [],
        "missing": knowledge().missing_money(project) if not on and project.state in ("idea", "planned") else [],
    }
    return render(request, "funding/project_money.html", context)


def _shown(purse: Purse, commitment: Commitment) -> Shown:
    years = [(tranche, commitment.conditions_on(tranche)) for tranche in commitment.tranches.all()]
    return Shown(commitment, commitment_actions(purse, commitment), years)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def commitment_create(request: Request, pk: int) -> HttpResponse:
    purse = find_purse(request, pk, "register")
    form = CommitmentForm(request.POST or None, purse=purse)
    if form.is_valid():
        try:
            commitment = form.register()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The commitment is registered."))
            return redirect(commitment)
    return render(request, "funding/commitment_form.html", {"form": form, "project": purse.participation.project})


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_edit(request: Request, pk: int, commitment_pk: int) -> HttpResponse:
    purse, commitment = find_commitment(request, pk, commitment_pk, "edit")
    form = CommitmentForm(request.POST or None, purse=purse, instance=commitment)
    title = commitment.title
    if form.is_valid():
        try:
            commitment = form.change()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The commitment is saved."))
            return redirect(commitment)
    context = {"form": form, "project": purse.participation.project, "title": title}
    return render(request, "funding/commitment_form.html", context)


@require_POST
def commitment_act(request: Request, pk: int, commitment_pk: int, act: str) -> HttpResponse:
    """Confirm, or withdraw with a reason."""
    if act not in ACTS:
        raise Http404
    _purse, commitment = find_commitment(request, pk, commitment_pk, act)
    try:
        commitment.carry_out(ACTS[act], request.user, why=request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("The commitment is now “%(state)s”.")
        messages.success(request, told % {"state": commitment.get_state_display()})
    return redirect(commitment)
