"""Who may decide what, in the organisations whose money one works with."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.forms.delegations import DelegationForm, EndForm
from funding.frame_permissions import kept_by, may_keep, works_for
from funding.models import Delegation
from partners.once import once
from partners.requests import Request


@require_safe
def delegation_list(request: Request) -> HttpResponse:
    own = {*works_for(request.user), *kept_by(request.user)}
    if not own:
        raise PermissionDenied(_("Only those who work with the money of an organisation see this."))
    found = Delegation.objects.filter(organisation__in=own).select_related("organisation", "user", "scheme")
    today = timezone.localdate()
    context = {
        "current": [one for one in found if not one.has_ended(today)],
        "ended": [one for one in found if one.has_ended(today)],
        "kept": kept_by(request.user),
        "several": len(own) > 1,
        "why_not": may_keep(request.user),
    }
    return render(request, "funding/delegation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def delegation_create(request: Request) -> HttpResponse:
    if why_not := may_keep(request.user):
        raise PermissionDenied(why_not)
    form = DelegationForm(request.POST or None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("It is registered who may decide."))
        return redirect("delegation-list")
    return render(
        request,
        "funding/delegation_form.html",
        {"form": form, "delegation": None, "title": _("Register who may decide")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_edit(request: Request, pk: int) -> HttpResponse:
    """It is ended, or noted what it builds on. Another amount is another delegation."""
    own = {*works_for(request.user), *kept_by(request.user)}
    delegation = get_object_or_404(Delegation.objects.filter(organisation__in=own), pk=pk)
    if delegation.organisation_id not in kept_by(request.user):
        raise PermissionDenied(_("Only deciders and leaders of the organisation can do this."))
    form = EndForm(request.POST or None, instance=delegation)
    if form.is_valid():
        form.save()
        messages.success(request, _("The changes are saved."))
        return redirect("delegation-list")
    context = {"form": form, "title": _("Change who may decide"), "delegation": delegation}
    return render(request, "funding/delegation_form.html", context)
