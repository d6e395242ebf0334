"""What is asked for is told from the story around it, and dialect is read as bokmål."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokering.matching import analysis, levels, story


@pytest.mark.parametrize(
    ("told", "need"),
    [
        ("Vi er et verft med tolv ansatte i Kabelvåg.", "To av dem må lære å sveise."),
        ("Eg og broren min driv eit lite gartneri.", "Plantene døyr, og ingen veit kvifor."),
        ("The company was founded in 1998.", "We are looking for someone who can run our network."),
    ],
)
def test_the_sentence_of_the_need_is_told_from_the_story(told: str, need: str) -> None:
    assert story.apart(f"{told} {need}") == (need, told)
    assert story.apart(f"{need} {told}") == (need, told)


def test_a_text_of_one_kind_is_all_need() -> None:
    assert story.apart("sveising aluminium") == ("sveising aluminium", "")


def test_words_of_the_story_count_less_than_those_of_the_need() -> None:
    weights = {term.text: term.weight for term in story.terms("Vi har kai. Ingen kan sveise aluminium.")}
    assert weights["aluminium"] == 1.0
    assert weights["kai"] == story.OF_STORY


def test_of_a_long_text_the_need_alone_is_read_for_its_meaning() -> None:
    told = "Vi er et verft med tolv ansatte i Kabelvåg, og faren min startet det i 1962 med to båter og en slipp."
    assert story.brief("To av dem må lære å sveise.") == "To av dem må lære å sveise."
    assert story.brief(f"{told} To av dem må lære å sveise.") == "To av dem må lære å sveise."


def test_a_long_need_is_read_without_its_small_words() -> None:
    need = f"Vi må lære å sveise {' og '.join(['aluminium', 'kobber', 'messing', 'titan'] * 4)}."
    read = story.brief(need).split()
    assert {"sveise", "aluminium", "titan"} <= {*read}
    assert "og" not in read


@given(st.text(max_size=300))
def test_a_text_is_never_read_for_nothing(text: str) -> None:
    assert bool(story.brief(text).strip()) == bool(text.strip())


@pytest.mark.parametrize(("dialect", "bokmal"), [("feskar", "fisker"), ("ongan", "unge"), ("kårs", "kurs")])
def test_words_of_dialect_are_read_as_bokmal(dialect: str, bokmal: str) -> None:
    assert analysis.lemma(dialect) == analysis.lemma(bokmal)


def test_small_words_of_dialect_are_no_subject() -> None:
    assert {term.base for term in analysis.wanted("ka kan dæm gjøre me kårs")} <= {"gjøre"}


@given(st.text(max_size=300))
def test_no_sentence_is_lost(text: str) -> None:
    need, told = story.apart(text)
    assert sorted(f"{need} {told}".split()) == sorted(text.split())


TALE = (
    "Verkstedet har ligget i fjæra i førti år, og i sommer kjøpte vi ny truck. Min bror har fagbrev som elektriker, og "
    "hun på kontoret har bachelor i økonomi. Vi sliter ikke med ordrer, og ingen trenger kurs i salg. Så kom våren, "
    "taket lekket, og forsikringen ville ikke betale før våren. Nå har verftet sagt at tre av oss må lære å sveise "
    "aluminium, ellers går jobben til andre. Kaffen er alltid varm, og dere kan gjerne komme innom en dag i uka."
)


def test_of_a_tale_the_sentence_that_asks_outright_is_the_need() -> None:
    need, told = story.apart(TALE)
    assert need == "Nå har verftet sagt at tre av oss må lære å sveise aluminium, ellers går jobben til andre."
    assert "truck" in told
    assert not {"truck", "salg", "elektriker"} & {term.base for term in story.terms(TALE)}


@pytest.mark.parametrize(
    "asks", ["Kan dere hjelpe oss med kurs?", "Vi må lære mer om dette, gjerne på kveldstid hele høsten."]
)
def test_a_tale_that_asks_for_what_was_said_before_is_read_whole(asks: str) -> None:
    tale = f"{TALE.replace('må lære å sveise aluminium', 'sveiser aluminium')} {asks}"
    assert asks in story.apart(tale)[0]
    assert "aluminium" in {term.base for term in story.terms(tale)}


@pytest.mark.parametrize(
    "asks",
    [
        "Tre av oss må lære å sveise aluminium, men vi vil ikke reise langt.",
        "Vi trenger ikke bare kurs i sveising av aluminium, men også i lodding.",
        "Vi må strikke mindre og heller lære å sveise aluminium på slippen.",
        "We need a course that teaches welding of aluminium hulls.",
        "What we need is for four of us to become qualified to weld aluminium hulls.",
    ],
)
def test_what_a_clause_refuses_is_not_the_whole_sentence(asks: str) -> None:
    tale = (
        f"{TALE.replace('må lære å sveise aluminium', 'ringer')} Vi skal også ha ny brygge og båt til naustet. {asks}"
    )
    assert story.apart(tale)[0] == asks


@pytest.mark.parametrize(
    ("need", "level"),
    [
        ("To av oss må ta fagbrev.", "upper_secondary"),
        ("Vi har en lærling og trenger kurs i HMS.", ""),
        ("Hun har bachelor i økonomi og må lære Excel.", ""),
        ("Vi søker fire med fagbrev som kan lære å lede.", ""),
        ("Han har fagbrev og vil ta fagskole på deltid.", "vocational_college"),
        ("Kurs med studiepoeng i veiledning", "further_education"),
        ("Vi trenger å lære mer om vedlikehold. Fagskole på deltid.", "vocational_college"),
        ("Hvem har fagskole i vedlikehold?", "vocational_college"),
        ("Utdanning med fagbrev som mål", "upper_secondary"),
        (TALE, ""),
    ],
)
def test_a_level_is_asked_for_not_had(need: str, level: str) -> None:
    assert levels.of_need(need) == level


def test_dialect_and_nynorsk_are_read_word_by_word() -> None:
    assert all(len(line.split()) == 2 for name in ("dialect.txt", "nynorsk.txt") for line in analysis.lines(name))
