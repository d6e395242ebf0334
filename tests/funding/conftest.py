"""Whom the tests of money meet: a project, those who carry it out, the county that pays, and a commitment of it."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from funding.models import Commitment, Strength
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import PartnerRole, Project, ProjectState
from tests.factories import MunicipalityFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory
from tests.funding.factories import CommitmentFactory, TrancheFactory


@pytest.fixture
def agency() -> Organisation:
    return OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory.create(county_council=True)


@pytest.fixture
def project(agency: Organisation, county: Organisation) -> Project:
    project = ProjectFactory.create(state=ProjectState.PLANNED)
    project.municipalities.add(MunicipalityFactory.create())
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    ProjectPartnerFactory.create(project=project, organisation=county, role=PartnerRole.FUNDER)
    return project


@pytest.fixture
def commitment(project: Project, county: Organisation) -> Commitment:
    commitment = CommitmentFactory.create(project=project, funder=county)
    TrancheFactory.create(commitment=commitment, year=2026, amount=Decimal(400_000))
    TrancheFactory.create(commitment=commitment, year=2027, amount=None, state=Strength.HELD_OUT)
    return commitment


@pytest.fixture
def leader(member: Callable[..., User], agency: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.LEADER, agency)


@pytest.fixture
def officer(member: Callable[..., User], county: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.CASE_OFFICER, county)


@pytest.fixture
def decider(member: Callable[..., User], county: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.DECIDER, county)
