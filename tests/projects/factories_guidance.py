"""Makes units that guide, what they do, and enquiries to them."""

import factory
from django.utils import timezone

from partners.models import Municipality, Organisation
from projects.models import GuidanceEnquiry, ServiceKind, UnitService
from projects.models.enquiry_states import Route
from projects.models.guidance import after_months
from projects.models.retention import MONTHS
from tests.factories import CountyFactory, MunicipalityFactory, OrganisationFactory


def fauske() -> Municipality:
    """Where the units of Karriere Salten are."""
    county = CountyFactory.create(number="18", name="Nordland", official_name="Nordland – Nordlánnda")
    point = {"latitude": 67.2596, "longitude": 15.3943}
    return MunicipalityFactory.create(number="1841", name="Fauske", centre="Fauske", county=county, **point)


class UnitFactory(factory.django.DjangoModelFactory[Organisation]):
    """A unit of a school, in Fauske."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Rettleiinga {n}")
    roles = ["partner"]
    municipality = factory.LazyFunction(fauske)
    parent = factory.SubFactory(OrganisationFactory, roles=["provider"], name="Fjordli videregående skole")


class UnitServiceFactory(factory.django.DjangoModelFactory[UnitService]):
    class Meta:
        model = UnitService
        skip_postgeneration_save = True

    unit = factory.SubFactory(UnitFactory)
    kind = ServiceKind.GUIDANCE
    takes_enquiries = True


class GuidanceEnquiryFactory(factory.django.DjangoModelFactory[GuidanceEnquiry]):
    class Meta:
        model = GuidanceEnquiry

    unit = factory.SubFactory(UnitFactory)
    route = Route.HERE
    subject = ServiceKind.GUIDANCE
    municipality = factory.LazyFunction(fauske)
    text = "Jeg er lei av fisken og vil bli noe annet."
    name = "Ida Spørrevik"
    email = "ida@sporrevik.example"
    phone = "900 00 001"
    language = "en"
    kept_months = MONTHS
    delete_after = factory.LazyFunction(lambda: after_months(timezone.localdate(), MONTHS))
    fingerprint = factory.Sequence(str)
