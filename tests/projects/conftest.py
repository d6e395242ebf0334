"""Whom the tests of projects meet: the agency that carries a project out, its leader, and a partner."""

from collections.abc import Callable

import pytest

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MunicipalityFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory


@pytest.fixture
def agency() -> Organisation:
    """It carries the project out, and brokers for the firms of Sør-Varanger."""
    organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    organisation.serves.add(MunicipalityFactory.create())
    return organisation


@pytest.fixture
def project(agency: Organisation) -> Project:
    """An idea, with all that it takes to be planned but the leader of the agency."""
    project = ProjectFactory.create(name="Kompetanseløftet")
    project.municipalities.add(MunicipalityFactory.create())
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    return project


@pytest.fixture
def keeper(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in; keeps the project."""
    return member(MemberRole.LEADER, agency)


@pytest.fixture
def partner(member: Callable[..., User], project: Project) -> User:
    """Logged in; works in an organisation that takes part."""
    organisation = OrganisationFactory.create(name="Studiesenteret", roles=["partner"])
    ProjectPartnerFactory.create(project=project, organisation=organisation)
    return member(MemberRole.EMPLOYEE, organisation)
