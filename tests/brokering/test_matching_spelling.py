"""Typing errors are put right by the words of the catalogue; what may be meant as it stands is left."""

import pytest

from brokering.matching import spelling
from partners.spelling import edits
from tests.factories import searchable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    searchable(title="Førstehjelp, hygiene og regnskap", description="Sveising i aluminium for fiskere")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("svesing", "sveising"),  # a letter left out
        ("hygene", "hygiene"),
        ("rengskap", "regnskap"),  # two swapped
        ("trneger", "trenger"),  # a word of asking
        ("førtehjelp", "førstehjelp"),  # is a compound of known words too
        ("alluminiumm", "aluminium"),  # two letters too many
    ],
)
def test_is_put_right(written: str, read: str) -> None:
    assert spelling.put_right(f"Vi har {written}") == (f"Vi har {read}", ((written, read),))


@pytest.mark.parametrize(
    "word",
    [
        "sveisingen",  # an inflected form
        "fiskehjelp",  # a compound that no course has, a letter from none
        "kurs2",
        "xqzvw",
        "regn",
    ],
)
def test_is_left_as_it_is(word: str) -> None:
    assert spelling.put_right(word) == (word, ())


def test_what_somebody_means_as_written_is_left() -> None:
    assert spelling.put_right("svesing", {"svesing"}) == ("svesing", ())


def test_a_word_costs_no_more_queries_than_ten(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        spelling.put_right("svesing hygene rengskap trneger førtehjelp aluminum xqzvw")


@pytest.mark.parametrize(("one", "other", "apart"), [("", "ab", 2), ("vardø", "værdø", 1), ("værdø", "værøy", 2)])
def test_edits_are_counted(one: str, other: str, apart: int) -> None:
    assert edits(one, other) == edits(other, one) == apart
