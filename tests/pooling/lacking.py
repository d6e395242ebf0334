"""A county with three municipalities, firms that want to learn something there, and courses that fit some of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.need_index import NeedIndex
from partners.models import Distance, Municipality, Organisation, Region
from tests.factories import (
    CompetenceAreaFactory,
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseOfferFactory,
    MatchFactory,
    MunicipalityFactory,
    OrganisationFactory,
)

TODAY = date(2026, 3, 2)
WELDING, TRUCKS, ACCOUNTS = "sveising", "truck", "regnskap"
KIRKENES, VADSO, ALTA = "5605", "5607", "5601"
# Kilometres: Kirkenes and Vadsø are near each other, Alta is far from both.
BETWEEN = {(KIRKENES, VADSO): 40.0, (KIRKENES, ALTA): 290.0, (VADSO, ALTA): 250.0}


def region() -> dict[str, Municipality]:
    """Kirkenes and Vadsø are in a region, Alta in none."""
    for slug, name, area in (
        (WELDING, "Welding", "industri"),
        (TRUCKS, "Trucks", "industri"),
        (ACCOUNTS, "Accounts", "kontor"),
    ):
        home = CompetenceAreaFactory.create(slug=area, name_en=area.title())
        CompetenceFactory.create(slug=slug, name_en=name, area=home)
    names = {KIRKENES: ("Sør-Varanger", 69.73, 30.05), VADSO: ("Vadsø", 70.07, 29.75), ALTA: ("Alta", 69.97, 23.27)}
    places = {
        number: MunicipalityFactory.create(number=number, name=name, latitude=north, longitude=east)
        for number, (name, north, east) in names.items()
    }
    east, _made = Region.objects.get_or_create(
        slug="ost", defaults={"name": "Øst-Finnmark", "county": places[ALTA].county}
    )
    east.municipalities.set([places[KIRKENES], places[VADSO]])
    both = BETWEEN | {(there, here): km for (here, there), km in BETWEEN.items()} | {(one, one): 0.0 for one in names}
    rows = [Distance(origin_id=here, destination_id=there, km=km) for (here, there), km in both.items()]
    Distance.objects.bulk_create(rows, ignore_conflicts=True)
    return places


def asked(
    competence: str = WELDING,
    place: str = KIRKENES,
    people: int = 2,
    *,
    firm: Organisation | None = None,
    days: int = 0,
    **facts: Any,
) -> CompetenceNeed:
    """A shared need that was matched, and that no course fits; registered so many days ago."""
    need: CompetenceNeed = CompetenceNeedFactory.create(
        employer=firm or OrganisationFactory.create(),
        municipality_id=place,
        headcount=people,
        **{"consent_to_share": True, "max_travel_km": 60, **facts},
    )
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 11, tzinfo=UTC)
    CompetenceNeed.objects.filter(pk=need.pk).update(created_at=noon - timedelta(days=days))
    subjects = [[competence, 0.9], ["noe-annet", 0.2]] if competence else []
    NeedIndex.objects.create(need=need, terms=[], subjects=subjects, space="", words_background=0, meaning_background=0)
    return need


def met(need: CompetenceNeed, **match: Any) -> CompetenceNeed:
    """With a course that fits, and does not say how many seats it has."""
    MatchFactory.create(need=need, **match)
    return need


def too_far(need: CompetenceNeed, km: int) -> CompetenceNeed:
    """With a course that would fit, if it were not so many kilometres beyond what they travel."""
    limit = need.max_travel_km or 0
    MatchFactory.create(
        need=need, band="near", gates=[{"gate": "reach", "km": limit + km, "limit": limit, "place": ""}]
    )
    return need


def course() -> CourseOffer:
    offer: CourseOffer = CourseOfferFactory.create()
    return offer
