"""The competence tree, as `manage.py load_competences` puts it into the database."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from brokering.management.commands import load_competences
from brokering.models import Competence, CompetenceArea
from tests.factories import CourseOfferFactory

pytestmark = pytest.mark.django_db

AREA = """
[[area]]
slug = "industri"
nb = "Industri"
nn = "Industri"
en = "Industry"
se = "Industriija"
"""
LEAF = """
[[area.leaf]]
slug = "{slug}"
nb = "Sveising"
nn = "Sveising"
en = "Welding"
se = "Laigen"
description = "Sveise stål."
synonyms_nb = ["sveis"]
synonyms_en = ["weld", "sveis"]
jargon = ["TIG"]
sentences = ["Vi trenger sveisere."]
styrk = ["7212"]
nus = []
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of one area with two leaves."""
    file = tmp_path / "competences.toml"
    file.write_text(AREA + LEAF.format(slug="sveising") + LEAF.format(slug="lodding"), encoding="utf-8")
    monkeypatch.setattr(load_competences, "REFERENCE", file)
    return file


def load() -> str:
    told = StringIO()
    call_command("load_competences", stdout=told)
    return told.getvalue().splitlines()[0]


@pytest.mark.usefixtures("tree")
def test_a_leaf_has_its_words_and_codes() -> None:
    load()
    leaf = Competence.objects.get(slug="sveising")
    assert (leaf.name_en, leaf.area.name_se, leaf.synonyms) == ("Welding", "Industriija", ["sveis", "weld"])
    assert (leaf.jargon, leaf.codes) == (["TIG"], {"styrk": ["7212"]})


@pytest.mark.usefixtures("tree")
def test_a_second_load_changes_nothing() -> None:
    assert load() == "Competences: 2 in 1 areas; 3 changed, 0 removed."
    assert load() == "Competences: 2 in 1 areas; 0 changed, 0 removed."


def test_a_leaf_that_left_the_file_goes_unless_it_is_used(tree: Path) -> None:
    load()
    offer = CourseOfferFactory.create()
    offer.competences.add(Competence.objects.get(slug="lodding"))
    tree.write_text(AREA + LEAF.format(slug="ny"), encoding="utf-8")
    assert load() == "Competences: 1 in 1 areas; 1 changed, 1 removed."
    assert set(Competence.objects.order_by().values_list("slug", flat=True)) == {"lodding", "ny"}
    offer.competences.clear()
    assert load() == "Competences: 1 in 1 areas; 0 changed, 1 removed."


def test_an_area_that_left_the_file_goes_with_its_last_leaf(tree: Path) -> None:
    load()
    tree.write_text(AREA.replace("industri", "handel") + LEAF.format(slug="salg"), encoding="utf-8")
    load()
    assert [area.slug for area in CompetenceArea.objects.all()] == ["handel"]


def test_the_projects_own_tree_loads() -> None:
    load()
    assert 100 <= Competence.objects.count() <= 160
    assert not Competence.objects.filter(name_se="").exists()
