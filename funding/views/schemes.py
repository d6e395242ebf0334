"""Schemes: where money can be applied for, by which rules, and when."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.forms.schemes import CeilingForm, SchemeForm
from funding.frame_permissions import may_keep, scheme_actions
from funding.guide import in_words, names_of
from funding.models import Call, FundingScheme
from funding.models.schemes import RequirementKind
from funding.rules import rules_of
from partners.once import once
from partners.requests import Request


@login_not_required
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    schemes = FundingScheme.objects.for_listing().matching(query)
    today = timezone.localdate()
    context = {
        "q": query,
        "calls": Call.objects.open(today).filter(scheme__in=schemes.values("pk")).select_related("scheme__manager"),
        "schemes": schemes,
        "why_not": may_keep(request.user),
    }
    return render(request, "funding/scheme_list.html", context)


@login_not_required
@require_safe
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = get_object_or_404(FundingScheme.objects.for_listing(), pk=pk)
    actions, requirements = scheme_actions(request.user, scheme), list(scheme.requirements.all())
    names = names_of(requirements)
    keeps = not actions["edit"]
    context = {
        "scheme": scheme,
        "rules": rules_of(scheme),
        "calls": [call for call in scheme.calls.all() if call.is_published or keeps],
        "requirements": [(one, in_words(one, names)) for one in requirements],
        "kinds": RequirementKind.choices if keeps else [],
        "keeps": keeps,
    }
    return render(request, "funding/scheme.html", context)


def find_scheme(request: Request, pk: int) -> FundingScheme:
    """For those who keep it: 403 with the reason for others."""
    scheme = get_object_or_404(FundingScheme.objects.select_related("manager"), pk=pk)
    if why_not := scheme_actions(request.user, scheme)["edit"]:
        raise PermissionDenied(why_not)
    return scheme


@require_http_methods(["GET", "HEAD", "POST"])
@once
def scheme_create(request: Request) -> HttpResponse:
    if why_not := may_keep(request.user):
        raise PermissionDenied(why_not)
    return _edit(request, FundingScheme())


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, find_scheme(request, pk))


def _edit(request: Request, scheme: FundingScheme) -> HttpResponse:
    form = SchemeForm(request.POST or None, instance=scheme, user=request.user)
    if form.is_valid():
        messages.success(request, _("The scheme is saved."))
        return redirect(form.save())
    return render(
        request, "funding/scheme_form.html", {"form": form, "known": FundingScheme.objects.filter(pk=scheme.pk).first()}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ceiling_set(request: Request, pk: int) -> HttpResponse:
    scheme = find_scheme(request, pk)
    form = CeilingForm(request.POST or None, initial={"year": timezone.localdate().year})
    if form.is_valid():
        try:
            form.set(scheme)
        except ValidationError:
            form.add_error("amount", _("More than that is given already."))
        else:
            messages.success(request, _("The scheme is saved."))
            return redirect(scheme)
    return render(
        request, "funding/scheme_part_form.html", {"form": form, "scheme": scheme, "title": _("Set a ceiling")}
    )
