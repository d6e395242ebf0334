"""Every text is there in the languages it should be in, and says with the same values what the English one says."""

import gettext as gettext_module
import re
import shlex
from contextlib import chdir
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import allauth
import django
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_from_file, extract_python
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import gettext, ngettext, override, trans_real
from django.utils.translation.template import templatize
from enmerkar.extract import extract_django
from pytest_django import Settings

from config import foreign_texts
from tests.site.public_texts import PUBLIC

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ["nb", "nn", "se"]
WORDED_BY_DJANGO = (
    "contrib/auth/password_validation.py",
    "core/validators.py",
    "db/models/base.py",
    "db/models/constraints.py",
    "db/models/fields/__init__.py",
    "forms/fields.py",
    "forms/models.py",
    "forms/widgets.py",
    "utils/dates.py",
    "utils/text.py",
)
WORDED_BY_ALLAUTH = ("account/adapter.py", "account/fields.py", "account/forms.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|{\w*}")
TAG = re.compile(r"</?[a-z][^>]*>")
EDGES = re.compile(r"^\s|[.:]?\s?$")


class Text(NamedTuple):
    """A text and its translation, both in one form, or in two of which the second is the plural."""

    context: str | None
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    is_fuzzy: bool
    files: frozenset[str]

    @property
    def is_translated(self) -> bool:
        return all(self.theirs) and not self.is_fuzzy

    @property
    def key(self) -> tuple[str | None, tuple[str, ...]]:
        return self.context, self.ours


def forms(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or [""])


def read(file: Path) -> list[Text]:
    return [
        Text(
            message.context,
            forms(message.id),
            forms(message.string),
            message.fuzzy,
            frozenset(name for name, line in message.locations),
        )
        for message in read_po(BytesIO(file.read_bytes()))
        if message.id
    ]


def po(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


@cache
def translated(language: str) -> list[Text]:
    return [text for text in read(po(language)) if text.is_translated]


@cache
def untranslated(language: str) -> list[Text]:
    return [text for text in read(po(language)) if not text.is_translated]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> list[Text]:
    """The texts that the code uses, gathered by the command of `make messages`."""
    pot = tmp_path_factory.mktemp("texts") / "django.pot"
    recipe = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    (command,) = re.findall(r"babel\.messages\.frontend (.* extract .*)", recipe)
    pybabel: Any = CommandLineInterface()
    with chdir(ROOT):
        pybabel.run(["pybabel", *shlex.split(command.replace("var/django.pot", str(pot)))])
    return read(pot)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_texts_of_the_code_and_no_others(code: list[Text], language: str) -> None:
    assert {text.key for text in read(po(language))} == {text.key for text in code}, "make messages"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_bokmål_and_nynorsk_are_complete(language: str) -> None:
    assert [text.ours for text in untranslated(language)] == []


def test_the_public_pages_are_complete_in_northern_sámi(code: list[Text]) -> None:
    public = {str(path.relative_to(ROOT)) for pattern in PUBLIC for path in ROOT.glob(pattern)}
    shown = {text.key for text in code if text.files & public}
    assert shown & {text.key for text in untranslated("se")} == set()


def test_the_public_pages_are_where_this_test_looks_for_them() -> None:
    assert [pattern for pattern in PUBLIC if not any(ROOT.glob(pattern))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_are_in_every_language(language: str) -> None:
    """For a plural that is not translated the compiler writes the English one, and bokmål does not step in."""
    assert [text.ours for text in untranslated(language) if len(text.ours) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kept", [PLACEHOLDER, TAG], ids=["values", "markup"])
def test_translations_keep_the_values_that_are_filled_in_and_the_markup(kept: re.Pattern[str], language: str) -> None:
    pairs = [pair for text in translated(language) for pair in zip(text.ours, text.theirs, strict=True)]
    assert [theirs for ours, theirs in pairs if set(kept.findall(ours)) != set(kept.findall(theirs))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_end_as_the_text_does(language: str) -> None:
    """Sentences stay sentences and labels stay labels; no space is lost or added at the edge."""
    pairs = [pair for text in translated(language) for pair in zip(text.ours, text.theirs, strict=True)]
    assert [theirs for ours, theirs in pairs if EDGES.findall(ours) != EDGES.findall(theirs)] == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_straight_line_is_called_the_same_everywhere(language: str) -> None:
    pairs = [pair for text in translated(language) for pair in zip(text.ours, text.theirs, strict=True)]
    assert [theirs for ours, theirs in pairs if "straight line" in ours and "luftlinje" not in theirs.lower()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_compile(language: str) -> None:
    compiled = BytesIO(mo(language))
    assert gettext_module.GNUTranslations(compiled).gettext("Find courses") != "Find courses"


def mo(language: str) -> bytes:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(po(language).read_bytes()), locale=language))
    return compiled.getvalue()


@pytest.fixture
def compiled(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site speaks from the catalogues as they are now."""
    for language in LANGUAGES:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.mo").write_bytes(mo(language))
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setattr(trans_real, "_translations", {})


@pytest.mark.usefixtures("compiled")
def test_what_is_not_in_northern_sámi_is_read_in_bokmål() -> None:
    (text,) = untranslated("se")[0].ours
    with override("nb"):
        bokmål = gettext(text)
    with override("se"):
        assert gettext(text) == bokmål != text


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize(("n", "said"), [(1, "%(n)s course fits"), (2, "%(n)s courses fit")])
def test_english_needs_no_catalogue(n: int, said: str) -> None:
    with override("en"):
        assert ngettext("%(n)s course fits", "%(n)s courses fit", n) == said


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize(("language", "said"), [("nb", "Fyll ut dette feltet."), ("se", "Deavdde dán gietti.")])
def test_our_words_come_before_djangos(language: str, said: str) -> None:
    with override(language):
        assert gettext("This field is required.") == said


def test_templates_are_gathered_as_django_reads_them() -> None:
    """enmerkar, which gathers them, does not know all that Django does: percent signs, for one."""
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.*")]
    assert [text for text in templates if by_enmerkar(text) != by_django(text)] == []


def by_enmerkar(template: str) -> set[Any]:
    gather: Any = extract_django
    return {found for line, found, *_ in extract(gather, BytesIO(template.encode()))}


def by_django(template: str) -> set[Any]:
    gather: Any = extract_python
    as_python = "\n".join(line.lstrip() for line in templatize(template).splitlines())
    return {found for line, found, *_ in extract(gather, BytesIO(as_python.encode()))}


def test_foreign_texts_are_those_of_the_packages_in_use() -> None:
    keywords = DEFAULT_KEYWORDS | {"gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2)}
    texts_of = partial(extract_from_file, "python", keywords=keywords)
    folders = {django: WORDED_BY_DJANGO, allauth: WORDED_BY_ALLAUTH}
    files = [Path(package.__file__).parent / name for package, names in folders.items() for name in names]
    theirs = {found for file in files for _line, found, *_ in texts_of(file)}
    assert {found for line, found, *_ in texts_of(foreign_texts.__file__)} - theirs == set()
