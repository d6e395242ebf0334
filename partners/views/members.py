"""Members of an organisation: another role, or none."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partners.forms import RoleForm
from partners.models import Membership, Organisation
from partners.permissions import Standing, membership_actions, organisation_actions, require
from partners.requests import Request


def visible(request: Request, pk: int) -> tuple[Membership, Standing]:
    """The membership and what the visitor is to its organisation, or 404 for those who may not see its members."""
    seen = Organisation.objects.visible_to(request.user)
    memberships = Membership.objects.filter(organisation__in=seen).select_related("user", "organisation__parent")
    membership = get_object_or_404(memberships, pk=pk)
    standing = Standing.of(request.user, membership.organisation)
    if organisation_actions(standing)["see_members"]:
        raise Http404
    return membership, standing


@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: Request, pk: int) -> HttpResponse:
    """The person's role, changed by POST."""
    membership, standing = visible(request, pk)
    actions = membership_actions(standing, membership)
    form = RoleForm(request.POST or None, standing=standing, membership=membership)
    if request.method == "POST":
        require(actions, "change_role")
        if form.is_valid() and _changed(membership, form):
            messages.success(request, _("The role is changed."))
            return redirect(membership.organisation)
    context = {"membership": membership, "actions": actions, "form": form, "own": membership.user == request.user}
    return render(request, "partners/membership.html", context)


def _changed(membership: Membership, form: RoleForm) -> bool:
    try:
        membership.change_role(form.cleaned_data["role"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
def membership_remove(request: Request, pk: int) -> HttpResponse:
    membership, standing = visible(request, pk)
    require(membership_actions(standing, membership), "remove")
    organisation, own = membership.organisation, membership.user == request.user
    try:
        membership.end()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(organisation)
    messages.success(
        request,
        _("You have left %(organisation)s.") % {"organisation": organisation} if own else _("The member is removed."),
    )
    return redirect("account") if own else redirect(organisation)
