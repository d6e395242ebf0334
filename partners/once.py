"""A form that is sent twice (a double click, a reloaded answer) does what it does once."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

# Seconds between the two sendings of one form; who sends the same later means it.
LASTS = 300


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What comes again to the letter, from the very page that it came from before, is led to where that led.

    A page is known by its CSRF token, which is masked anew each time a page is drawn. The note lies in the database
    and belongs to the request's transaction: of two sent at once the later waits, and none is left when it fails.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if not key:
            return view(request, *args, **kwargs)
        if not cache.add(key, "", LASTS) and (url := cache.get(key)):
            return redirect(url)
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            cache.set(key, response.url, LASTS)
        else:
            cache.delete(key)
        return response

    return answered


def _key(request: HttpRequest) -> str:
    if request.method != "POST" or not request.POST.get("csrfmiddlewaretoken"):
        return ""
    files = [(name, str(file), file.size) for name in request.FILES for file in request.FILES.getlist(name)]
    sent = (request.user.pk, request.get_full_path(), sorted(request.POST.lists()), files)
    return f"once-{sha256(repr(sent).encode()).hexdigest()}"
