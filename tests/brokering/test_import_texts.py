"""Texts of other systems become plain ones; what they say for certain is understood, the rest left open."""

from decimal import Decimal
from time import process_time

import pytest

from brokering.exchange import wording
from brokering.exchange.catalogue import key_of
from brokering.exchange.texts import mended, one_line, paragraphs, separated


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Ã¸konomi og blÃ¥bÃ¦r", "økonomi og blåbær"),
        ("SÃ¡mi Å¡addu", "Sámi šaddu"),
        ("bachelor â€“ deltid", "bachelor – deltid"),
        ("Ã\x83Â¸konomi", "økonomi"),
    ],
)
def test_utf8_read_as_latin_1_is_mended(broken: str, whole: str) -> None:
    assert mended(broken) == whole


@pytest.mark.parametrize("text", ["Ærlig Åse", "São Paulo", "Ã¸ og ø side om side", "“Å” og ø", "100 % â€"])
def test_what_is_not_broken_in_that_way_stays(text: str) -> None:
    assert mended(text) == text


def test_html_becomes_text_with_paragraphs() -> None:
    page = "<div><p>En <b>&oslash;l</b></p>\n<ul><li>ett</li><li>to</li></ul><script>alert(1)</script></div>"
    assert paragraphs(page) == "En øl\n\nett\nto"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<a title='a>b' href=\"x\">lenke</a> her<br/>og der", "lenke her\nog der"),
        ("før <!-- <p>skjult</p> --> etter <!-- uten slutt", "før etter"),
        ("<style>p { }</style><p>åpent avsnitt", "åpent avsnitt"),
        ("FoU &amp;amp; AT&amp;T\n\nNytt avsnitt", "FoU & AT&T\n\nNytt avsnitt"),
        ("slutter med <p", "slutter med <p"),
    ],
)
def test_markup_is_read_as_a_browser_would(markup: str, text: str) -> None:
    assert paragraphs(markup) == text


@pytest.mark.parametrize("piece", ["<a ", "<a b='", "<!--", "<![CDATA[", "</", "<", "&#", "<script>"])
def test_broken_markup_takes_no_longer_than_any_text(piece: str) -> None:
    began = process_time()
    paragraphs(piece * (100_000 // len(piece)) + "<p>")
    assert process_time() - began < 2


def test_a_text_with_a_smaller_than_sign_stays() -> None:
    assert paragraphs("For deg som er < 25 år & studerer") == "For deg som er < 25 år & studerer"


def test_what_no_reader_sees_is_left_out() -> None:
    assert one_line("Markeds\u00adføring\x00 \ud800\n  og\tsalg") == "Markedsføring og salg"


def test_paragraphs_that_ran_together_are_separated() -> None:
    assert separated("Lær om fisk.Med master kan du mer.") == "Lær om fisk.\n\nMed master kan du mer."
    assert separated("Se www.nord.no for mer.") == "Se www.nord.no for mer."


@pytest.mark.parametrize(
    ("title", "description", "level"),
    [
        ("Biologi - bachelor", "", "bachelor"),
        ("Årsstudium i historie", "", "bachelor"),
        ("Master i logistikk", "Bygger på en bachelorgrad.", "master"),
        ("PhD i økonomi", "", "doctorate"),
        ("Videreutdanning på masternivå", "", "further_education"),
        ("Vidareutdanning i rettleiing", "", "further_education"),
        ("Organisasjonspsykologi (15 studiepoeng)", "", "further_education"),
        ("Forkurs for ingeniørutdanning", "", "upper_secondary"),
        ("Sosiologi", "Masterprogrammet i sosiologi gir deg innsikt.", "master"),
        ("Psykologi", "Er du nysgjerrig? Dette er et samlingsbasert bachelorstudium.", "bachelor"),
        ("Historie", "For deg som har en bachelorgrad og vil ta en mastergrad senere.", ""),
        ("Engelsk", "", ""),
    ],
)
def test_level_is_read_where_title_or_opening_name_it(title: str, description: str, level: str) -> None:
    assert wording.level(title, description) == level


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("Studiet er nettbasert.", ["online"]),
        ("Et nettstudium for lærere", ["online"]),
        ("Studiet er nett- og samlingsbasert.", ["sessions"]),
        ("Undervisninga er nettbasert med to samlingar i Volda.", ["sessions"]),
        ("Undervisningen er delvis nettbasert.", ["hybrid"]),
        ("Nettbaserte, audiovisuelle og trykte medier. Songsamling og lek.", []),
        ("Lær om sikkerhet på nett og forvaltning av samlinger.", []),
    ],
)
def test_mode_is_read_where_the_words_are_clear(text: str, modes: list[str]) -> None:
    assert wording.modes("Tittel", text) == modes


@pytest.mark.parametrize(
    ("title", "description", "language"),
    [
        ("Gender Studies", "Are you interested in a programme that opens doors to the labour market?", "en"),
        ("Friluftsliv", "Studieprogrammet undervises på engelsk.", "en"),
        ("Samisk", "Oahppu lea dahje ii leat, ja oahput leat buorit.", "se"),
        ("Historie", "Studiet gir innsikt i norsk historie og kultur.", ""),
        ("Human Resource Management", "", ""),
    ],
)
def test_language_is_read_from_the_text(title: str, description: str, language: str) -> None:
    assert wording.language(title, description) == language


@pytest.mark.parametrize(
    ("title", "description", "points"),
    [
        ("Pedagogikk (30 studiepoeng)", "", Decimal(30)),
        ("Finansanalytiker 2,5 stp", "", Decimal("2.5")),
        ("Opera", "Studiet gir 60 studiepoeng og kan inngå i en bachelorgrad.", Decimal(60)),
        ("Samfunnsfag 2", "For deg som har 30 studiepoeng i samfunnsfag fra før.", None),
    ],
)
def test_credits_are_the_studys_own(title: str, description: str, points: Decimal | None) -> None:
    assert wording.credits_of(title, description) == points


def test_a_provider_is_known_by_its_name_however_it_is_written() -> None:
    assert key_of("OsloMet – storbyuniversitetet") == key_of("Oslomet - Storbyuniversitetet")
    assert key_of("Sámi allaskuvla / Samisk høgskole") == key_of("Sámi allaskuvla /Samisk  høgskole")
