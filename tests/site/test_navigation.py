"""The menu marks the one place that a page belongs to."""

import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MunicipalityFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def broker(member: Callable[..., User]) -> User:
    house = OrganisationFactory.create(roles=["partner"])
    house.serves.add(MunicipalityFactory.create())
    return member(MemberRole.BROKER, house)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/gaps/needs/", "Gaps"),
        ("/needs/1/", "Needs"),
        ("/pools/proposals/1/", "Pools"),
        ("/course-requests/", "Pools"),
        ("/runs/1/seats/", "Pools"),
        ("/runs/1/outcome/", "Pools"),
        ("/effect/", "Pools"),
        ("/projects/1/effect/", "Projects"),
    ],
)
def test_a_page_belongs_to_one_place(address: str, place: str, broker: User, rf: RequestFactory) -> None:
    request = rf.get(address)
    page = render_to_string("components/navigation.html", {"request": request, "user": broker})
    assert re.findall(r'aria-current="true">([^<]+)<', page) == [place]
