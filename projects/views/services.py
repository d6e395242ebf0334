"""What units do: for the public, and for the leaders who write it down."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Organisation, User
from partners.requests import Request
from projects.enquiry_permissions import may_edit_services
from projects.forms.services import ServiceForm
from projects.houses import house_of, houses
from projects.models import UnitService
from projects.models.services import GUIDES


@login_not_required
@require_safe
def guidance_units(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/guidance_units.html", {"houses": houses()})


@login_not_required
@require_safe
def organisation_services(request: HttpRequest, pk: int) -> HttpResponse:
    """Public where something is stated; before that, for those who see the organisation."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    house = house_of(organisation)
    is_stated = any(unit.services for unit in house.units)
    if not (is_stated or _sees(request.user, organisation)):
        raise Http404
    context = {
        "house": house,
        "units": [(unit, may_edit_services(request.user, unit.organisation)) for unit in house.units],
        "sees_organisation": _sees(request.user, house.organisation),
        "reads": any(_reads(request.user, unit.organisation) for unit in house.units),
    }
    return render(request, "projects/organisation_services.html", context)


def _sees(user: object, organisation: Organisation) -> bool:
    return isinstance(user, User) and Organisation.objects.visible_to(user).filter(pk=organisation.pk).exists()


def _reads(user: object, unit: Organisation) -> bool:
    return isinstance(user, User) and user.holds(unit.pk, *GUIDES)


def _unit(request: Request, pk: int) -> Organisation:
    """The organisation, for its leaders."""
    unit = get_object_or_404(Organisation.objects.visible_to(request.user).select_related("parent"), pk=pk)
    if why_not := may_edit_services(request.user, unit):
        raise PermissionDenied(why_not)
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
def service_create(request: Request, pk: int) -> HttpResponse:
    return _edit(request, UnitService(unit=_unit(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def service_edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, _find(request, pk))


def _find(request: Request, pk: int) -> UnitService:
    service = get_object_or_404(UnitService, pk=pk)
    service.unit = _unit(request, service.unit_id)
    return service


def _edit(request: Request, service: UnitService) -> HttpResponse:
    form = ServiceForm(request.POST or None, instance=service)
    if form.is_valid():
        form.save()
        messages.success(request, _("The service is saved."))
        return redirect("organisation-services", service.unit_id)
    return render(request, "projects/service_form.html", {"form": form, "service": service})


@require_POST
def service_remove(request: Request, pk: int) -> HttpResponse:
    """Enquiries that came about it stay with the unit."""
    service = _find(request, pk)
    service.delete()
    messages.success(request, _("“%(service)s” is removed.") % {"service": service.get_kind_display()})
    return redirect("organisation-services", service.unit_id)
