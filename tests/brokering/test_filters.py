"""What each filter of the courses leaves, and how many each of its values would give."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from brokering.models.choices import Level, Mode
from partners.models import Distance, Municipality, User
from tests.factories import (
    CompetenceFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MunicipalityFactory,
    OrganisationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
MOST_QUERIES_OF_A_LIST, MOST_QUERIES_OF_A_PAGE = 6, 8


def today() -> Any:
    return timezone.localdate()


def titles(client: Client, **query: Any) -> list[str]:
    response = client.get("/offers/", query)
    assert response.status_code == 200
    return [offer.title for offer in response.context["page"]]


def counts(client: Client, facet: str, **query: Any) -> dict[str, int]:
    facets = {one.name: one for one in client.get("/offers/", query).context["filter"].facets}
    return {choice.value: choice.count for choice in facets[facet].choices} if facet in facets else {}


@pytest.fixture
def places() -> tuple[Municipality, Municipality]:
    """Sør-Varanger and Vadsø, forty kilometres apart."""
    here, there = MunicipalityFactory.create(), MunicipalityFactory.create(number="5607", name="Vadsø", centre="Vadsø")
    for origin, destination, km in [(here, here, 0), (there, there, 0), (here, there, 40), (there, here, 40)]:
        Distance.objects.create(origin=origin, destination=destination, km=km)
    return here, there


class TestFilters:
    def test_how_it_is_held(self, client: Client) -> None:
        CourseOfferFactory.create(title="Nett", modes=[Mode.ONLINE])
        CourseOfferFactory.create(title="Begge", modes=[Mode.ONLINE, Mode.ON_SITE])
        CourseOfferFactory.create(title="Hall", modes=[Mode.ON_SITE])
        assert titles(client, mode="online") == ["Begge", "Nett"]
        assert titles(client, mode=["online", "on_site"]) == ["Begge", "Hall", "Nett"]

    def test_level(self, client: Client) -> None:
        CourseOfferFactory.create(title="Fagskole", level=Level.VOCATIONAL_COLLEGE)
        CourseOfferFactory.create(title="Uten nivå")
        assert titles(client, level="vocational_college") == ["Fagskole"]

    def test_place_by_any_of_its_names_and_fifty_kilometres_around(
        self, client: Client, places: tuple[Municipality, Municipality]
    ) -> None:
        CourseOfferFactory.create(title="I Kirkenes", places=[places[0]])
        CourseRunFactory.create(offer__title="Samling i Vadsø", municipality=places[1])
        CourseOfferFactory.create(title="Et sted", places=[])
        assert titles(client, place="Kirkenes") == ["I Kirkenes", "Samling i Vadsø"]
        assert titles(client, place="Sør-Varanger", km="0") == ["I Kirkenes"]
        assert titles(client, place="5607", km="25") == ["Samling i Vadsø"]

    def test_an_unknown_place_is_explained_and_hides_nothing(self, client: Client) -> None:
        CourseOfferFactory.create(title="Sveising")
        response = client.get("/offers/", {"place": "Atlantis"})
        assert "We know no place called “Atlantis”" in response.content.decode()
        assert len(response.context["page"]) == 1

    def test_start_counts_the_days_from_today_and_only_runs_with_seats(self, client: Client) -> None:
        for title, days, taken in [("Snart", 30, 0), ("Senere", 31, 0), ("Fullt", 30, 12)]:
            CourseRunFactory.create(
                offer__title=title, start=today() + timedelta(days), deadline=today(), seats_taken=taken
            )
        assert titles(client, start="30") == ["Snart"]
        assert titles(client, start="90") == ["Senere", "Snart"]

    def test_what_has_begun_starts_at_once_while_it_takes_people(self, client: Client) -> None:
        for title, deadline in [("Åpent", 5), ("Stengt", -5)]:
            CourseRunFactory.create(
                offer__title=title,
                start=today() - timedelta(60),
                end=today() + timedelta(60),
                deadline=today() + timedelta(deadline),
            )
        assert titles(client, start="30") == ["Åpent"]

    def test_competence_and_provider(self, client: Client) -> None:
        tagged = CourseOfferFactory.create(title="Sveising")
        tagged.competences.add(CompetenceFactory.create())
        other = CourseOfferFactory.create(title="Annet")
        assert titles(client, competence="sveising") == ["Sveising"]
        assert titles(client, provider=other.provider.pk) == ["Annet"]


class TestFacets:
    def test_a_count_leaves_its_own_facet_out_and_takes_the_others_in(self, client: Client) -> None:
        CourseOfferFactory.create(modes=[Mode.ONLINE], level=Level.BACHELOR)
        CourseOfferFactory.create(modes=[Mode.ON_SITE], level=Level.BACHELOR)
        CourseOfferFactory.create(modes=[Mode.ON_SITE], level=Level.MASTER)
        assert counts(client, "mode", mode="online", level="bachelor") == {"on_site": 1, "online": 1}
        assert counts(client, "level", mode="online", level="bachelor") == {"bachelor": 1}

    def test_each_count_is_what_choosing_it_gives(
        self, client: Client, places: tuple[Municipality, Municipality]
    ) -> None:
        for mode, level, place in [
            (Mode.ONLINE, Level.BACHELOR, places[0]),
            (Mode.ON_SITE, Level.MASTER, places[1]),
            (Mode.ON_SITE, Level.BACHELOR, places[1]),
        ]:
            offer = CourseOfferFactory.create(modes=[mode], level=level, places=[place])
            CourseRunFactory.create(offer=offer, municipality=place)
            offer.competences.add(CompetenceFactory.create())
        near = {"place": "Kirkenes"}
        for facet in ("mode", "level", "km", "start", "competence", "provider"):
            found = counts(client, facet, **near)
            assert found
            assert found == {value: len(titles(client, **near | {facet: value})) for value in found}

    def test_a_chosen_value_stays_when_it_gives_nothing(self, client: Client) -> None:
        CourseOfferFactory.create(modes=[Mode.ON_SITE], level=Level.BACHELOR)
        assert counts(client, "level", level="master", mode="online")["master"] == 0
        provider = OrganisationFactory.create(provider=True)
        assert counts(client, "provider", provider=provider.pk, mode="online") == {str(provider.pk): 0}

    def test_a_long_facet_shows_the_ten_largest_and_what_is_chosen(self, client: Client) -> None:
        small = CourseOfferFactory.create(title="Lite").provider
        for _number in range(11):
            provider = OrganisationFactory.create(provider=True)
            CourseOfferFactory.create_batch(2, provider=provider)
        shown = counts(client, "provider")
        assert len(shown) == 10
        assert str(small.pk) not in shown
        assert counts(client, "provider", provider=small.pk)[str(small.pk)] == 1

    def test_the_distance_in_force_is_the_one_that_is_chosen(
        self, client: Client, places: tuple[Municipality, Municipality]
    ) -> None:
        CourseOfferFactory.create(places=[places[0]])

        def chosen(**query: str) -> list[str]:
            facets = {one.name: one for one in client.get("/offers/", query).context["filter"].facets}
            return [choice.value for choice in facets["km"].choices if choice.chosen] if "km" in facets else []

        assert chosen(place="Kirkenes") == ["50"]
        assert chosen(place="Kirkenes", km="100") == ["100"]
        assert chosen(place="Kirkenes", km="77") == ["50"]
        assert chosen(place="Vadsø", km="0") == ["0"]
        assert chosen(km="100") == []

    def test_clearing_the_filters_keeps_what_was_searched_for(self, client: Client) -> None:
        response = client.get("/offers/", {"q": "sveising", "mode": "online", "place": "Kirkenes"})
        assert response.context["filter"].cleared == "q=sveising"
