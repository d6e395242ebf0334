"""Whom the tests of brokering meet: a firm in Sør-Varanger, the organisation that brokers there, and its broker."""

from collections.abc import Callable

import pytest

from brokering.models import Competence
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import CompetenceFactory, MunicipalityFactory, OrganisationFactory


@pytest.fixture
def place() -> Municipality:
    return MunicipalityFactory.create()


@pytest.fixture
def agency(place: Municipality) -> Organisation:
    """It brokers for the firms of Sør-Varanger."""
    organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    organisation.serves.add(place)
    return organisation


@pytest.fixture
def firm(place: Municipality) -> Organisation:
    return OrganisationFactory.create(name="Kirkenes Rør AS", municipality=place)


@pytest.fixture
def broker(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.BROKER, agency)


@pytest.fixture
def accounting() -> Competence:
    return CompetenceFactory.create(
        slug="regnskap",
        name_nb="Regnskap",
        name_nn="Rekneskap",
        name_en="Accounting",
        name_se="Rehketdoallu",
        description="Føre regnskap.",
        synonyms=["bokføring", "bookkeeping"],
        jargon=["bilagshaugen"],
    )
