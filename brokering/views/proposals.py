"""The employer's page for a proposal: reached by the link of the e-mail, with or without an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brokering.forms.matches import AnswerForm
from brokering.models import Match, Proposal
from brokering.models.matches import PROPOSAL_ACTS, SEE
from brokering.permissions import BROKERS_ACTS, handles, proposal_actions
from partners.models import User
from partners.requests import Request


def _by(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link may read and answer; the answer can be changed until a place is agreed."""
    proposal = get_object_or_404(Proposal.objects.for_listing(), token=token)
    form = AnswerForm(request.POST or None, instance=proposal)
    if form.is_valid():
        try:
            proposal.carry_out(PROPOSAL_ACTS[form.cleaned_data["answer"]], _by(request), form.cleaned_data["comment"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            Proposal.objects.filter(pk=proposal.pk).update(
                reason=form.cleaned_data["reason"], comment=form.cleaned_data["comment"]
            )
            messages.success(request, _("Thank you. Your broker now sees your answer."))
        return redirect(proposal)
    found = Match.objects.filter(need=proposal.need_id, offer=proposal.offer_id).first()
    return render(request, "brokering/proposal.html", {"form": form, "proposal": proposal, "match": found})


@login_not_required
@require_POST
def proposal_seen(request: HttpRequest, token: str) -> HttpResponse:
    """The page tells, by itself, that it was opened; by a broker that says nothing of the employer."""
    proposal, by = get_object_or_404(Proposal.objects.select_related("need"), token=token), _by(request)
    if SEE.possible_from(proposal.state) and not (by and handles(by, proposal.need)):
        proposal.carry_out(SEE, by)
    return HttpResponse(status=204)


@require_POST
def proposal_act(request: Request, pk: int, act: str) -> HttpResponse:
    """What the broker notes of a proposal: agreed, completed, did not attend."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).for_listing(), pk=pk)
    if act not in BROKERS_ACTS:
        raise Http404
    if why_not := proposal_actions(request.user, proposal)[act]:
        raise PermissionDenied(why_not)
    try:
        proposal.carry_out(PROPOSAL_ACTS[act], request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(proposal.need)
