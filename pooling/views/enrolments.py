"""Pages reached by the link of an e-mail, without an account: enrolling by name, and what is stored about oneself."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.links import by_link
from partners.once import once
from pooling.forms.enrolments import EnrolForm
from pooling.models import Enrolment, Outcome
from pooling.models.enrolments import EnrolmentQuerySet
from pooling.outcome_jobs import confirm


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
@once
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever got the link from their firm takes one of its seats by name. No name of others is shown."""
    outcome = get_object_or_404(Outcome.objects.with_page().for_listing(), token=token)
    form = EnrolForm(request.POST or None, instance=Enrolment(outcome=outcome, language=get_language() or "nb"))
    taken = outcome.enrolments.count()
    if outcome.is_open and taken < outcome.seats and form.is_valid() and (enrolment := _enrolled(form)):
        messages.success(request, _("You are enrolled. The link to this page comes by e-mail as well."))
        return redirect(enrolment)
    context: dict[str, Any] = {"outcome": outcome, "form": form, "taken": taken, "left": outcome.seats - taken}
    return render(request, "pooling/enrol.html", context)


def _enrolled(form: EnrolForm) -> Enrolment | None:
    """None when somebody else took the last seat at the same moment."""
    try:
        with transaction.atomic():
            enrolment = form.save()
            confirm(enrolment)
            return enrolment
    except IntegrityError:
        form.add_error(None, _("Somebody else took the last seat just now, or the address is enrolled already."))
        return None


@require_safe
@by_link
def enrolment(request: HttpRequest, token: str) -> HttpResponse:
    """What is stored about oneself, to whom it is shown and until when; that the course is called off, if it is."""
    off = Enrolment.objects.filter(outcome__reservation__run__cancelled_at__isnull=False)
    found = get_object_or_404(_joined(Enrolment.objects.named() | off), token=token)
    return render(request, "pooling/enrolment.html", {"enrolment": found})


@require_POST
@by_link
def enrolment_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(_joined(Enrolment.objects.named()), token=token)
    found.withdraw()
    messages.success(request, _("Your name and e-mail address are deleted."))
    return redirect(found.outcome)


def _joined(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    course = "outcome__reservation__run__offer__provider"
    return enrolments.select_related(course, "outcome__reservation__run__municipality", "outcome__firm")
