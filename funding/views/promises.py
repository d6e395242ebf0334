"""A promise that is made here: how far it has come, who does what next, and what each year's money waits for."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from funding.models import Commitment, Condition, Decision, DisbursementRequest, Tranche
from funding.models.commitment_states import ACCEPT
from funding.models.commitments import CommitmentQuerySet
from funding.models.decisions import DecisionQuerySet
from funding.payment_permissions import asking_actions
from funding.permissions import Purse, commitment_actions, promise_actions, tranche_actions
from funding.promises import next_step
from funding.proposals import Proposal, propose, ready
from funding.views.finding import find_promise
from partners.models import User
from partners.models.roles import COUNTY_ROLES, MONEY_ROLES
from partners.once import once
from partners.requests import Request
from projects.permissions import Actions


class Year(NamedTuple):
    tranche: Tranche
    actions: Actions
    hindrances: list[str]


class Asked(NamedTuple):
    """A condition, with what the system proposes; `is_new`: somebody has to look."""

    condition: Condition
    proposal: Proposal
    is_new: bool


def _all() -> CommitmentQuerySet:
    joined = Commitment.objects.select_related("project", "funder", "recipient", "scheme__manager", "case_officer")
    return joined.prefetch_related(
        Prefetch("tranches", Tranche.objects.with_cover()),
        Prefetch("conditions", ready(Condition.objects.order_by("tranche__year", "pk"))),
        "conditions__events__by",
        "events__by",
    )


@require_safe
def commitment(request: Request, pk: int) -> HttpResponse:
    purse, promise = find_promise(request, _all(), pk=pk)
    on = timezone.localdate()
    context = {
        "commitment": promise,
        "project": promise.project,
        "step": next_step(promise),
        "years": [_year(purse, one) for one in promise.tranches.all()],
        "conditions": [_asked(one) for one in promise.conditions.all()],
        "actions": commitment_actions(purse, promise) | promise_actions(purse, promise),
        "decisions": _decisions(request.user, promise),
        "is_staff": request.user.holds(promise.funder_id, *MONEY_ROLES),
        "drafts": request.user.holds(promise.funder_id, *COUNTY_ROLES),
        "today": on,
        "payments": DisbursementRequest.objects.visible_to(request.user).filter(commitment=promise).for_listing(),
        "asking": asking_actions(request.user, promise),
    }
    return render(request, "funding/commitment_page.html", context)


def _decisions(user: User, promise: Commitment) -> DecisionQuerySet:
    about = Q(commitment=promise) | Q(application__isnull=False, application=promise.application_id)
    return Decision.objects.visible_to(user).filter(about).select_related("decided_by").order_by("pk")


def _year(purse: Purse, tranche: Tranche) -> Year:
    hindrances = tranche.hindrances(timezone.localdate())
    waits = tranche.state in ("conditional", "firm")
    return Year(tranche, tranche_actions(purse, tranche, hindrances), hindrances if waits else [])


def _asked(condition: Condition) -> Asked:
    proposal = propose(condition, timezone.localdate())
    return Asked(condition, proposal, proposal.is_new(condition))


@require_POST
@once
def promise_act(request: Request, pk: int, act: str) -> HttpResponse:
    """The recipient accepts."""
    if act != ACCEPT.name:
        raise Http404
    purse, promise = find_promise(request, Commitment.objects.select_related("project", "scheme"), pk=pk)
    if why_not := promise_actions(purse, promise)[act]:
        raise PermissionDenied(why_not)
    try:
        promise.carry_out(ACCEPT, request.user, why=request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The commitment is accepted."))
    return redirect(promise)


@require_POST
@once
def tranche_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Release the money of a year, or let it lapse."""
    tranche = get_object_or_404(Tranche.objects.visible_to(request.user), pk=pk)
    purse, promise = find_promise(request, _all(), pk=tranche.commitment_id)
    tranche = next(one for one in promise.tranches.all() if one.pk == tranche.pk)
    actions = tranche_actions(purse, tranche, tranche.hindrances(timezone.localdate()))
    if act not in actions:
        raise Http404
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    why = request.POST.get("why", "").replace("\0", "")[:500]
    try:
        tranche.release(request.user, why) if act == "release" else tranche.lapse(request.user, why)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("The money of %(year)s is now “%(state)s”.")
        messages.success(request, told % {"year": tranche.year_label, "state": tranche.get_state_display()})
    return redirect(promise)
