"""Two or three courses side by side, with how each fits the need, saved or typed."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from brokering.models import CourseOffer
from brokering.models.matches import Band
from partners.models import Organisation, User
from tests.factories import CompetenceNeedFactory, CourseOfferFactory, MatchFactory, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SUBJECT = {"subject": {"value": 0.7, "words": ["sveise", "aluminium"], "competences": []}}
FAR = {"gate": "reach", "km": 230, "limit": 50, "place": "Alta"}
TYPED = {"q": "Vi må lære å sveise aluminium", "headcount": "2"}


def compared(client: Client, *offers: CourseOffer, **query: object) -> str:
    asked = urlencode({**query, "offer": [offer.pk for offer in offers]}, doseq=True)
    return client.get(f"{reverse('compare')}?{asked}").content.decode()


def test_of_a_saved_need_with_how_each_fits(client: Client, broker: User, agency: Organisation) -> None:
    need = CompetenceNeedFactory.create(handled_by=agency)
    good = MatchFactory.create(need=need, parts=SUBJECT)
    near = MatchFactory.create(need=need, band=Band.NEAR, gates=[FAR], parts=SUBJECT)
    shown = compared(client, good.offer, near.offer, need=need.pk)
    for said in (
        need.text,
        "Covers sveise and aluminium",
        "More travel would do.",
        reverse("need-matches", args=[need.pk]),
    ):
        assert said in shown
    assert f"{good.offer.get_absolute_url()}?need={need.pk}" in shown


def test_of_a_typed_need_with_how_each_fits_and_the_way_back(client: Client) -> None:
    offers = [searchable(title=f"Sveising i aluminium {n}") for n in (1, 2)]
    form = client.get(reverse("match"), TYPED).content.decode().split('<form id="compare"')[1].split("</form>")[0]
    assert f'name="q" value="{TYPED["q"]}"' in form
    shown = compared(client, *offers, **TYPED)
    assert TYPED["q"] in shown
    assert shown.count("Covers welding") == 2
    typed = urlencode(TYPED).replace("&", "&amp;")
    assert f"{reverse('match')}?{typed}" in shown
    assert f"{offers[0].get_absolute_url()}?{typed}" in shown


def test_of_more_than_three_the_first_are_shown_and_that_is_said(client: Client) -> None:
    offers = CourseOfferFactory.create_batch(4)
    shown = compared(client, *offers)
    assert [offer.title in shown for offer in offers] == [True, True, True, False]
    assert "Three courses at most" in shown
    assert "Three courses at most" not in compared(client, *offers[:3], offers[0])


def test_they_stand_in_the_order_chosen_without_what_is_not_published(client: Client) -> None:
    first, second = CourseOfferFactory.create(title="Ett"), CourseOfferFactory.create(title="To")
    hidden = CourseOfferFactory.create(title="Utkast", is_published=False)
    shown = compared(client, second, hidden, first)
    assert shown.index(">To</a>") < shown.index(">Ett</a>")
    assert "Utkast" not in shown


@pytest.mark.parametrize(
    "query", ["", "offer=abc&offer=%C2%B2", "offer=99999999999999999999&offer=-1", "q=%00", "q=x&municipality=Atlantis"]
)
def test_fewer_than_two_say_what_to_do(client: Client, query: str) -> None:
    assert "Choose two or three courses" in client.get(f"{reverse('compare')}?{query}").content.decode()


@pytest.mark.parametrize("number", ["abc", "0", "99999999999999999999", "²"])
def test_a_need_that_one_may_not_see_is_404(client: Client, number: str) -> None:
    assert client.get(reverse("compare"), {"need": number}).status_code == 404


def test_asks_as_many_queries_for_three_as_for_two(client: Client, queries: Callable[[str], int]) -> None:
    offers = [searchable(title=f"Sveising i aluminium {n}") for n in range(3)]
    two, three = (
        f"{reverse('compare')}?{urlencode({**TYPED, 'offer': of}, doseq=True)}"
        for of in ([offer.pk for offer in offers[:2]], [offer.pk for offer in offers])
    )
    assert queries(two) == queries(three)
