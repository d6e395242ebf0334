"""Every kind of response carries the headers that keep a page to itself, as on a site with https."""

import runpy
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from partners.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SETTINGS = Path(__file__).resolve().parent.parent.parent / "config" / "settings.py"
ABOUT_RESPONSES = ("ALLOWED_", "CONTENT_SECURITY_", "CSRF_", "LANGUAGE_COOKIE_", "SECURE_", "SESSION_", "X_FRAME_")
# As the proxy in front of the site passes a visit on.
BY_HTTPS = {"host": "example.org", "x-forwarded-proto": "https"}
HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
KINDS: dict[str, tuple[int, Callable[[Client], Any]]] = {
    "a page": (200, lambda site: site.get("/")),
    "a list": (200, lambda site: site.get("/offers/")),
    "the health check": (200, lambda site: site.get("/health")),
    "one's own data as JSON": (200, lambda site: site.get("/account/data/export/")),
    "the administration": (200, lambda site: site.get("/admin/")),
    "a static file": (200, lambda site: site.get("/static/site.css")),
    "a static file that is known": (304, lambda site: site.get("/static/site.css", headers=known_file(site))),
    "a way on": (302, lambda site: site.post("/language/", {"language": "nn"})),
    "a way to the login": (302, lambda site: stranger(site).get("/needs/")),
    "an address of another host": (400, lambda site: site.get("/", headers={"host": "elsewhere.example"})),
    "a form without its token": (403, lambda site: forgetful(site).post("/searches/save/")),
    "an act that is not allowed": (403, lambda site: site.get("/organisations/new/")),
    "nothing there": (404, lambda site: site.get("/nothing-there/")),
    "a page that is posted to": (405, lambda site: site.post("/")),
    "a broken page": (500, lambda site: site.get("/gallery/")),
}


def known_file(site: Client) -> dict[str, str]:
    with closing(site.get("/static/site.css")) as first:
        return {"if-none-match": first.headers["ETag"]}


def stranger(site: Client) -> Client:
    site.logout()
    return site


def forgetful(site: Client) -> Client:
    site.handler.enforce_csrf_checks = True
    return site


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the settings say of responses when the site's address begins with https, and one static file."""
    monkeypatch.setenv("SITE_URL", "https://example.org")
    for name, value in runpy.run_path(str(SETTINGS)).items():
        if name.startswith(ABOUT_RESPONSES):
            setattr(settings, name, value)
    (tmp_path / "site.css").write_text("body { color: black }")


@pytest.fixture
def site(production: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who administers the site looks at it by https; its gallery is broken."""
    monkeypatch.setattr("config.views.samples", lambda: 1 / 0)
    client = Client(raise_request_exception=False, headers=BY_HTTPS)
    client.force_login(User.objects.create_superuser("admin@example.no", PASSWORD))
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_response_has_them(kind: str, site: Client) -> None:
    status, visit = KINDS[kind]
    with closing(visit(site)) as response:
        assert response.status_code == status
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY


def test_cookies_belong_to_this_host_and_scripts_never_see_them(production: None) -> None:
    client = Client(headers=BY_HTTPS)
    client.get("/account/login/")
    client.post("/account/login/", {"login": UserFactory.create().email, "password": PASSWORD})
    assert set(client.cookies) == {"__Host-session", "__Host-csrf", "language"}
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert cookie["samesite"] == "Lax"


def test_a_visit_without_https_is_sent_on(production: None, client: Client) -> None:
    response = client.get("/offers/?q=sveising", headers={"host": "example.org"})
    assert (response.status_code, response.headers["Location"]) == (301, "https://example.org/offers/?q=sveising")


def test_the_load_balancer_asks_for_health_without_https(production: None, client: Client) -> None:
    assert client.get("/health", headers={"host": "example.org"}).status_code == 200


def test_without_https_no_cookie_asks_for_it(client: Client) -> None:
    client.get("/account/login/")
    assert [cookie["secure"] for cookie in client.cookies.values()] == [""]
