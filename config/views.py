"""The front page and what belongs to the site as a whole."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from brokering.models import CourseOffer
from config.front import everything, is_workplace, workplace
from config.gallery import samples
from partners.models import User
from partners.requests import Request
from partners.uploads import LARGEST_UPLOAD, MEGABYTE
from partners.waiting import grouped


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """For strangers the way in; for everybody else what waits for them."""
    user, today = request.user, timezone.localdate()
    if not isinstance(user, User):
        return render(request, "front.html", {"offer_count": CourseOffer.objects.published().count()})
    searches = {"searches": user.saved_searches.all()[:10]}
    if is_workplace(user):
        return render(request, "front_workplace.html", searches | workplace(user, today))
    mine = {"waiting": everything(user, today), "offer_count": CourseOffer.objects.published().count()}
    return render(request, "front.html", searches | mine)


@require_safe
def waiting(request: Request) -> HttpResponse:
    """All that waits for the person."""
    today = timezone.localdate()
    return render(request, "waiting.html", {"groups": grouped(everything(request.user, today), today)})


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The components the pages are made of, each once."""
    return render(request, "gallery.html", samples())


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the service is, how matching works, where its data comes from, how accessible it is."""
    return render(request, "about.html")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches the database, for the load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was not understood; and what was too big, before any of it was stored."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", {"megabytes": LARGEST_UPLOAD // MEGABYTE}, status=413)
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
