"""Pages whose secret link is the key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page asks for no login, and is kept out of caches and searches."""

    @login_not_required
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return found
