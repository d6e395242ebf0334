"""Browsing the courses: what the list finds and shows, what an offer's and a provider's page show."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.models import CourseOffer
from brokering.models.choices import Level, Mode
from brokering.models.offers import GRACE
from partners.models import Distance, User
from tests.factories import (
    CourseOfferFactory,
    CourseRunFactory,
    MunicipalityFactory,
    OrganisationFactory,
    searchable,
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


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "title"),
        [
            ("sveising", "Sveising for nybegynnere"),
            ("Sveisekurs", "Sveising for nybegynnere"),
            ("sveisng", "Sveising for nybegynnere"),
            ("sveising alumin", "Sveising for nybegynnere"),
            ("rekneskap", "Regnskap for små bedrifter"),
            ("regnskapskurs", "Regnskap for små bedrifter"),
        ],
    )
    def test_finds_compounds_nynorsk_and_what_was_mistyped(self, client: Client, typed: str, title: str) -> None:
        searchable(title="Sveising for nybegynnere", description="Vi sveiser i stål og aluminium.")
        searchable(title="Regnskap for små bedrifter", description="Bilag og årsoppgjør.")
        assert titles(client, q=typed) == [title]

    def test_puts_a_title_before_a_mention(self, client: Client) -> None:
        mention = "En tekst om mye annet, blant annet mat, service, renhold og sveising, og litt om hygiene og allergi."
        searchable(title="Drift av verksted", description=mention)
        searchable(title="Sveising", description="Grunnkurs.")
        assert titles(client, q="sveising") == ["Sveising", "Drift av verksted"]

    def test_finds_by_the_providers_name(self, client: Client) -> None:
        searchable(title="Førstehjelp", provider__name="Varanger kurssenter", description="")
        assert titles(client, q="varanger kurssenter") == ["Førstehjelp"]

    def test_says_what_to_do_when_nothing_is_found(self, client: Client) -> None:
        searchable(title="Sveising")
        page = client.get("/offers/", {"q": "kvantefysikk"}).content.decode()
        assert 'class="empty"' in page
        assert 'href="/match/"' in page

    def test_a_search_comes_together_with_the_filters(self, client: Client) -> None:
        searchable(title="Sveising på nett", modes=[Mode.ONLINE])
        searchable(title="Sveising i hall", modes=[Mode.ON_SITE])
        assert titles(client, q="sveising", mode="online") == ["Sveising på nett"]


class TestList:
    @pytest.mark.parametrize(
        "query",
        [
            "mode=nothing",
            "level=x&level=y",
            "km=-1",
            "km=abc&place=0301",
            "start=99999999999",
            "competence=nothing",
            "provider=abc",
            "provider=99999999999999999999",
            "page=abc",
            "page=-1",
            "page=99999999999999999999",
            "q=%00",
            "place=%00",
            "q=" + "a" * 5000,
            "q='; DROP TABLE brokering_courseoffer; --",
            "q=%25%5F%5C",
        ],
    )
    def test_what_nobody_would_type_is_no_error_of_ours(self, client: Client, query: str) -> None:
        CourseOfferFactory.create()
        assert client.get(f"/offers/?{query}").status_code == 200

    @examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        query=st.lists(
            st.tuples(
                st.sampled_from(["q", "mode", "level", "place", "km", "start", "competence", "provider", "page"]),
                st.text(max_size=30) | st.integers().map(str) | st.sampled_from([*Mode.values, *Level.values]),
            ),
            max_size=6,
        )
    )
    def test_whatever_stands_in_the_address_is_no_error_of_ours(
        self, client: Client, query: list[tuple[str, str]]
    ) -> None:
        assert client.get(f"/offers/?{urlencode(query, errors='replace')}").status_code == 200

    def test_pages_of_twenty(self, client: Client) -> None:
        CourseOfferFactory.create_batch(23)
        assert [len(titles(client, page=page)) for page in (1, 2, 99, "abc")] == [20, 3, 3, 20]

    def test_stands_in_norwegian_order(self, client: Client) -> None:
        for title in ["Ølbrygging", "Åpen dag", "Ærfugl", "alpakka", "Zoologi", "Élite", "Bakst"]:
            CourseOfferFactory.create(title=title)
        assert titles(client) == ["alpakka", "Bakst", "Élite", "Zoologi", "Ærfugl", "Ølbrygging", "Åpen dag"]

    def test_shows_what_is_published_only(self, client: Client) -> None:
        CourseOfferFactory.create(title="Vises")
        CourseOfferFactory.create(title="Kladd", is_published=False)
        CourseOfferFactory.create(title="Trukket", withdrawn_at=timezone.now())
        assert titles(client) == ["Vises"]

    def test_a_stale_offer_stays_for_thirty_days_more(self) -> None:
        offer = CourseOfferFactory.create(stale_on=today())
        last = today() + GRACE - timedelta(days=1)
        assert list(CourseOffer.objects.published(last)) == [offer]
        assert not CourseOffer.objects.published(last + timedelta(days=1)).exists()

    def test_a_row_says_where_when_and_for_how_much(self, client: Client) -> None:
        place = MunicipalityFactory.create()
        CourseRunFactory.create(offer__price_nok=Decimal("4500"), offer__modes=[Mode.ON_SITE], municipality=place)
        page = " ".join(client.get("/offers/").content.decode().split())
        for fact in ("Sør-Varanger", "Starts", "On site", "4"):
            assert fact in page

    def test_a_row_says_until_when_one_can_join_what_has_begun(self, client: Client) -> None:
        until = today() + timedelta(days=40)
        CourseRunFactory.create(start=today() - timedelta(days=40), end=until, deadline=until)
        assert f"Has begun, open for registration until {date_format(until)}" in client.get("/offers/").content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(self, client: Client, queries: Queries) -> None:
        place = MunicipalityFactory.create()
        CourseRunFactory.create(municipality=place)
        one = queries("/offers/")
        CourseRunFactory.create_batch(9, municipality=place)
        assert queries("/offers/") == one <= MOST_QUERIES_OF_A_LIST

    def test_offers_to_keep_a_search_only_to_those_logged_in(self, client: Client, member: Member) -> None:
        assert "/searches/save/" not in client.get("/offers/").content.decode()
        member()
        assert "/searches/save/" in client.get("/offers/").content.decode()


class TestPage:
    def test_shows_the_runs_ahead_with_their_states(self, client: Client) -> None:
        offer = CourseOfferFactory.create()
        past = {"start": today() - timedelta(9), "end": today() - timedelta(8), "deadline": None}
        CourseRunFactory.create(offer=offer, place="I fjor", **past)
        CourseRunFactory.create(offer=offer, place="Fagskolen", seats=8, seats_taken=8)
        CourseRunFactory.create(offer=offer, place="Samfunnshuset", deadline=today())
        page = client.get(offer.get_absolute_url()).content.decode()
        for shown in ("Fagskolen", "Full (waiting list)", "Samfunnshuset", "Deadline near"):
            assert shown in page
        assert "I fjor" not in page

    def test_shows_past_runs_when_there_are_no_others(self, client: Client) -> None:
        run = CourseRunFactory.create(
            place="I fjor", start=today() - timedelta(9), end=today() - timedelta(8), deadline=None
        )
        page = client.get(run.offer.get_absolute_url()).content.decode()
        assert "I fjor" in page
        assert "Ended" in page

    def test_says_so_when_dates_and_places_are_not_known(self, client: Client) -> None:
        offer = CourseOfferFactory.create()
        assert "Dates and places are not given" in client.get(offer.get_absolute_url()).content.decode()
        offer.municipalities.add(MunicipalityFactory.create())
        assert "Held in Sør-Varanger" in client.get(offer.get_absolute_url()).content.decode()

    def test_shows_markup_of_a_provider_as_text(self, client: Client) -> None:
        offer = CourseOfferFactory.create(title="<b>Kurs</b>", description="<script>alert(1)</script>")
        page = client.get(offer.get_absolute_url()).content.decode()
        assert "<script>alert" not in page
        assert "&lt;b&gt;Kurs" in page

    def test_its_own_provider_sees_it_before_it_is_published(self, client: Client, member: Member) -> None:
        offer = CourseOfferFactory.create(is_published=False)
        assert client.get(offer.get_absolute_url()).status_code == 404
        member("employee", offer.provider)
        assert "not on the public list" in client.get(offer.get_absolute_url()).content.decode()

    def test_asks_as_many_queries_for_ten_runs_as_for_one(self, client: Client, queries: Queries) -> None:
        run = CourseRunFactory.create()
        one = queries(run.offer.get_absolute_url())
        CourseRunFactory.create_batch(9, offer=run.offer, municipality=run.municipality)
        assert queries(run.offer.get_absolute_url()) == one <= MOST_QUERIES_OF_A_PAGE


class TestProvider:
    def test_shows_its_published_courses_only(self, client: Client) -> None:
        provider = OrganisationFactory.create(provider=True, about="Kurs i nord.", website="https://kurs.example")
        CourseOfferFactory.create(provider=provider, title="Vises")
        CourseOfferFactory.create(provider=provider, title="Kladd", is_published=False)
        CourseOfferFactory.create(title="En annens")
        page = client.get(f"/providers/{provider.pk}/").content.decode()
        assert "Vises" in page
        assert "https://kurs.example" in page
        assert "Kladd" not in page
        assert "En annens" not in page

    def test_says_so_when_it_has_none(self, client: Client) -> None:
        provider = OrganisationFactory.create(provider=True)
        assert 'class="empty"' in client.get(f"/providers/{provider.pk}/").content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(self, client: Client, queries: Queries) -> None:
        run = CourseRunFactory.create()
        url = f"/providers/{run.offer.provider_id}/"
        one = queries(url)
        CourseRunFactory.create_batch(9, offer__provider=run.offer.provider, municipality=run.municipality)
        assert queries(url) == one <= MOST_QUERIES_OF_A_LIST


def test_near_a_place_is_what_one_can_still_attend_there() -> None:
    here, there = MunicipalityFactory.create(), MunicipalityFactory.create(number="5607", name="Vadsø", longitude=29.75)
    usual = CourseOfferFactory.create(places=[here])
    moved = CourseOfferFactory.create(places=[here])
    CourseRunFactory.create(offer=moved, municipality=there)
    for place in (here, there):
        Distance.objects.create(origin=place, destination=place, km=0)
    assert list(CourseOffer.objects.within(25, here.pk)) == [usual]
    assert list(CourseOffer.objects.within(25, there.pk)) == [moved]
