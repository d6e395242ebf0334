"""What holds for every request and response of the site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

Answer = Callable[[HttpRequest], HttpResponseBase]


def headers(answer: Answer) -> Answer:
    """The security headers that no middleware of Django's own sets."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def chosen_language(request: HttpRequest) -> str:
    """What the person chose; else the first Norwegian or Sámi of the browser's languages; else bokmål.

    English is for those who choose it: most browsers here ask for English without anybody having meant it.
    """
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    wanted = (code.split("-")[0] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return next((code for code in wanted if code in {"nb", "nn", "se"}), settings.LANGUAGE_CODE)


def language(answer: Answer) -> Answer:
    """Answers in the person's language, and says so."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with translation.override(chosen_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = answer(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE or settings.LANGUAGE_CODE)
        return response

    return middleware


def htmx(answer: Answer) -> Answer:
    """A fragment whose login has run out becomes a visit to the login page, not a login form inside the page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        to = response.headers.get("Location", "")
        if getattr(request, "htmx", False) and to.startswith(resolve_url(settings.LOGIN_URL)):
            return HttpResponse(headers={"HX-Redirect": to})
        return response

    return middleware
