"""Whom the tests of pools meet: an organisation that brokers, and its broker."""

from collections.abc import Callable

import pytest

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import OrganisationFactory


@pytest.fixture
def agency() -> Organisation:
    return OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])


@pytest.fixture
def broker(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.BROKER, agency)
