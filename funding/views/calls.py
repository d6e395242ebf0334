"""Calls of a scheme: when it takes applications."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.forms.schemes import CallForm
from funding.models import Call
from funding.views.schemes import find_scheme
from partners.once import once
from partners.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@once
def call_create(request: Request, pk: int) -> HttpResponse:
    return _edit(request, Call(scheme=find_scheme(request, pk)), _("New call"))


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: Request, pk: int) -> HttpResponse:
    call = get_object_or_404(Call, pk=pk)
    call.scheme = find_scheme(request, call.scheme_id)
    return _edit(request, call, _("Change the call"))


def _edit(request: Request, call: Call, title: str) -> HttpResponse:
    form = CallForm(request.POST or None, instance=call)
    if form.is_valid():
        messages.success(request, _("The call is saved."))
        return redirect(form.save())
    return render(request, "funding/scheme_part_form.html", {"form": form, "scheme": call.scheme, "title": title})
