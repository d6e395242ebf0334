"""Pools that the system proposes to a broker, and what the broker decides."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brokering.models import CompetenceNeed
from partners.requests import Request
from pooling.forms.proposals import AcceptForm, DecisionForm, MergeForm, RejectForm, SplitForm
from pooling.models import CouldRun, PoolProposal
from pooling.models.proposals import ProposedState
from pooling.proposal_permissions import DECISIONS, may_see_proposals, proposal_actions
from pooling.proposing import deciding, told
from pooling.proposing.missing import lacking

PER_PAGE = 20
FORMS: dict[str, type[DecisionForm]] = {
    "accept": AcceptForm,
    "reject": RejectForm,
    "split": SplitForm,
    "merge": MergeForm,
}
STATES = (ProposedState.OPEN, ProposedState.ACCEPTED, ProposedState.REJECTED)


@require_safe
def pool_proposal_list(request: Request) -> HttpResponse:
    if why_not := may_see_proposals(request.user):
        raise PermissionDenied(why_not)
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ProposedState.OPEN
    found = PoolProposal.objects.handled_for(request.user).filter(state=state).for_listing()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    states = [(value, ProposedState(value).label, value == state) for value in STATES]
    context = {"page": page, "rows": [_row(one) for one in page], "states": states, "state": state}
    return render(request, "pooling/proposal_list.html", context)


def _row(proposal: Any) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "sureness": told.sureness(proposal),
        "missing": told.missing_seats(proposal.seats),
        "is_enough": proposal.seats >= told.LEAST_SEATS,
        "window": told.window(proposal),
    }


@require_safe
def pool_proposal(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    return render(request, "pooling/proposal.html", _context(request, found, _forms(found)))


@require_POST
def pool_proposal_decide(request: Request, pk: int, act: str) -> HttpResponse:
    if act not in DECISIONS:
        raise Http404
    found = _find(request, pk)
    needs, others = found.parts.count(), PoolProposal.objects.beside(found).count()
    if why_not := proposal_actions(request.user, found, needs, others)[act]:
        raise PermissionDenied(why_not)
    form = FORMS[act](request.POST, proposal=found, prefix=act)
    if form.is_valid():
        try:
            return CARRY_OUT[act](request, found, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    forms = {**_forms(found), act: form}
    return render(request, "pooling/proposal.html", _context(request, found, forms) | {"form": form, "refused": act})


def _find(request: Request, pk: int) -> PoolProposal:
    if why_not := may_see_proposals(request.user):
        raise PermissionDenied(why_not)
    return get_object_or_404(PoolProposal.objects.handled_for(request.user).for_listing(), pk=pk)


def _forms(proposal: PoolProposal) -> dict[str, DecisionForm]:
    return {act: form(proposal=proposal, prefix=act) for act, form in FORMS.items()}


def _context(request: Request, proposal: Any, forms: dict[str, DecisionForm]) -> dict[str, Any]:
    parts = CompetenceNeed.objects.filter(proposed_in__proposal=proposal)
    needs = list(parts.select_related("employer", "municipality").order_by("pk"))
    others = PoolProposal.objects.beside(proposal).count()
    is_open = proposal.state == ProposedState.OPEN
    found = lacking(proposal, timezone.localdate()) if is_open else []
    return {
        "proposal": proposal,
        "row": _row(proposal),
        "modes": told.modes(proposal),
        "meetings": told.meetings(proposal),
        "firms": told.firms(proposal, needs),
        "assumption": told.assumption(),
        "could_run": _could_run(proposal) if is_open else [],
        "lacking": told.sentences(found, proposal.seats, proposal),
        "earlier": PoolProposal.objects.rejected().having([need.pk for need in needs]).exclude(pk=proposal.pk),
        "events": proposal.events.select_related("by"),
        "is_open": is_open,
        "actions": proposal_actions(request.user, proposal, len(needs), others),
        "forms": forms,
        "refused": "",
    }


def _could_run(proposal: PoolProposal) -> list[CouldRun]:
    """What providers have said on the demand board."""
    about = CouldRun.objects.standing().about([proposal.competence_id or ""], proposal.municipality)
    return list(about.by_provider())


def _accept(request: Request, proposal: PoolProposal, said: dict[str, Any]) -> HttpResponse:
    needs = list(said.pop("needs").select_related("project"))
    pool = deciding.accept(proposal, needs, request.user, **said)
    messages.success(request, _("The pool is begun. Now ask the firms."))
    return redirect(pool)


def _reject(request: Request, proposal: PoolProposal, said: dict[str, Any]) -> HttpResponse:
    deciding.reject(proposal, said["reason"], request.user, said["comment"])
    messages.success(request, _("Rejected. These needs are not proposed together again unless a new firm joins them."))
    return redirect("pool-proposal-list")


def _split(request: Request, proposal: PoolProposal, said: dict[str, Any]) -> HttpResponse:
    deciding.split(proposal, [need.pk for need in said["needs"]], request.user, said["why"])
    messages.success(request, _("They are apart from now on."))
    return redirect("pool-proposal-list")


def _merge(request: Request, proposal: PoolProposal, said: dict[str, Any]) -> HttpResponse:
    deciding.merge(proposal, said["other"], request.user, said["why"])
    messages.success(request, _("They are one proposal from now on."))
    return redirect("pool-proposal-list")


CARRY_OUT: dict[str, Callable[[Request, PoolProposal, dict[str, Any]], HttpResponse]] = {
    "accept": _accept,
    "reject": _reject,
    "split": _split,
    "merge": _merge,
}
