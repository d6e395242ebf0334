"""The calendar of a project: how to subscribe, its file, and the feed behind a secret address."""

from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partners.models import User
from partners.requests import Request
from projects.calendar import calendar
from projects.models import CalendarKey, Project
from projects.permissions import Participation
from projects.views.finding import find_inside


@never_cache
@require_safe
def project_calendar(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    key = CalendarKey.objects.filter(project=project, user=request.user).first()
    url = settings.SITE_URL + key.get_absolute_url() if key else ""
    webcal = url.replace("https://", "webcal://").replace("http://", "webcal://")
    context = {"project": project, "actions": actions, "url": url, "webcal": webcal}
    return render(request, "projects/calendar.html", context)


@require_POST
def calendar_renew(request: Request, pk: int) -> HttpResponse:
    """A secret address, or a new one in place of the old."""
    project, _actions = find_inside(request, pk)
    CalendarKey.objects.renew(project, request.user)
    messages.success(request, _("The calendar has a new address. An older one answers no more."))
    return redirect("project-calendar", project.pk)


@require_POST
def calendar_revoke(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk)
    CalendarKey.objects.filter(project=project, user=request.user).delete()
    messages.success(request, _("The address is closed."))
    return redirect("project-calendar", project.pk)


@require_safe
def calendar_file(request: Request, pk: int) -> HttpResponse:
    """For those logged in, to keep or to import once."""
    project, _actions = find_inside(request, pk)
    return _answer(request, project, request.user)


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Programs cannot log in: the address is the key, as long as the person takes part in the project."""
    key = CalendarKey.objects.filter(token=token, user__is_active=True).select_related("user", "project").first()
    participation = Participation.of(key.user, key.project) if key else None
    if key is None or participation is None or not participation.takes_part:
        raise Http404
    with translation.override(key.user.language):
        return _answer(request, key.project, key.user)


def _answer(request: HttpRequest, project: Project, user: User) -> HttpResponse:
    """304 to a program that has it already."""
    content = calendar(project, user)
    etag = quote_etag(sha256(content).hexdigest())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="project-{project.pk}.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return get_conditional_response(request, etag, response=response) or response
