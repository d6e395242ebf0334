"""The page of a follow-up, reached by the link of its e-mail: two questions, answered once; and a no to being asked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.links import by_link
from partners.models import User
from pooling.forms.enrolments import FollowUpForm
from pooling.models import FollowUp, Outcome


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: programs that look through e-mails open links too."""
    found = get_object_or_404(FollowUp.objects.for_page(), token=token)
    broker = _broker(request, found)
    is_open = not found.answered_at or bool(broker and found.by_id)
    said = {"used": found.used, "without": found.without} if broker and found.by_id else {}
    form = FollowUpForm(request.POST or None, follow_up=found, initial=said)
    if is_open and form.is_valid():
        try:
            found.answer(form.cleaned_data["used"], form.cleaned_data["without"], broker)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if broker:
                messages.success(request, _("The answer of %(firm)s is kept.") % {"firm": found.outcome.firm})
        return redirect(found)
    context = {"follow_up": found, "form": form, "is_open": is_open, "broker": broker}
    return render(request, "pooling/follow_up.html", context)


def _broker(request: HttpRequest, found: FollowUp) -> User | None:
    """Who notes it for the firm, when it told it by telephone; of those who answer for themselves nothing is kept."""
    user = request.user
    if found.enrolment_id or not isinstance(user, User) or user.holds(found.outcome.firm_id):
        return None
    if Outcome.objects.brokered_by(user).filter(pk=found.outcome_id).exists():
        return user
    return None


@csrf_exempt  # the link is the key; mail programs press the button for the reader (RFC 8058) and have no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def follow_up_stop(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(FollowUp.objects.for_page(), token=token)
    if request.method == "POST":
        found.ask_no_more()
        found = FollowUp.objects.for_page().get(pk=found.pk)
    return render(request, "pooling/follow_up_stop.html", {"follow_up": found})
