"""A site with the demonstration region on a database of its own, and one browser that visits it.

A database is made and filled once and set aside; every module gets a fresh copy of it, so that what one does is not
seen by the next, and nothing is seen by tests that use no browser.
"""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from brokering.matching import embedding, rematch
from brokering.models import CompetenceNeed
from config import bootstrap, demo_region
from partners.models import User
from tests.copies import made, migrated, used

HOST = "127.0.0.1"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PATIENCE = 20_000  # milliseconds for anything to appear, on a machine with much else to do

Visitor = Callable[..., BrowserContext]
"""`visitor("someone@example.no", width=390)`: a browser of somebody's own, logged in when an address is given."""


@pytest.fixture(scope="package")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests/conftest.py sets for each test, set before the first; the demonstration is on, the model is not.

    Without the model the tests are the same on every machine, and a need is matched by its words.
    """
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            DEMO=True,
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            STORAGES=site_settings.STORAGES | {"staticfiles": static},
            STATIC_ROOT=tmp_path_factory.mktemp("static"),
        ),
    ):
        patch.setattr(embedding, "available", lambda: False)
        # Playwright keeps an event loop in this thread, in which Django would not be asked for rows.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="package")
def filled(
    demonstration: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The name of a database with places, competences and the demonstration region, its needs matched."""
    name = f"{connection.creation._get_test_db_name()}_filled"  # type: ignore[attr-defined]  # the stubs leave it out
    with django_db_blocker.unblock(), made(name, migrated()):
        with used(name):
            call_command("load_places", verbosity=0)
            call_command("load_competences", verbosity=0)
            demo_region.load()
            call_command("index_offers", verbosity=0)
            for need in CompetenceNeed.objects.all():
                rematch(need)
            call_command("reckon_gaps", verbosity=0)
        yield name


@pytest.fixture(scope="module")
def database(filled: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This module's own copy, for the site and for what the test asks itself."""
    name = filled.removesuffix("_filled") + "_browser"
    with django_db_blocker.unblock(), made(name, filled), used(name):
        yield


@pytest.fixture(scope="package")
def server(demonstration: None) -> Iterator[str]:
    """The address of the site, which answers from a thread of this process."""
    with override_settings(ALLOWED_HOSTS=[HOST]):
        thread = LiveServerThread(HOST, StaticFilesHandler)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://{HOST}:{thread.port}"
        thread.terminate()


@pytest.fixture(scope="package")
def chromium(demonstration: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=bootstrap.browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visitor(chromium: Browser, server: str, database: None) -> Iterator[Visitor]:
    """Contexts of the module's visitors; all of them leave with its database."""
    contexts = []

    def visit(email: str = "", *, width: int = 1280, language: str = "en", scripts: bool = True) -> BrowserContext:
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        enter(context, server, email, language)
        contexts.append(context)
        return context

    yield visit
    for context in contexts:
        context.close()


def enter(context: BrowserContext, server: str, email: str, language: str) -> None:
    """Come with nothing but a language and, when an address is given, logged in."""
    context.clear_cookies()
    context.add_cookies([{"name": "language", "value": language, "url": server}])
    if email:
        context.add_cookies([{"name": "session", "value": session_of(email), "url": server}])


def session_of(email: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.cookies["session"].value


@pytest.fixture
def page(visitor: Visitor) -> Iterator[Page]:
    """A stranger's page on a wide screen."""
    context = visitor()
    yield context.new_page()
    context.close()
