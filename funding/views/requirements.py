"""What a scheme asks of a project, for the guide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from funding.forms.requirements import RequirementForm
from funding.models import SchemeRequirement
from funding.models.schemes import RequirementKind
from funding.views.schemes import find_scheme
from partners.once import once
from partners.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@once
def requirement_create(request: Request, pk: int) -> HttpResponse:
    """Of the kind that is named in the address."""
    scheme, kind = find_scheme(request, pk), request.GET.get("kind", "")
    if kind not in RequirementKind.values:
        raise Http404
    form = RequirementForm(request.POST or None, scheme=scheme, kind=kind)
    if form.is_valid():
        form.save()
        messages.success(request, _("The scheme is saved."))
        return redirect(scheme)
    context = {"form": form, "scheme": scheme, "title": RequirementKind(kind).label}
    return render(request, "funding/scheme_part_form.html", context)


@require_POST
def requirement_remove(request: Request, pk: int) -> HttpResponse:
    requirement = get_object_or_404(SchemeRequirement, pk=pk)
    scheme = find_scheme(request, requirement.scheme_id)
    requirement.delete()
    messages.success(request, _("It is not asked for any more. The history keeps it."))
    return redirect(scheme)
