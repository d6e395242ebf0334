"""Makes the plainest valid pool and what belongs to it."""

import factory

from brokering.models.needs import NeedState
from pooling.models import Pool, PoolMember, Reservation
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MunicipalityFactory, OrganisationFactory


class PoolFactory(factory.django.DjangoModelFactory[Pool]):
    class Meta:
        model = Pool

    title = "Sveising i aluminium"
    handled_by = factory.SubFactory(OrganisationFactory)
    municipality = factory.SubFactory(MunicipalityFactory)


class PoolMemberFactory(factory.django.DjangoModelFactory[PoolMember]):
    class Meta:
        model = PoolMember

    pool = factory.SubFactory(PoolFactory)
    need = factory.SubFactory(CompetenceNeedFactory, state=NeedState.POOLED)
    seats = 2


class ReservationFactory(factory.django.DjangoModelFactory[Reservation]):
    class Meta:
        model = Reservation

    run = factory.SubFactory(CourseRunFactory)
    firm = factory.SubFactory(OrganisationFactory)
    seats = 2
