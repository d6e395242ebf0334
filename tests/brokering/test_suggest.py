"""What somebody may mean by a few letters, or by a text that is still being written."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brokering.matching import competences, suggest
from brokering.models import Competence
from tests.factories import CompetenceFactory, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    "text",
    ["Accounting", "rekneskap", "REHKETDOALLU", "bookkeeping", "bilagshaugen", "bokfør", "regnskab", "bilag"],
)
def test_a_competence_is_found_by_what_people_call_it(accounting: Competence, text: str) -> None:
    CompetenceFactory.create()
    competences.refresh()
    assert suggest.meant(text)[0] == "regnskap"


def test_every_word_but_those_of_asking_has_to_be_one_that_people_call_it(accounting: Competence) -> None:
    competences.refresh()
    assert suggest.meant("kurs i bokføring av bilag") == ["regnskap"]
    assert suggest.meant("kurs i bokføring av romskip") == []


def test_what_firms_tell_of_it_is_no_name_and_a_word_that_is_known_is_not_misspelt() -> None:
    CompetenceFactory.create(slug="fiske", name_nb="Fiske og fangst", synonyms=[], jargon=[])
    CompetenceFactory.create(slug="ki", name_nb="Kunstig intelligens", sentences=["Vi sorterer fisk."], jargon=[])
    CompetenceFactory.create(slug="finsk", name_nb="Finsk", synonyms=["firsk"], jargon=[])
    competences.refresh()
    assert suggest.meant("fisk") == ["fiske"]
    assert suggest.meant("fangster") == ["fiske"]
    assert suggest.meant("fansgt") == ["fiske"]
    assert suggest.meant("sorterer") == []


def test_one_alone_is_asked_about_unless_it_is_called_so(accounting: Competence) -> None:
    assert suggest.meant("regnsk") == ["regnskap"]
    assert suggest.called("regnsk") == ""
    assert suggest.called("Bookkeeping") == "regnskap"


def test_nothing_is_made_of_nonsense(accounting: Competence) -> None:
    competences.refresh()
    assert suggest.meant("xyzzy") == suggest.meant("") == suggest.meant("\0") == []


def test_while_one_writes_the_page_says_what_it_seems_to_be_about(client: Client) -> None:
    searchable(title="Sveising i aluminium")
    page = client.get(reverse("match-hints"), {"q": "Vi må sveise og sveisng "}).content.decode()
    assert 'name="about"' in page
    assert "Did you mean “sveising”?" in page
    assert 'name="competences"' in client.get(reverse("match-hints"), {"text": "sveising"}).content.decode()


def test_the_word_being_written_is_not_put_right() -> None:
    searchable(title="Sveising i aluminium")
    assert suggest.glance("vi vil sveisng").corrections == ()


def test_the_word_being_written_may_be_the_beginning_of_a_name(accounting: Competence) -> None:
    assert suggest.glance("vi trenger regns").competences == ["regnskap"]
    assert suggest.glance("vi trenger reg").competences == []
    assert suggest.glance("vi trenger kurs").competences == []


def test_what_is_ticked_stays_while_one_writes_on(client: Client, accounting: Competence) -> None:
    page = client.get(reverse("match-hints"), {"q": "noe annet", "about": ["regnskap", "nonsense"]}).content.decode()
    assert page.count("checked") == 1


def test_asks_few_queries(accounting: Competence, django_assert_max_num_queries: Any) -> None:
    searchable(title="Sveising i aluminium")
    suggest.glance("sveising")
    with django_assert_max_num_queries(5):
        suggest.glance("Vi må lære sveisng og rekneskab i Kirkenes ")
    suggest.meant("x")
    with django_assert_max_num_queries(2):
        suggest.meant("rekneskab")


def test_buttons_answer_what_is_typed_into_the_field(client: Client, accounting: Competence) -> None:
    url = reverse("competence-suggest")
    assert 'value="regnskap"' in client.get(url, {"add": "bil"}).content.decode()
    assert "We know no competence" in client.get(url, {"add": "xyzzy"}).content.decode()
    assert client.get(url).content.decode().strip() == ""
