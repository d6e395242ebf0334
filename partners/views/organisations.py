"""Organisations: the list, one of them, registering and correcting."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.filters import OrganisationFilter
from partners.forms import OrganisationForm
from partners.models import Invitation, Organisation
from partners.models.organisations import Role
from partners.permissions import (
    Standing,
    allowed_actions,
    invitation_actions,
    may_register,
    organisation_actions,
    require,
)
from partners.requests import Request

PER_PAGE = 20


class Begun(NamedTuple):
    """What somebody was writing when the firm turned out to be new: where they go on, and with which field."""

    url_name: str
    field: str
    lead: str | Promise
    role: Role = Role.EMPLOYER
    has_number: bool = False
    """Whether its address has the number of something, which `of` says."""

    def url(self, of: str) -> str:
        return reverse(self.url_name, args=[of] if self.has_number else [])


BEGUN = {
    "need": Begun(
        "need-create", "employer", gettext_lazy("Afterwards you go on with the need. What you typed is kept.")
    ),
    "visit": Begun(
        "visit-create", "firm", gettext_lazy("Afterwards you go on with the visit. What you typed is kept.")
    ),
    "project": Begun(
        *("partner-create", "organisation", gettext_lazy("Afterwards you go on with the project."), Role.PARTNER, True)
    ),
}


def visible(request: Request, pk: int) -> Organisation:
    """The organisation, or 404 for those who may not see it."""
    organisations = Organisation.objects.visible_to(request.user).select_related("municipality__county", "parent")
    return get_object_or_404(organisations.prefetch_related("serves"), pk=pk)


@require_safe
def organisation_list(request: Request) -> HttpResponse:
    found = OrganisationFilter(request.GET, Organisation.objects.visible_to(request.user))
    page = Paginator(found.qs.for_listing(), PER_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    context = {
        "filter": found,
        "page": page,
        "searched": any(request.GET.get(name) for name in found.filters),
        "why_not_register": may_register(request.user),
        "heard": ngettext("%(count)s organisation", "%(count)s organisations", count) % {"count": count},
    }
    return render(request, "partners/organisation_list.html", context)


@require_safe
def organisation(request: Request, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    standing = Standing.of(request.user, organisation)
    actions = organisation_actions(standing)
    context = {
        "organisation": organisation,
        "actions": actions,
        "facts": facts(organisation),
        "is_provider": Role.PROVIDER in organisation.roles,
        "units": organisation.units.visible_to(request.user),
        "serves": organisation.serves.all(),
        "members": None if actions["see_members"] else organisation.memberships.for_listing(),
        "invitations": [] if actions["invite"] else invitations(standing),
    }
    return render(request, "partners/organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: Request) -> HttpResponse:
    if why_not := may_register(request.user):
        raise PermissionDenied(why_not)
    return _register(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def unit_create(request: Request, pk: int) -> HttpResponse:
    parent = visible(request, pk)
    require(allowed_actions(request.user, parent), "add_unit")
    return _register(request, parent)


def _register(request: Request, parent: Organisation | None) -> HttpResponse:
    """A likely duplicate is shown first; the second time, it is taken for another organisation.

    Whoever is writing a need for the firm, a visit to it, or who takes part in a project (`?for=`, `&of=` its number),
    goes on with that afterwards.
    """
    begun, of = None if parent else BEGUN.get(request.GET.get("for", "")), request.GET.get("of", "")
    begun = None if begun and begun.has_number and not of.isdecimal() else begun
    initial = {"roles": [begun.role], "name": request.GET.get("name", "")[:200]} if begun else {}
    form = OrganisationForm(request.POST or None, user=request.user, parent=parent, initial=initial)
    likely: list[Organisation] = []
    if request.method == "POST" and form.is_valid():
        likely = [] if "is_another" in request.POST else form.likely_duplicates()
        if not likely:
            organisation = form.save()
            messages.success(request, _("%(organisation)s is registered.") % {"organisation": organisation})
            return redirect(f"{begun.url(of)}?{begun.field}={organisation.pk}" if begun else organisation)
    seen = set(Organisation.objects.visible_to(request.user).filter(pk__in=[one.pk for one in likely]))
    offered = [(one, one in seen) for one in likely]
    context = {
        "form": form,
        "parent": parent,
        "likely": offered,
        "begun": begun,
        "back": begun.url(of) if begun else "",
    }
    return render(request, "partners/organisation_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: Request, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    require(allowed_actions(request.user, organisation), "edit")
    name = organisation.name  # the form overwrites it with what was typed
    form = OrganisationForm(request.POST or None, instance=organisation, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The changes are saved."))
        return redirect(organisation)
    context = {"form": form, "organisation": organisation, "name": name}
    return render(request, "partners/organisation_edit.html", context)


def facts(organisation: Organisation) -> list[tuple[str, object]]:
    """What is known, as pairs of a term and what it is."""
    place = organisation.municipality
    known = [
        (_("Organisation number"), organisation.number),
        (_("Place"), place and f"{place}, {place.county}"),
        (_("Takes part as"), ", ".join(organisation.role_labels)),
        (_("Employees"), organisation.employees),
        (_("E-mail address"), organisation.email and format_html('<a href="mailto:{0}">{0}</a>', organisation.email)),
        (_("Website"), organisation.website and format_html('<a href="{0}">{0}</a>', organisation.website)),
    ]
    return [(term, fact) for term, fact in known if fact not in {None, ""}]


def invitations(standing: Standing) -> list[tuple[Invitation, dict[str, str]]]:
    """Those not answered yet, each with what this person may do with it."""
    waiting = standing.organisation.invitations.unanswered().select_related("invited_by")
    return [(invitation, invitation_actions(standing, invitation)) for invitation in waiting]
