"""A need that names several things is answered for each of them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from brokering.matching import Wish, competences, match, rematch, several
from brokering.matching.understanding import understand
from brokering.models import Competence
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import CompetenceFactory, CompetenceNeedFactory, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tree", "english")]
BOTH = "To av oss trenger truckførerbevis og regnskap"


@pytest.fixture
def tree(accounting: Competence) -> None:
    CompetenceFactory.create(slug="sveising", name_nb="Sveising", synonyms=["aluminium"])
    _called("truck", "Truck", synonyms=["truckførerbevis"])
    _called("frisor", "Klipp", jargon=["farge"])
    _called("maling", "Farge", synonyms=["farge på vegg"])
    _called("brann", "Varme arbeider")
    _called("kulde", "Varmepumper", jargon=["varme"])
    for number in range(12):  # a word is rare among many
        _called(f"fag-{number}", f"Fag{number}")
    competences.refresh()


def _called(slug: str, name: str, **facts: list[str]) -> None:
    names = {f"name_{language}": name for language in ("nb", "nn", "en", "se")}
    CompetenceFactory.create(slug=slug, description="", **names, **facts)


def named(text: str, without: frozenset[str] = frozenset()) -> list[str]:
    return [thing.about[0].slug for thing in understand(Wish(text=text, without=without)).things]


@pytest.mark.parametrize(
    ("text", "things"),
    [
        (BOTH, ["truck", "regnskap"]),
        ("truck, sveising og regnskap", ["truck", "sveising", "regnskap"]),
        ("- truck\n- sveising", ["truck", "sveising"]),
        ("regnskap og varme arbeider", ["regnskap", "brann"]),
    ],
)
def test_each_is_read_by_itself(text: str, things: list[str]) -> None:
    assert named(text) == things


@pytest.mark.parametrize(
    "text",
    [
        "sveising og aluminium",
        "sveising",
        "regnskap for sveising og truck",
        "Vi sveiser og kjører truck, og i går kom naboen innom med kaffe og ville snakke om regnskap.",
        "Vi er et sveisefirma som har sveising, og trenger truck",
        "Vi trenger klipp og farge",
        f"truck {'i ' * 1900}og truck",
        "",
    ],
    ids=[
        "one competence twice",
        "one word",
        "for whom",
        "a story",
        "what a firm does",
        "one trade",
        "many small words",
        "nothing",
    ],
)
def test_what_is_no_list_is_one_thing(text: str) -> None:
    assert named(text) == []


def test_a_course_for_either_is_found() -> None:
    offers = {searchable(title="Truckførerbevis T1").pk, searchable(title="Regnskap").pk}
    searchable(title="Baking")
    matching = match(Wish(text=BOTH))
    assert {hit.offer_id for hit in matching.hits[:2]} == offers
    assert {found.slug for found in matching.understood.competences} == {"truck", "regnskap"}


def test_one_that_is_not_meant_leaves_the_other_alone() -> None:
    without = frozenset({"competence:truck"})
    assert named(BOTH, without) == []
    understood = understand(Wish(text=BOTH, without=without))
    assert "truck" not in [found.slug for found in understood.subjects]


def test_what_is_chosen_takes_nothing_from_what_is_read() -> None:
    read = {found.slug: found.strength for found in understand(Wish(text="truck")).subjects}
    chosen = understand(Wish(text="truck", competences=("sveising",))).subjects
    assert {found.slug: found.strength for found in chosen} == {**read, "sveising": 1.0}


def test_merged_is_the_likelier_of_both() -> None:
    whole = [competences.Found("a", 0.9), competences.Found("b", 0.1)]
    thing = several.Thing("", [competences.Found("b", 0.8)])
    assert several.merged(whole, [thing]) == [competences.Found("a", 0.9), competences.Found("b", 0.8)]


def test_a_page_leads_to_the_courses_for_each(client: Client) -> None:
    searchable(title="Truckførerbevis T1")
    page = client.get(reverse("match"), {"q": BOTH, "headcount": "2"}).content.decode()
    assert "Several things are named" in page
    assert "q=regnskap&amp;headcount=2" in page


def test_a_saved_need_leads_there_too(client: Client, agency: Organisation, member: Callable[..., User]) -> None:
    member(MemberRole.BROKER, agency)
    need = CompetenceNeedFactory.create(handled_by=agency, text=BOTH)
    rematch(need)
    page = client.get(reverse("need-matches", args=[need.pk])).content.decode()
    assert "q=regnskap" in page
