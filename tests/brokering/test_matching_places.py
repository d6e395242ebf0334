"""Places that a need names say where, not what."""

import pytest
from django.utils import translation

from brokering.matching import Matching, Wish, chips, competences, index, match, places
from brokering.matching.whatif import what_if
from brokering.models import CourseOffer
from partners.models import Distance
from tests.factories import CountyFactory, CourseOfferFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def map_of_norway() -> None:
    MunicipalityFactory.create(number="5605", name="Sør-Varanger", settlements=["kirkenes", "bugøynes"])
    named = {"5628": "Tana", "5601": "Alta", "1804": "Bodø", "5632": "Båtsfjord", "3207": "Ski", "1121": "Time"}
    for number, name in named.items():
        MunicipalityFactory.create(number=number, name=name, centre="")
    MunicipalityFactory.create(number="1833", name="Rana", centre="Mo i Rana", name_se="Raane")
    MunicipalityFactory.create(number="5534", name="Senja", centre="", settlements=["torsken", "malm"])
    for number, county in (("1818", "18"), ("1515", "15")):
        MunicipalityFactory.create(
            number=number, name="Herøy", centre="", county=CountyFactory.create(number=county, name=f"County {county}")
        )


@pytest.fixture
def catalogue() -> list[CourseOffer]:
    titles = ["Tannhelse", "Båtfører", "Regnskap for små virksomheter", "Musikk i kirken", "Trene på ski", "Alt om mat"]
    offers = [CourseOfferFactory.create(title=title, description="") for title in titles]
    competences.refresh()
    index.refresh([offer.pk for offer in offers])
    return offers


def numbers(text: str) -> list[str]:
    return [place.number for place in places.named(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vi driv rekneskap i Tana", ["5628"]),
        ("regnskap tana", ["5628"]),
        ("vi er et verksted i kirkenes", ["5605"]),
        ("SVEISING I SØR-VARANGER", ["5605"]),
        ("fra Bodø til Båtsfjord", ["1804", "5632"]),
        ("Mo i Rana trenger kokker", ["1833"]),
        ("hos oss i Raane", ["1833"]),
        ("Alta kommune søker folk", ["5601"]),
        ("Kurs i Time", ["1121"]),
        ("Vi fryser fisk i Torsken", ["5534"]),
        ("Vi holder til i Herøy", [""]),
    ],
)
def test_a_place_is_known_by_its_name(catalogue: list[CourseOffer], text: str, found: list[str]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize("name", ["Tana", "tana", "Alta", "alta", "Bodø", "Kirkenes", "Båtsfjord"])
def test_a_name_alone_is_a_place_and_no_trade(catalogue: list[CourseOffer], name: str) -> None:
    matching = match(Wish(text=name))
    assert matching.understood.place
    assert (matching.understood.words, matching.understood.corrections, matching.hits) == ([], (), [])


@pytest.mark.parametrize(
    "text",
    [
        "ski",
        "Ski",
        "Trene på ski",
        "å trene ski i fem uker",
        "Torsken ligger for lenge",
        "Kurs I Malm",
        "tannhelse",
        "",
    ],
)
def test_a_word_that_only_looks_like_a_place_stays_a_word(catalogue: list[CourseOffer], text: str) -> None:
    assert numbers(text) == []


def test_the_place_is_left_out_of_what_is_looked_for(catalogue: list[CourseOffer]) -> None:
    matching = match(Wish(text="Vi held til i Tana og treng kurs i rekneskap"))
    assert "regnskap" in matching.understood.words
    assert not {"tana", "tane", "tann", "tannhelse"} & set(matching.understood.words)
    assert [hit.offer_id for hit in matching.hits] == [catalogue[2].pk]


@pytest.mark.parametrize(
    ("text", "rest"),
    [("Verksted i Tana, nær Bodø.", "Verksted , ."), ("Tana", ""), ("ved siden av Tana", "ved siden av ")],
)
def test_a_text_without_its_places(text: str, rest: str) -> None:
    assert places.without(text, places.named(text)) == rest


def test_the_place_of_the_need_goes_before_one_in_its_text(catalogue: list[CourseOffer]) -> None:
    assert match(Wish(text="regnskap i Tana", municipality="1804")).understood.place == ""
    assert match(Wish(text="regnskap i Tana og Bodø")).understood.place == "5628"


def test_a_place_that_is_not_meant_is_none(catalogue: list[CourseOffer]) -> None:
    assert match(Wish(text="Regnskap, men ikke i Bodø")).understood.place == ""
    assert match(Wish(text="Regnskap, ikke i Bodø men i Alta")).understood.place == "5601"


@pytest.mark.parametrize(
    ("text", "is_subject"),
    [
        ("regnskap, helst på engelsk", False),
        ("accounting, preferably in English", False),
        ("regnskap, undervisningen på engelsk", False),
        ("kurs i engelsk", True),
        ("vi må snakke med kunder på engelsk", True),
    ],
)
def test_the_language_of_teaching_is_no_subject(text: str, is_subject: bool) -> None:
    words = match(Wish(text=text)).understood.words
    assert ("engelsk" in words or "english" in words) == is_subject


def test_what_is_nearer_to_the_place_named_comes_first() -> None:
    offers = [CourseOfferFactory.create(title="Regnskap", description="") for _ in range(2)]
    for offer, number, km in zip(offers, ("1804", "5601"), (700, 150), strict=True):
        offer.municipalities.set([number])
        Distance.objects.create(origin_id="5628", destination_id=number, km=km)
    competences.refresh()
    index.refresh([offer.pk for offer in offers])
    matching = match(Wish(text="regnskap i Tana"))
    assert [hit.offer_id for hit in matching.hits] == [offers[1].pk, offers[0].pk]
    assert [hit.parts["place"]["km"] for hit in matching.hits] == [150, 700]
    assert matching.near == []
    matching = match(Wish(text="regnskap i Tana", max_travel_km=140))
    assert matching.hits == []
    assert [bar["limit"] for hit in matching.near for bar in hit.gates] == [140, 140]
    assert "farther" in {gain.change.kind for gain in what_if(Wish(text="regnskap i Tana", max_travel_km=140))}


@pytest.mark.parametrize(
    ("wish", "place", "municipality"),
    [
        (Wish(max_travel_km=10), "5628", "5628"),
        (Wish(max_travel_km=10, municipality="1804"), "5628", "1804"),
        (Wish(max_travel_km=10), "", None),
        (Wish(), "5628", None),
    ],
    ids=["from the text", "said", "from nowhere", "as far as may be"],
)
def test_who_says_how_far_travels_from_the_place_named(wish: Wish, place: str, municipality: str | None) -> None:
    assert wish.travelling_from(place).municipality == municipality


def labels(matching: Matching, language: str) -> list[str]:
    with translation.override(language):
        return [chip.label for chip in chips.understood(Wish(), matching.understood.kept(), {})]


def test_the_page_says_near_where_it_looked(catalogue: list[CourseOffer]) -> None:
    matching = match(Wish(text="regnskap i kirkenes"))
    assert labels(matching, "en")[-1] == "near Kirkenes"
    assert labels(matching, "nb")[-1] == "nær Kirkenes"
    assert labels(match(Wish(text="regnskap")), "en") == ["regnskap"]
