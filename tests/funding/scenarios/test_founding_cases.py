"""Both founding cases, as they stand in the demonstration, asked about by the county’s staff in the browser’s words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from config import demo_projects, demo_region
from funding.models import FundingScheme, FundingSource
from partners.management.commands import load_places
from partners.models import Organisation, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NEW = reverse("scenario-create")


@pytest.fixture(scope="module", autouse=True)
def projects(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The projects with their organisations and people, loaded once."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(load_places, "measure", lambda: 0)
        patch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
        call_command("load_places", verbosity=0)
        demo_region._people(dict(demo_region._organisations()))
        demo_projects.load(date(2026, 3, 2))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def officer(client: Client) -> User:
    """Logged in, of Finnmark, who pays for neither."""
    user = User.objects.get(email="saksbehandler@example.no")
    client.force_login(user)
    return user


def answer(client: Client, **typed: Any) -> str:
    asked = {"fit": "priority", "name": "", **typed}
    return client.post(NEW, asked, follow=True).content.decode().replace("\u00a0", " ")


@pytest.mark.usefixtures("officer")
class TestTheStaffOfACountyAsks:
    def test_what_the_states_third_year_less_a_fifth_does(self, client: Client) -> None:
        scheme = FundingScheme.objects.get(name="Kompetansepiloter")
        shown = answer(client, schemes=[scheme.pk], years=["2022"], fall="20", costs="cut")
        assert "in 1 project: NOK 300 000 at risk." in shown
        assert "61.97 % today, 60.29 % then. Its cap of 70 % is kept." in shown

    def test_what_half_of_the_countys_money_does(self, client: Client) -> None:
        county = Organisation.objects.get(name="Troms og Finnmark fylkeskommune")
        shown = answer(client, funders=[county.pk], fall="50", costs="cut")
        assert "pays at most 70 % of what is paid in all: NOK 3 150 000." in shown
        assert "NOK 535 714.29" in shown
        assert "61.97 % today, 70 % then. Its cap of 70 % binds." in shown

    def test_what_any_fall_of_the_ministrys_allocation_does(self, client: Client) -> None:
        source = FundingSource.objects.get(name="Departementets bevilgninger")
        shown = answer(client, sources=[source.pk], fall="0.01", costs="keep")
        assert "in 1 project: 2 unknown amounts at risk." in shown
        assert "stays at its level in 2016." in shown
        assert "stays at its level in 2017." in shown
        assert "stands whatever falls" in shown
