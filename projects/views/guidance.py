"""The public form: somebody asks for guidance, and is told who gets it and why."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_q.tasks import async_task

from projects.forms.guidance import EnquiryForm
from projects.models import GuidanceEnquiry, RetentionRule
from projects.routing import Way, way_for

FORM = "projects/guidance.html"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guidance(request: HttpRequest) -> HttpResponse:
    """Nothing is stored before a unit gets it. Where none covers the place, the nearest is offered, and asked about."""
    form = EnquiryForm(request.POST or None, initial={"subject": request.GET.get("about", "")})
    context = {"form": form, "months": RetentionRule.longest()}
    if not form.is_valid():
        return render(request, FORM, context)
    if form.is_by_a_robot:
        return redirect("guidance-units")
    said = form.cleaned_data
    way = way_for(said["municipality"], said["subject"], said["asker"])
    if way is None or not (way.covers or _says_yes(request, form, way)):
        return render(request, FORM, context | {"is_asked": True, "way": way})
    if enquiry := _hand_in(request, form, way):
        messages.success(request, _("Your enquiry is sent."))
        return redirect(enquiry.get_own_url())
    form.add_error(None, _("Too many enquiries have come from here in a short time. Nothing is stored; try later."))
    return render(request, FORM, context, status=429)


def _says_yes(request: HttpRequest, form: EnquiryForm, way: Way) -> bool:
    """To sending it to that unit from that place: one who changes the place is asked again."""
    return request.POST.get("send_to") == f"{way.unit.pk}-{form.cleaned_data['municipality'].pk}"


def _hand_in(request: HttpRequest, form: EnquiryForm, way: Way) -> GuidanceEnquiry | None:
    """Store it and have the receipt and the notice sent; None, with nothing stored, where there have been too many."""
    form.instance.language = get_language() or form.instance.language
    with transaction.atomic():
        enquiry, is_new = form.instance.hand_in(way.unit, way.why, form.cleaned_data["key"])
        whose = (enquiry.email or enquiry.phone).lower()
        if is_new and not ratelimit.consume(request, action="guidance_send", key=whose):
            transaction.set_rollback(True)
            return None
        if is_new:
            async_task("projects.enquiry_jobs.send_receipt", enquiry.pk)
            async_task("projects.enquiry_jobs.tell_unit", enquiry.pk)
    return enquiry
