"""Writing an agreement: a new one, one that replaces another, its terms and parties, and a new version."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.conflicts import differences
from partners.models import User
from partners.once import once
from partners.requests import Request
from projects.agreement_permissions import agreement_actions, may_create
from projects.forms.agreements import AgreementForm, PartyRows, VersionForm, party_rows
from projects.models import Agreement, Project
from projects.permissions import Participation
from projects.views.agreements import find_to
from projects.views.finding import find_inside


def _data(request: Request) -> dict[str, Any]:
    return {"data": request.POST or None, "files": request.FILES or None}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def agreement_create(request: Request, pk: int) -> HttpResponse:
    """A new agreement of a project; with ?replaces= one that renews or replaces an earlier one."""
    project, participation = _keeping(request, pk)
    earlier = _earlier(request, participation)
    form = AgreementForm(request.POST or None, initial=_like(earlier))
    rows = party_rows(request.POST or None, request.user, project, None, earlier)
    first = VersionForm(**_data(request), required=False)
    if form.is_valid() and rows.is_valid() and first.is_valid():
        agreement = _begin(form, project, earlier, request.user)
        rows.save(agreement)
        if first.is_filled:
            first.add_to(agreement, request.user)
        messages.success(request, _("The agreement is saved as a draft."))
        return redirect(agreement)
    context = {"form": form, "rows": rows, "first": first, "project": project, "earlier": earlier}
    return render(request, "projects/agreement_form.html", context)


def _keeping(request: Request, pk: int) -> tuple[Project, Participation]:
    project, _actions = find_inside(request, pk)
    participation = Participation.of(request.user, project)
    if participation is None or (why_not := may_create(participation)):
        raise PermissionDenied(why_not if participation else "")
    return project, participation


def _earlier(request: Request, participation: Participation) -> Agreement | None:
    """The agreement to be replaced, which must have been signed."""
    asked = request.GET.get("replaces", "")
    if not asked.isascii() or not asked.isdigit():
        return None
    earlier = get_object_or_404(participation.project.agreements.visible_to(participation.user), pk=asked[:18])
    if why_not := agreement_actions(participation, earlier)["renew"]:
        raise PermissionDenied(why_not)
    return earlier


def _like(earlier: Agreement | None) -> dict[str, Any]:
    return {"kind": earlier.kind, "title": earlier.title} if earlier else {}


@transaction.atomic
def _begin(form: AgreementForm, project: Project, earlier: Agreement | None, by: User) -> Agreement:
    agreement = form.save(commit=False)
    agreement.project, agreement.replaces, agreement.created_by = project, earlier, by
    agreement.is_demo = project.is_demo
    agreement.save()
    if earlier:
        earlier.note_renewal(agreement, by)
    return agreement


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over what was read; when somebody else has saved meanwhile, show both (409)."""
    agreement = find_to(request, pk, "edit")
    agreements = Agreement.objects.all()
    stored = (agreements.select_for_update() if request.method == "POST" else agreements).get(pk=pk)
    read, title = stored.updated_at.isoformat(), stored.title
    form = AgreementForm(request.POST or None, instance=agreement)
    rows = party_rows(request.POST or None, request.user, agreement.project, agreement, None)
    context = {"form": form, "rows": rows, "project": agreement.project, "agreement": agreement, "title": title}
    context |= {"version": read}
    if request.method == "POST" and request.POST.get("version") != read:
        conflict = {"conflict": True, "conflicts": differences(form, AgreementForm(instance=stored))}
        return render(request, "projects/agreement_edit.html", context | conflict, status=409)
    if form.is_valid() and rows.is_valid() and _saved(form, rows):
        messages.success(request, _("The changes are saved."))
        return redirect(agreement)
    return render(request, "projects/agreement_edit.html", context)


def _saved(form: AgreementForm, rows: PartyRows) -> bool:
    try:
        with transaction.atomic():
            rows.save(form.save())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@once
def agreement_version(request: Request, pk: int) -> HttpResponse:
    """A new text or file. Who has signed must sign anew, which the page says beforehand."""
    agreement = find_to(request, pk, "version")
    before = agreement.latest
    form = VersionForm(**_data(request), initial={"text": before.text if before else ""})
    if form.is_valid() and _is_new(form, agreement):
        form.add_to(agreement, request.user)
        messages.success(request, _("The new version is saved. The agreement is a draft until it is sent again."))
        return redirect(agreement)
    context = {"form": form, "agreement": agreement, "answered": before and before.signatures.exists()}
    return render(request, "projects/agreement_version.html", context)


def _is_new(form: VersionForm, agreement: Agreement) -> bool:
    """One that repeats the version before would only make people sign twice; after an answer it may be wanted."""
    before, data = agreement.latest, form.cleaned_data
    if before is None or data["file"] or data["text"] != before.text or before.signatures.exists():
        return True
    form.add_error("text", _("Nothing is changed since version %(number)s.") % {"number": before.number})
    return False
