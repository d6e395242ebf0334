"""What every test stands on: the site's own settings, strict templates, and a few people."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from partners.models import Organisation, User
from partners.models.memberships import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(autouse=True)
def quick_settings(settings: Settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.EMAIL_FILE_PATH = tmp_path


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
