"""The page of a follow-up, reached by the link of its e-mail: two questions, answered once; and a no to being asked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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
    form = FollowUpForm(request.POST or None, follow_up=found)
    if not found.answered_at and form.is_valid():
        try:
            found.answer(form.cleaned_data["used"], form.cleaned_data["without"], _broker(request, found))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(found)
    return render(request, "pooling/follow_up.html", {"follow_up": found, "form": form})


def _broker(request: HttpRequest, found: FollowUp) -> User | None:
    """Who notes it for the firm, when it told it by telephone; of those who answer for themselves nothing is kept."""
    user = request.user
    if isinstance(user, User) and Outcome.objects.brokered_by(user).filter(pk=found.outcome_id).exists():
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
