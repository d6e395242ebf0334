"""The seats of a course by firm: who has enrolled, and how it went."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brokering.models import CourseRun
from partners.requests import Request
from pooling.forms.enrolments import EndedForm, OutcomeForm
from pooling.models.outcomes import brokered_by, reachable_for
from pooling.outcomes import note, outcomes_of, why_not_note


@require_http_methods(["GET", "HEAD", "POST"])
def run_outcome(request: Request, pk: int) -> HttpResponse:
    runs = CourseRun.objects.filter(reachable_for(request.user)).distinct()
    run = get_object_or_404(runs.select_related("offer__provider", "municipality", "pool"), pk=pk)
    today = timezone.localdate()
    why_not = _only_brokers(request, run) or why_not_note(run, today)
    if request.method == "POST" and why_not:
        raise PermissionDenied(why_not)
    data = request.POST or None
    forms = [OutcomeForm(data, outcome=outcome) for outcome in outcomes_of(run, make=bool(data))]
    noted = [form.outcome.ended_on for form in forms if form.outcome.ended_on]
    day = noted[0] if noted else min(run.end or run.start or today, today)
    form = EndedForm(data, today=today, initial={"ended_on": day})
    valid = [one.is_valid() for one in (form, *forms)]
    if data and not all(valid):
        form.add_error(None, _("Look through the numbers and the day. Nothing is stored."))
    elif all(valid):
        try:
            note(run, forms, form.cleaned_data["ended_on"], request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is noted how the course went."))
            return redirect("run-outcome", run.pk)
    context: dict[str, Any] = {"run": run, "form": form, "forms": forms, "why_not": why_not, "is_noted": bool(noted)}
    return render(request, "pooling/run_outcome.html", context)


def _only_brokers(request: Request, run: CourseRun) -> str:
    """Why the person may see it only; empty for who brokers a firm or pool in it. It covers needs and ends pools."""
    if CourseRun.objects.filter(brokered_by(request.user), pk=run.pk).exists():
        return ""
    return _("Only those who broker the firms note how it went.")
