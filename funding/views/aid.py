"""State aid of small amounts: what an undertaking has got and may still get, earlier aid that it tells of, rates."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.forms.aid import DeclareForm, RateForm
from funding.meter import aid_meter
from funding.models import EuroRate, Undertaking
from funding.payment_permissions import aid_actions
from partners.models import Organisation
from partners.once import once
from partners.requests import Request
from projects.permissions import Actions

RATES = 5


def find_receiver(http: Request, pk: int, act: str = "see") -> tuple[Organisation, Actions]:
    """404 for those who work with nobody's money: who has got what is not for everybody to look up."""
    actions = aid_actions(http.user)
    receivers = Organisation.objects.none() if actions["see"] else Organisation.objects.all()
    organisation = get_object_or_404(receivers.select_related("parent"), pk=pk)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    return organisation, actions


@require_safe
def aid(request: Request, pk: int) -> HttpResponse:
    organisation, actions = find_receiver(request, pk)
    undertaking = Undertaking.objects.known(organisation)
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "actions": actions,
        "meter": aid_meter(undertaking, today),
        "parts": undertaking.parts.select_related("organisation") if undertaking else [],
        "earlier": undertaking.awards.earlier(today) if undertaking else [],
        "rates": EuroRate.objects.all()[:RATES],
    }
    return render(request, "funding/aid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def aid_declare(request: Request, pk: int) -> HttpResponse:
    organisation, _actions = find_receiver(request, pk, "declare")
    form = DeclareForm(request.POST or None)
    if form.is_valid():
        form.store(Undertaking.objects.of(organisation))
        messages.success(request, _("The aid is written down and counts."))
        return redirect("aid", organisation.pk)
    return render(request, "funding/aid_form.html", {"form": form, "organisation": organisation})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def euro_rate_create(request: Request, pk: int) -> HttpResponse:
    organisation, _actions = find_receiver(request, pk, "declare")
    form = RateForm(request.POST or None)
    if form.is_valid():
        form.save()
        messages.success(request, _("The rate is recorded."))
        return redirect("aid", organisation.pk)
    return render(request, "funding/rate_form.html", {"form": form, "organisation": organisation})
