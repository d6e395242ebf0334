"""Whom the tests of pools meet: an organisation that brokers, and its broker."""

from collections.abc import Callable

import pytest

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import MunicipalityFactory, OrganisationFactory


@pytest.fixture
def agency() -> Organisation:
    organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    organisation.serves.add(MunicipalityFactory.create())
    return organisation


@pytest.fixture
def broker(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.BROKER, agency)
