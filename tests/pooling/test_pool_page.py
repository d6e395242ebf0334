"""The pool page: what the broker, the firms and others see, and what they do there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from brokering.models import CompetenceNeed
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.models import Pool, PoolMember
from pooling.models.members import SHOW_INTEREST
from tests.factories import (
    CompetenceNeedFactory,
    MunicipalityFactory,
    OrganisationFactory,
)
from tests.pooling.factories import PoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]


@pytest.fixture
def house() -> Organisation:
    """Brokers competence for Sør-Varanger."""
    house = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    house.serves.add(MunicipalityFactory.create())
    return house


@pytest.fixture
def broker(member: Member, house: Organisation) -> User:
    return member(MemberRole.BROKER, house)


def pool_of(house: Organisation, *seats: int, **facts: Any) -> Pool:
    """With so many firms, each interested in so many seats."""
    pool: Pool = PoolFactory.create(handled_by=house, **{"min_seats": 4, "max_seats": 10, **facts})
    for number in seats:
        joined(pool, number)
    return pool


def joined(pool: Pool, seats: int, **facts: Any) -> PoolMember:
    need: CompetenceNeed = CompetenceNeedFactory.create(handled_by=pool.handled_by, headcount=seats, **facts)
    member = PoolMember.objects.join(pool, need, None)
    member.carry_out(SHOW_INTEREST, None)
    return member


def test_the_broker_sees_firms_seats_and_what_is_missing(client: Client, broker: User, house: Organisation) -> None:
    pool = pool_of(house, 2, 1)
    page = client.get(pool.get_absolute_url()).content.decode()
    assert "3 seats gathered" in page
    assert "1 seat is missing to the least class size." in page
    for member in pool.members.all():
        assert member.need.employer.name in page
