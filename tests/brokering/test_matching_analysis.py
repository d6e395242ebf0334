"""What words become before they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokering.matching import analysis, levels
from brokering.matching.understanding import weight
from brokering.models.choices import Level
from partners.spelling import edits


def terms(text: str) -> set[str]:
    return {term.text for term in analysis.terms(text)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sveisekurs", "sveising"),
        ("sveiser", "å sveise"),
        ("kompetansekartlegging", "kartlegging av kompetanse"),
        ("regnskapsføring", "rekneskapsføring"),
        ("lærere", "lærarane"),
        ("veiledning", "rettleiing"),
        ("sykepleier", "sjukepleiarar"),
        ("ledelse", "leiing"),
        ("drift av anlegg", "anleggsdrift"),
        ("employee safety", "safety of employees"),
    ],
)
def test_words_of_one_kind_share_a_term(one: str, other: str) -> None:
    assert terms(one) & terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("matematikk", "mat"), ("bedrift", "drift"), ("kompetanse", "anse"), ("veiledning", "ledning av strøm")],
)
def test_words_that_only_look_alike_share_none(one: str, other: str) -> None:
    assert not terms(one) & terms(other)


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("kompetansekartlegging", ("kompetanse", "kartlegging")),
        ("prosjektledelse", ("prosjekt", "ledelse")),
        ("frisørfag", ("frisør", "fag")),
        ("barnehage", ("barn", "hage")),
        ("rømmingsvegar", ("rømming", "vegar")),
        ("bedrift", ()),
        ("sveis", ()),
    ],
)
def test_compounds_are_split_at_their_joints(compound: str, parts: tuple[str, ...]) -> None:
    assert analysis.split(compound) == parts


def test_parts_of_parts_are_found_too() -> None:
    assert {"anlegg", "maskin"} <= set(analysis.parts("anleggsmaskinfører"))


def test_the_words_of_asking_are_not_what_is_asked_for() -> None:
    assert {term.base for term in analysis.wanted("Vi trenger et kurs i sveising for de ansatte")} == {"sveising"}


@pytest.mark.parametrize(
    ("base", "is_verb"),
    [*((verb, True) for verb in ("betale", "sveise", "snakke", "vente")), ("leie", False), ("eple", False)],
)
def test_a_verb_is_told_from_a_noun(base: str, is_verb: bool) -> None:
    assert analysis.is_verb(base) == is_verb


def test_a_term_is_wanted_once_however_often_it_is_said() -> None:
    wanted = analysis.wanted("sveising, sveising og sveisekurs")
    assert [term.text for term in wanted].count("sveis") == 1


def test_glued_sentences_are_read_apart() -> None:
    assert "arbeid" in list(analysis.words("Etter arbeid.Du lærer"))


@given(st.text(max_size=200))
def test_any_text_gives_terms_of_a_length_that_fits(text: str) -> None:
    assert all(2 <= len(term.text) <= analysis.LONGEST_TERM and term.weight > 0 for term in analysis.terms(text))


@pytest.mark.parametrize(
    ("title", "text", "level"),
    [
        ("Ph.d. i helsevitenskap", "", Level.DOCTORATE),
        ("Master i ledelse", "", Level.MASTER),
        ("Bachelor i regnskap", "Kan bygges på med master", Level.BACHELOR),
        ("Årsstudium i økonomi", "", Level.BACHELOR),
        ("Veiledning, videreutdanning", "", Level.FURTHER_EDUCATION),
        ("Tømrerfaget", "Opplæringen fører fram til fagbrev.", Level.UPPER_SECONDARY),
        ("Grunnkurs i sveising", "", ""),
        ("Kurs i sveising", "", Level.SHORT_COURSE),
    ],
)
def test_the_level_of_an_offer_is_read_from_its_words(title: str, text: str, level: str) -> None:
    assert levels.of_offer(title, text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Fire av dem vil ta fagbrev", Level.UPPER_SECONDARY),
        ("Vi trenger et dagskurs i førstehjelp", Level.SHORT_COURSE),
        ("En av oss vil ta master i ledelse", Level.MASTER),
        ("Vi trenger opplæring i sveising", ""),
    ],
)
def test_the_level_of_a_need_is_read_only_when_it_is_said(text: str, level: str) -> None:
    assert levels.of_need(text) == level


def test_levels_far_apart_are_more_steps_apart() -> None:
    short, further, master = Level.SHORT_COURSE, Level.FURTHER_EDUCATION, Level.MASTER
    assert levels.distance(short, short) == 0
    assert levels.distance(short, further) < levels.distance(short, master)
    assert levels.distance(Level.UPPER_SECONDARY, Level.VOCATIONAL_COLLEGE) == 1


@pytest.mark.parametrize(
    ("written", "meant", "apart"),
    [("svesing", "sveising", 1), ("rengskap", "regnskap", 1), ("kurs", "kurs", 0), ("", "ab", 2)],
)
def test_edits_count_letters_added_left_out_changed_or_swapped(written: str, meant: str, apart: int) -> None:
    assert edits(written, meant) == apart


def test_a_rare_word_weighs_most() -> None:
    assert weight(3000, 5) > weight(3000, 50) > weight(3000, 1500) >= 0
