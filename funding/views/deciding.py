"""Decisions: begun, written, put forward, made."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.case_file import beside
from funding.case_permissions import Desk, decision_actions, further_actions
from funding.forms.deciding import Conditions, DecideForm, DecisionForm
from funding.meter import meter_of
from funding.models import Commitment, Decision, DecisionKind
from funding.models.awarding import is_aid
from funding.models.decision_states import ACTS
from funding.views.cases import find_case
from funding.views.offers import offers
from partners.models import Organisation
from partners.models.roles import COUNTY_ROLES
from partners.once import once
from partners.requests import Request
from projects.permissions import Actions

ANSWERS = (DecisionKind.GRANT, DecisionKind.REJECT, DecisionKind.RETURN)
FURTHER = (DecisionKind.STRENGTHEN, DecisionKind.CHANGE, DecisionKind.ANNUL, DecisionKind.RECOVER)


def find_decision(request: Request, pk: int, act: str = "") -> tuple[Decision, Desk, Actions]:
    """404 when the person may not know of it; 403 with the reason when they may not do this."""
    decisions = Decision.objects.visible_to(request.user).for_listing()
    decision = get_object_or_404(decisions.select_related("application__applicant", "commitment__recipient"), pk=pk)
    desk = Desk.at(request.user, decision.about)
    actions = decision_actions(desk, decision)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return decision, desk, actions


@require_POST
@once
def decision_begin(request: Request, pk: int) -> HttpResponse:
    """Draft the answer to an application: `kind` says which."""
    application, _desk, _actions = find_case(request, pk, "draft")
    kind = request.POST.get("kind", "")
    if kind not in ANSWERS:
        raise Http404
    return _begin(request, kind, reverse("case", args=[pk]), application=application)


def _begin(request: Request, kind: str, back: str, **about: Any) -> HttpResponse:
    try:
        decision = Decision.objects.begin(request.user, kind, **about)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    return redirect("decision-edit", decision.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def commitment_strengthen(request: Request, pk: int) -> HttpResponse:
    """Draft a further decision of what is promised: surer money, a change, an annulment, or to claim money back."""
    houses = Organisation.objects.with_role(request.user, *COUNTY_ROLES).order_by().values("pk")
    commitments = Commitment.objects.filter(funder__in=houses).select_related(
        "project", "funder", "recipient", "scheme"
    )
    commitment = get_object_or_404(commitments.prefetch_related("tranches"), pk=pk)
    desk = Desk.at(request.user, commitment)
    actions = further_actions(desk, commitment)
    open_ones = commitment.decisions.unfinished()
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in FURTHER:
            raise Http404
        if actions[kind]:
            raise PermissionDenied(actions[kind])
        return _begin(request, kind, request.path, commitment=commitment)
    kinds = [(kind.value, kind.label, actions[kind.value]) for kind in FURTHER]
    context = {"commitment": commitment, "kinds": kinds, "open": open_ones}
    return render(request, "funding/commitment_strengthen.html", context)


@require_safe
def decision(request: Request, pk: int) -> HttpResponse:
    decision, desk, actions = find_decision(request, pk)
    aided = decision.recipient if desk.sees and is_aid(decision) else None
    context = {
        "decision": decision,
        "project": decision.project,
        "meter": meter_of(aided, timezone.localdate()) if aided else None,
        "acts": offers(actions, ACTS.values(), "decision-act", decision) if desk.sees else [],
        "may": actions,
        "form": DecideForm(decision=decision, user=request.user) if not actions["decide"] else None,
        "years": beside(decision, _applied(decision)),
        "is_staff": desk.sees,
        "missing": decision.missing() if desk.sees and decision.state == "draft" else [],
        "events": decision.events.select_related("by") if desk.sees else [],
    }
    return render(request, "funding/decision.html", context)


def _applied(decision: Decision) -> list[tuple[int, Decimal]]:
    return [(one.year, one.amount) for one in decision.application.years.all()] if decision.application else []


@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request: Request, pk: int) -> HttpResponse:
    """Save the draft as it was typed; when somebody else has saved meanwhile, say so and keep what was typed (409)."""
    decision, _desk, _actions = find_decision(request, pk, "edit")
    version = decision.updated_at.isoformat()
    form = DecisionForm(request.POST or None, instance=decision)
    facts = {"form_kwargs": {"tranches": form.tranches}, "prefix": "conditions"}
    conditions = Conditions(request.POST or None, instance=decision, **facts)
    conflict = request.method == "POST" and request.POST.get("version") != version
    if request.method == "POST" and not conflict and form.is_valid() and conditions.is_valid():
        try:
            form.store(request.user)
            conditions.save()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(decision)
    context = {"form": form, "conditions": conditions, "decision": decision, "version": version, "conflict": conflict}
    context["project"] = decision.project
    return render(request, "funding/decision_form.html", context, status=409 if conflict else 200)


@require_POST
@once
def decision_act(request: Request, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    decision, _desk, _actions = find_decision(request, pk, act)
    try:
        _do(request, decision, act)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("The decision is now “%(state)s”.") % {"state": decision.get_state_display()}
        messages.success(request, told)
    return redirect(decision)


def _do(request: Request, decision: Decision, act: str) -> None:
    why = request.POST.get("why", "").replace("\0", "")[:2000]
    if act == "propose":
        decision.propose(request.user)
    elif act == "decide":
        form = DecideForm(request.POST, decision=decision, user=request.user)
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        decision.decide(request.user, **form.cleaned_data)
    else:
        decision.send_back(request.user, why) if act == "send_back" else decision.drop(request.user, why)
