"""Calling an agreed course off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brokering.models import CourseRun
from partners.models import Organisation
from partners.models.roles import BROKERING_ROLES
from partners.permissions import require
from partners.requests import Request
from pooling.calling_off import call_off, why_not_call_off
from pooling.forms.requests import ReasonForm


@require_http_methods(["GET", "HEAD", "POST"])
def run_call_off(request: Request, pk: int) -> HttpResponse:
    """For those who broker the pool or the need that the course is for."""
    houses = Organisation.objects.with_role(request.user, *BROKERING_ROLES)
    runs = CourseRun.objects.filter(Q(pool__handled_by__in=houses) | Q(course_request__handled_by__in=houses))
    joined = runs.select_related("offer__provider", "municipality", "pool", "course_request")
    run = get_object_or_404(joined, pk=pk)
    pool = getattr(run, "pool", None)
    require({"call_off": why_not_call_off(run, pool)}, "call_off")
    of = pool or run.course_request
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            call_off(run, request.user, form.cleaned_data["why"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request, _("The course is called off. The firms are told, and their needs are open again.")
            )
        return redirect(of)
    return render(request, "pooling/run_call_off.html", {"form": form, "run": run, "of": of})
