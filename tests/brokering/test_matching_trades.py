"""Offers that say no more than the name of a trade are read together with what is done in it."""

import pytest

from brokering.matching import analysis, trades
from brokering.matching.documents import body, own_words
from brokering.models import CourseOffer

THIN = "Fullført og bestått opplæring fører fram til fagbrev."


@pytest.mark.parametrize("title", ["Låsesmedfag", "Låsesmedfaget", "Teori i låsesmedfaget", "LÅSESMEDFAGET "])
def test_a_trade_is_known_by_its_name_wherever_the_title_has_it(title: str) -> None:
    assert "nøkler" in trades.work(title, THIN)


@pytest.mark.parametrize("title", ["Landbruksteknikk", "Sosialt arbeid", "Fagdidaktikk", ""])
def test_other_titles_are_no_trades(title: str) -> None:
    assert trades.work(title, THIN) == ""


def test_the_longest_name_wins() -> None:
    assert "sementere" in trades.work("Brønnfaget, sementering", THIN)
    assert "lastebil" in trades.work("Bilfaget, tunge kjøretøy", THIN)


def test_an_offer_that_says_what_it_is_about_speaks_for_itself() -> None:
    assert trades.work("Låsesmedfaget", "Du lærer om trykk, metall og mekanikk. " * 10) == ""


def test_a_thin_offer_is_read_together_with_its_trade() -> None:
    assert "brød" in body(CourseOffer(title="Bakerfag", description=f"Du lærer om råvarer. {THIN}"))
    assert body(CourseOffer(title="Bachelor i økonomi", description="Kort.")) == "Kort."


def test_each_line_of_the_list_names_a_trade_once_and_says_something_of_it() -> None:
    lines = [line.split(":", 1) for line in analysis.lines("trades.txt")]
    names = [name.strip().lower() for names, _work in lines for name in names.split(" / ")]
    assert len(names) == len(set(names)) > 200
    assert all(len(work.split()) >= 4 for _names, work in lines)


@pytest.mark.parametrize(
    "template",
    [
        "Fullført og bestått opplæring fører fram til svennebrev.",
        "Du må ha fullført grunnskole for å begynne på Vg1",
        "Generell studiekompetanse og realfagskombinasjon.",
        "Les meir om emnet her.",
        "Da er dette studiet for deg!",
        "Hva lærer du?",
    ],
)
def test_sentences_of_every_course_are_not_read(template: str) -> None:
    assert own_words(f"Du lærer å veve. {template}") == "Du lærer å veve."
    assert own_words(f"{template}\n\nDu lærer å veve.") == "Du lærer å veve."


def test_repeated_sentences_are_not_read() -> None:
    assert own_words("Du lærer å veve.\n\nDu lærer å veve. Og farge.") == "Du lærer å veve.\nOg farge."
