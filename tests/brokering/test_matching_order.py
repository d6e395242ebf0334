"""In which order courses are shown, and what they have to be to fit well or to come within reach."""

from datetime import date, timedelta

import pytest

from brokering.matching import Wish, match, score
from brokering.matching.whatif import what_if
from brokering.models import CourseOffer
from partners.models import Distance
from tests.factories import CountyFactory, CourseRunFactory, MunicipalityFactory, OrganisationFactory, searchable

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def equals() -> list[CourseOffer]:
    """The first provider has three of the four."""
    large, small = OrganisationFactory.create_batch(2)
    return [searchable(title="Sveising", description="", provider=one) for one in (large, large, large, small)]


def providers(text: str) -> list[int]:
    order = [hit.offer_id for hit in match(Wish(text=text)).hits]
    found = CourseOffer.objects.in_bulk(order)
    return [found[pk].provider_id for pk in order]


def test_of_equals_providers_come_by_turns(equals: list[CourseOffer]) -> None:
    large, small = equals[0].provider_id, equals[3].provider_id
    assert providers("sveising") in ([large, small, large, large], [small, large, large, large])
    assert providers("sveising") == providers("sveising")


def test_which_provider_comes_first_is_drawn_for_each_need(equals: list[CourseOffer]) -> None:
    assert {providers(f"sveising {number}")[0] for number in range(12)} == {one.provider_id for one in equals}


def test_a_better_course_is_never_behind_for_it(equals: list[CourseOffer]) -> None:
    best = searchable(title="Sveising av aluminium", description="", provider=equals[0].provider)
    for number in range(6):
        assert match(Wish(text=f"sveising av aluminium {number}")).hits[0].offer_id == best.pk


@pytest.mark.parametrize(("days", "band"), [(30, "strong"), (40, "strong"), (41, "possible")])
def test_what_fits_well_starts_within_the_dates(days: int, band: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score, "band", lambda *_figures: "strong")
    CourseRunFactory.create(offer=searchable(title="Sveising"), start=TODAY + timedelta(days=days), deadline=None)
    (hit,) = match(Wish(text="sveising", latest_start=TODAY + timedelta(days=40)), on=TODAY).hits
    assert hit.band == band


def test_what_would_give_more_is_at_least_the_way_to_the_nearest() -> None:
    here = MunicipalityFactory.create()
    there = MunicipalityFactory.create(number="1804", county=CountyFactory.create(number="18", name="Nordland"))
    Distance.objects.create(origin=here, destination=there, km=702.4)
    offer = searchable(title="Sveising")
    CourseRunFactory.create(offer=offer, municipality=there, start=TODAY + timedelta(days=30), deadline=None)
    gains = what_if(Wish(text="sveising", municipality=here.pk, max_travel_km=20), on=TODAY)
    assert [gain.change.facts for gain in gains if gain.change.kind == "farther"] == [{"max_travel_km": 710}]
