"""Places by any of their names, and Norwegian order."""

import pytest
from django import forms
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from partners.models import Distance, Municipality
from partners.ordering import Norwegian
from partners.places import PlaceField, all_labels
from tests.factories import CountyFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    MunicipalityFactory.create(
        number="5605", name="Sør-Varanger", centre="Kirkenes", settlements=["kirkenes", "bugøynes"]
    )
    MunicipalityFactory.create(number="5610", name="Karasjok", name_se="Kárášjohka", name_fkv="Kaarasjoki", centre="")
    MunicipalityFactory.create(number="1804", name="Bodø", name_se="Bådåddjo", centre="Bodø")
    for number, county in (("1818", "Nordland"), ("1515", "Møre og Romsdal")):
        MunicipalityFactory.create(
            number=number, name="Herøy", centre="", county=CountyFactory.create(number=number[:2], name=county)
        )


def found(typed: str) -> str:
    """The number of the municipality, or what was said instead."""
    with translation.override("en"):
        try:
            place = PlaceField(required=False).clean(typed)
        except forms.ValidationError as error:
            return error.messages[0]
    return place.pk if place else "nothing"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Sør-Varanger", "5605"),
        ("sør-varanger", "5605"),
        (" Kirkenes ", "5605"),
        ("bugøynes", "5605"),
        ("5605", "5605"),
        ("Kárášjohka", "5610"),
        ("KAARASJOKI", "5610"),
        ("Herøy (Nordland)", "1818"),
        ("Herøy (Møre og Romsdal)", "1515"),
        ("", "nothing"),
    ],
)
def test_a_place_goes_by_every_name_it_has(typed: str, number: str) -> None:
    assert found(typed) == number


@pytest.mark.parametrize("typed", ["Atlantis", "9999", "Herøy (Troms)", "Bodø; DROP TABLE", "()", "%", "_odø"])
def test_what_is_no_place_is_said_to_be_none(typed: str) -> None:
    assert found(typed).startswith(f"We know no place called “{typed}”.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Kirknes", "Kirkenes"), ("Sør varanger", "Sør-Varanger"), ("bugoynes", "Bugøynes"), ("Kárášjoka", "Kárášjohka")],
)
def test_who_misspells_a_place_is_asked_whether_it_was_the_one_most_like_it(typed: str, meant: str) -> None:
    assert found(typed) == f"We know no place called “{typed}”. Did you mean {meant}?"
    assert found(meant).isdigit()


@pytest.mark.parametrize("typed", ["9010", "Reykjavík", "x"])
def test_what_is_like_no_place_gets_no_suggestion(typed: str) -> None:
    assert found(typed).endswith("Write the name of a municipality or a town.")


def test_of_two_with_one_name_both_are_offered() -> None:
    assert found("Herøy").startswith("There is more than one “Herøy”.")
    assert "Herøy (Nordland)" in found("Herøy")
    assert {"Herøy (Nordland)", "Herøy (Møre og Romsdal)"} <= set(all_labels())


def test_what_is_offered_is_understood() -> None:
    assert {found(label) for label in all_labels()} == set(Municipality.objects.values_list("pk", flat=True))


def test_a_stored_number_is_shown_as_its_name() -> None:
    field = PlaceField()
    assert [field.prepare_value(value) for value in ("1804", "9999", "Bodø", None)] == ["Bodø", "9999", "Bodø", None]


def test_in_northern_sami_names_are_sami() -> None:
    with translation.override("se"):
        assert str(Municipality.objects.get(pk="5610")) == "Kárášjohka"
        assert "Kárášjohka" in all_labels()


def test_near_counts_the_distance_itself_and_the_place_itself() -> None:
    for destination, km in (("5605", 0), ("5610", 50)):
        Distance.objects.create(origin_id="5605", destination_id=destination, km=km)
    numbers = {km: {place.pk for place in Municipality.objects.within(km, "5605")} for km in (0, 49.9, 50)}
    assert numbers == {0: {"5605"}, 49.9: {"5605"}, 50: {"5605", "5610"}}


ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"


def norwegian_key(word: str) -> list[int]:
    """By the place of each letter in the alphabet, as a schoolbook has it."""
    plain = str.maketrans("äöáàâčđéèêëíïŋóôšŧúüž", "æøaaacdeeeeiinoostuuz")
    return [ALPHABET.index(letter) for letter in word.lower().translate(plain)]


@examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(ALPHABET + ALPHABET.upper() + "äöéüáčđŋšŧžÉÁŠ", min_size=1, max_size=8), unique=True))
def test_the_database_sorts_as_a_schoolbook_does(words: list[str]) -> None:
    assert [norwegian_key(word) for word in in_order(words)] == sorted(map(norwegian_key, words))


def in_order(words: list[str]) -> list[str]:
    """Sorted by the key that lists are sorted by."""
    expression = Norwegian("name").template % {"expressions": "name"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM unnest(%s::text[]) AS given (name) ORDER BY {expression}", [words])  # noqa: S608
        return [name for (name,) in cursor.fetchall()]
