"""Who takes part in a project: the list, adding an organisation, changing its part and taking it away."""

from django.contrib import messages
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.permissions import may_register
from partners.requests import Request
from projects.forms.partners import PartnerForm, candidates, found
from projects.models import ProjectPartner
from projects.views.finding import find_inside, find_part
from projects.views.projects import in_order

# No key of the database has more digits.
LONGEST_KEY = 18


@require_safe
def project_partners(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    context = {"project": project, "actions": actions, "partners": in_order(project)}
    return render(request, "projects/partners.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: Request, pk: int) -> HttpResponse:
    """First the organisation, by typing its name; then what it does in the project."""
    project, _actions = find_inside(request, pk, "edit", lock=request.method == "POST")
    chosen = request.GET.get("organisation", "")
    if not chosen.isdecimal() or len(chosen) > LONGEST_KEY:
        text = request.GET.get("q", "").replace("\0", "").strip()[:200]
        context = {
            "project": project,
            "q": text,
            "found": found(request.user, text) if text else [],
            "why_not_register": may_register(request.user),
        }
        return render(request, "projects/partner_choose.html", context)
    organisation = get_object_or_404(candidates(request.user), pk=chosen)
    partner = ProjectPartner(project=project, organisation=organisation)
    return _form(request, partner, _("%(organisation)s takes part now.") % {"organisation": organisation})


@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: Request, pk: int) -> HttpResponse:
    return _form(request, find_part(request, ProjectPartner, pk), _("The changes are saved."))


def _form(request: Request, partner: ProjectPartner, done: str) -> HttpResponse:
    form = PartnerForm(request.POST or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, done)
        return redirect("project-partners", partner.project_id)
    context = {"form": form, "partner": partner, "project": partner.project, "organisation": partner.organisation}
    return render(request, "projects/partner_form.html", context)


@require_POST
def partner_remove(request: Request, pk: int) -> HttpResponse:
    """Take away what should not have been there; what something hangs on is ended instead."""
    partner = find_part(request, ProjectPartner, pk)
    if why_not := _hangs(partner):
        messages.error(request, why_not)
        return redirect("partner-edit", pk)
    messages.success(request, _("%(organisation)s is taken away.") % {"organisation": partner.organisation})
    return redirect("project-partners", partner.project_id)


def _hangs(partner: ProjectPartner) -> str:
    """Take it away, or say why that cannot be done."""
    if partner.runs and partner.is_last_to_run:
        return _("Nobody else carries the project out. Choose somebody who does, first.")
    try:
        partner.delete()
    except (ProtectedError, RestrictedError):
        return _("Something in the project hangs on this partner. Write when its part ended instead.")
    return ""
