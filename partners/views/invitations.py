"""Invitations: sending, sending again, withdrawing; and the page that the link in the e-mail opens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.accounts import INVITATION, welcome
from partners.forms import InvitationForm
from partners.invitations import queue
from partners.models import Invitation, Organisation, User
from partners.permissions import Standing, invitation_actions, organisation_actions, require
from partners.requests import Request
from partners.views import organisations


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: Request, pk: int) -> HttpResponse:
    organisation = organisations.visible(request, pk)
    standing = Standing.of(request.user, organisation)
    require(organisation_actions(standing), "invite")
    form = InvitationForm(request.POST or None, standing=standing)
    if request.method == "POST" and form.is_valid():
        invitation = form.save()
        queue(invitation)
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
        return redirect(organisation)
    return render(request, "partners/invitation_create.html", {"form": form, "organisation": organisation})


def managed(request: Request, pk: int, act: str) -> Invitation:
    """The invitation, when the visitor may do this with it now; else 404 or 403."""
    seen = Organisation.objects.visible_to(request.user)
    invitations = Invitation.objects.unanswered().filter(organisation__in=seen).select_related("organisation__parent")
    invitation = get_object_or_404(invitations, pk=pk)
    require(invitation_actions(Standing.of(request.user, invitation.organisation), invitation), act)
    return invitation


@require_POST
def invitation_resend(request: Request, pk: int) -> HttpResponse:
    invitation = managed(request, pk, "resend")
    if invitation.renew():
        queue(invitation)
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect(invitation.organisation)


@require_POST
def invitation_withdraw(request: Request, pk: int) -> HttpResponse:
    invitation = managed(request, pk, "withdraw")
    if invitation.withdraw():
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect(invitation.organisation)


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens. The session remembers it, so that signing up can follow."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(token=token).first()
    if not invitation or not Invitation.objects.open().filter(pk=invitation.pk).exists():
        return closed(request, invitation)
    request.session[INVITATION] = token
    context = {
        "invitation": invitation,
        "known": User.objects.filter(email__iexact=invitation.email).exists(),
        "is_mine": isinstance(request.user, User) and request.user.email.lower() == invitation.email.lower(),
    }
    return render(request, "partners/invitation.html", context)


@require_POST
def invitation_accept(request: Request, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("organisation").filter(token=token).first()
    if invitation is None:
        return closed(request, None)
    try:
        invitation.accept(request.user)
    except Invitation.DoesNotExist:
        return closed(request, invitation)
    request.session.pop(INVITATION, None)
    messages.success(request, welcome(invitation))
    return redirect("front")


def closed(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """A kind sentence about why the link does not work any more."""
    return render(
        request, "partners/invitation_closed.html", {"text": why_closed(invitation)}, status=410 if invitation else 404
    )


def why_closed(invitation: Invitation | None) -> str:
    if invitation is None:
        return _("We do not know this link. Perhaps a part of it is missing: open it from the e-mail once more.")
    if invitation.accepted_at:
        return _("This invitation has been accepted already. Log in with your e-mail address to go on.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn. Ask the one who invited you if you think that it was a mistake.")
    return _("This invitation has run out: it was good for two weeks. Ask the one who invited you to send it again.")
