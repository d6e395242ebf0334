"""Whom the tests of projects meet: who carries it out, its leader, a partner; and the demonstration region."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from config import demo_money, demo_projects, demo_region
from funding.models import AidCeiling
from partners.management.commands import load_places
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


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The projects with their organisations and people, loaded once; without courses and needs, which take long."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(load_places, "measure", lambda: 0)
        patch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
        call_command("load_places", verbosity=0)
        demo_region._people(dict(demo_region._organisations()))
        demo_projects.load(date(2026, 3, 2))
        AidCeiling.objects.get_or_create(valid_from=date(2024, 11, 11), defaults={"amount_eur": 300_000})
        demo_money.load(date(2026, 3, 2))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def pilot() -> Project:
    return Project.objects.get(key="demo:kompetansepilot")


@pytest.fixture
def salten() -> Project:
    return Project.objects.get(key="demo:karriere-salten")


@pytest.fixture
def invented() -> Project:
    return Project.objects.get(key="demo:kongekrabba")
