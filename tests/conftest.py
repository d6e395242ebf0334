"""What every test stands on: the site's own settings, strict templates, and a few people."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from pytest_django import DjangoDbBlocker, Settings

from brokering.matching import embedding
from partners.models import Organisation, User
from partners.models.memberships import MemberRole
from tests.copies import migrated
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.templates import Undefined

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "language_model: compares meaning as well, which takes a second more")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The tables are copied, not made by each worker."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(autouse=True)
def quick_settings(settings: Settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = settings.EMAIL_FILE_PATH = tmp_path


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What other tests left in memory (names of competences and places) is not there."""
    caches["local"].clear()


@pytest.fixture(scope="session", autouse=True)
def strict_templates() -> None:
    options: Any = site_settings.TEMPLATES[0]["OPTIONS"]
    options["string_if_invalid"] = Undefined("undefined")


@pytest.fixture
def queries(client: Client) -> Callable[[str], int]:
    """How many queries a page asks the second time it is opened, beside those that open and end its transaction."""

    def count(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries)

    return count


@pytest.fixture
def english(client: Client) -> Iterator[None]:
    """Pages and sentences as they stand in the code."""
    client.cookies["language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def words_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language model costs a second and 100 MB: it is there for tests marked `language_model`."""
    if "language_model" not in request.keywords:
        monkeypatch.setattr(embedding, "available", lambda: False)


@pytest.fixture
def work() -> Callable[[], int]:
    """Does the worker's work, and says how many jobs there were."""

    def do() -> int:
        jobs = list(OrmQ.objects.order_by("pk"))
        for job in jobs:
            task = job.task
            import_string(task["func"])(*task["args"])
            job.delete()
        return len(jobs)

    return do


@pytest.fixture
def shared() -> Path:
    """The folder of real public data beside the project; a test that needs it is skipped where it is absent."""
    if not (SHARED / "data").exists():
        pytest.skip("the folder of real public data (../shared) is not here")
    return SHARED


@pytest.fixture
def member(client: Client) -> Callable[..., User]:
    """Logs in somebody who has this role in this organisation: `member("broker", organisation)`."""

    def login(role: str = MemberRole.EMPLOYEE, organisation: Organisation | None = None) -> User:
        user = UserFactory.create()
        MembershipFactory.create(user=user, role=role, organisation=organisation or OrganisationFactory.create())
        client.force_login(user)
        return user

    return login
