"""Makes the plainest valid course request, bid and answer to the demand board."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from pooling.models import Bid, BidState, CouldRun, CourseRequest, MemberState, Pool, PoolState, RequestState
from tests.factories import CompetenceFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory


class CourseRequestFactory(factory.django.DjangoModelFactory[CourseRequest]):
    """Of a frozen pool, being asked."""

    class Meta:
        model = CourseRequest

    pool = factory.SubFactory(PoolFactory, state=PoolState.FROZEN)
    handled_by = factory.LazyAttribute(lambda request: (request.pool or request.need).handled_by)
    title = "Sveising av aluminium"
    description = "De skal kunne sveise aluminium med MIG."
    seats = 9
    answer_by = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))
    state = RequestState.ASKING


class BidFactory(factory.django.DjangoModelFactory[Bid]):
    """One that is asked; `made` is its bid."""

    class Meta:
        model = Bid

    request = factory.SubFactory(CourseRequestFactory)
    provider = factory.SubFactory(
        OrganisationFactory, provider=True, email=factory.Sequence(lambda n: f"kurs{n}@skole.example")
    )
    rank = factory.Sequence(lambda n: n + 1)
    state = BidState.ASKED

    class Params:
        made = factory.Trait(
            state=BidState.GIVEN,
            start=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=100)),
            end=factory.LazyAttribute(lambda bid: bid.start + timedelta(days=4)),
            fixed_price_nok=Decimal(60_000),
            min_seats=6,
            max_seats=12,
        )


class CouldRunFactory(factory.django.DjangoModelFactory[CouldRun]):
    class Meta:
        model = CouldRun

    provider = factory.SubFactory(OrganisationFactory, provider=True)
    competence = factory.SubFactory(CompetenceFactory)


def gathered(pool: Pool, *seats: int, state: str = MemberState.BINDING) -> Pool:
    """With a firm for each of these numbers of seats."""
    for count in seats:
        PoolMemberFactory.create(
            pool=pool, seats=count, state=state, need__handled_by=pool.handled_by, need__headcount=count
        )
    return pool
