"""Searches that a person keeps."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from brokering.models import SavedSearch
from partners.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
SAVE = "/searches/save/"


def test_it_is_found_on_the_front_page_and_leads_back(client: Client, member: Member) -> None:
    member()
    query = "q=sveising&mode=online&mode=hybrid"
    response = client.post(SAVE, {"query": query, "name": "sveising"})
    assert response.headers["Location"] == f"/offers/?{query}"
    assert "/offers/?q=sveising&amp;mode=online&amp;mode=hybrid" in client.get("/").content.decode()


def test_the_list_proposes_a_name(client: Client, member: Member) -> None:
    member()
    assert 'value="sveising"' in client.get("/offers/", {"q": "sveising"}).content.decode()
    assert client.get("/offers/").context["filter"].summary == "All courses"


def test_saved_again_it_is_only_renamed(client: Client, member: Member) -> None:
    member()
    for name in ("Først", "Så"):
        client.post(SAVE, {"query": "q=hms", "name": name})
    assert SavedSearch.objects.get().name == "Så"


@pytest.mark.parametrize(
    ("typed", "query", "name"),
    [
        ({}, "", "All courses"),
        ({"name": "   "}, "", "All courses"),
        ({"query": "q=" + "a" * 3000, "name": "å" * 300}, ("q=" + "a" * 3000)[:2000], "å" * 100),
    ],
)
def test_whatever_is_sent_is_kept_within_its_bounds(
    client: Client, member: Member, typed: dict[str, str], query: str, name: str
) -> None:
    member()
    client.post(SAVE, typed)
    search = SavedSearch.objects.get()
    assert (search.query, search.name) == (query, name)


def test_what_cannot_be_stored_is_left_out(client: Client, member: Member) -> None:
    member()
    client.post(SAVE, {"query": "q=a\x00b", "name": "\x00"})
    search = SavedSearch.objects.get()
    assert (search.query, search.name) == ("q=ab", "All courses")


def test_a_search_leads_to_our_own_list_only(client: Client, member: Member) -> None:
    member()
    client.post(SAVE, {"query": "https://evil.example/", "name": "x"})
    assert SavedSearch.objects.get().get_absolute_url().startswith("/offers/?")


def test_it_is_deleted_by_its_owner_only(client: Client, member: Member) -> None:
    theirs = SavedSearch.objects.create(user=member(), query="q=x", name="x")
    member()
    assert client.post(reverse("search-delete", args=[theirs.pk])).status_code == 404
    client.force_login(theirs.user)
    client.post(reverse("search-delete", args=[theirs.pk]))
    assert not SavedSearch.objects.exists()
