"""Whom the tests of reports meet: the project's leader, and the county's officer who reviews."""

from collections.abc import Callable
from datetime import date

import pytest

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import OrganisationFactory, ProjectFactory, ProjectPartnerFactory
from tests.projects.counted import Counted

Member = Callable[..., User]


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Two firms reached in 2025."""
    counted = Counted()
    counted.happened = {"firms": [date(2025, 5, 1), date(2025, 6, 1)]}
    monkeypatch.setattr("projects.models.contents.knowledge", lambda: counted)
    return counted


@pytest.fixture
def agency() -> Organisation:
    return OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])


@pytest.fixture
def council() -> Organisation:
    return OrganisationFactory.create(county_council=True)


@pytest.fixture
def project(agency: Organisation, council: Organisation) -> Project:
    """Carried out by the agency, paid by the county."""
    project = ProjectFactory.create(name="Kompetanseløftet", state="running", first_year=2025, last_year=2027)
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    ProjectPartnerFactory.create(project=project, organisation=council, role="funder")
    return project


@pytest.fixture
def leader(member: Member, agency: Organisation) -> User:
    """Logged in; writes the reports."""
    return member(MemberRole.LEADER, agency)


@pytest.fixture
def officer(member: Member, council: Organisation) -> User:
    """Logged in; reviews them."""
    return member(MemberRole.CASE_OFFICER, council)
