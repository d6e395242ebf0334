"""What the funder's people say: write down a condition, assess it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.forms.decisions import AssessForm, ConditionForm
from funding.models import Condition
from funding.models.conditions import ACTS
from funding.permissions import condition_actions
from funding.proposals import propose, ready
from funding.views.finding import find_commitment, find_purse
from partners.once import once
from partners.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@once
def condition_create(request: Request, pk: int, commitment_pk: int) -> HttpResponse:
    purse, commitment = find_commitment(request, pk, commitment_pk, "add_condition")
    form = ConditionForm(request.POST or None, commitment=commitment)
    if form.is_valid():
        Condition.objects.register(commitment, by=request.user, **form.cleaned_data)
        messages.success(request, _("The condition is registered."))
        return redirect(commitment)
    context = {"form": form, "commitment": commitment, "project": purse.participation.project}
    return render(request, "funding/condition_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def condition_assess(request: Request, pk: int, condition_pk: int) -> HttpResponse:
    purse = find_purse(request, pk)
    conditions = Condition.objects.visible_to(request.user).filter(commitment__project=pk)
    condition = get_object_or_404(ready(conditions), pk=condition_pk)
    if why_not := condition_actions(purse, condition)["assess"]:
        raise PermissionDenied(why_not)
    proposal = propose(condition, timezone.localdate())
    form = AssessForm(request.POST or None, condition=condition, user=request.user, proposal=proposal)
    if form.is_valid():
        try:
            act, evidence = ACTS[form.cleaned_data["act"]], form.cleaned_data["evidence"]
            condition.carry_out(act, request.user, evidence, proposed=proposal.act.name if proposal.act else "")
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = _("The condition is now “%(state)s”.")
            messages.success(request, told % {"state": condition.get_state_display()})
            return redirect(condition.commitment)
    context = {"form": form, "condition": condition, "proposal": proposal, "project": purse.participation.project}
    return render(request, "funding/condition_assess.html", context)
