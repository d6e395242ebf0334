"""Saying no to a kind of e-mail, and yes again, by the link in it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.links import by_link
from pooling.models import NoticeRefusal
from pooling.notices import holder, refuse, want


@csrf_exempt  # the link is the key; mail programs press the button for the reader (RFC 8058) and have no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def notice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: programs that look through e-mails open links too."""
    found = holder(token)
    if found is None:
        raise Http404
    address, kind = found
    if request.method == "POST":
        (want if "again" in request.POST else refuse)(address, kind)
    comes = bool(NoticeRefusal.objects.wanted([address], kind))
    return render(request, "pooling/notice_stop.html", {"address": address, "kind": kind, "comes": comes})
