"""The tests' own strictness: a template of ours that names what is not there fails, one of Django's does not."""

from pathlib import Path

import pytest
from django.template import Context, engines
from django.template.base import Origin, Template

from tests.templates import OURS


def rendered(text: str, folder: str) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]  # every backend has another
    template = Template(text, origin=Origin(f"{folder}/page.html"), engine=engine)
    return template.render(Context({"known": {"name": "Kari"}}))


@pytest.mark.parametrize(
    "text",
    [
        "{{ unknown }}",
        "{{ known.unknown }}",
        "{{ unknown|default:'x' }}",
        "{% load i18n %}{% blocktranslate %}Hello {{ unknown }}{% endblocktranslate %}",
    ],
)
def test_a_template_of_ours_names_only_what_is_there(text: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="unknown"):
        rendered(text, OURS)


def test_what_is_there_or_only_asked_for_is_fine() -> None:
    assert rendered("{{ known.name }}{% if unknown %}{{ unknown.name }}{% endif %}", OURS) == "Kari"


def test_templates_of_others_show_nothing_as_django_does(tmp_path: Path) -> None:
    assert rendered("[{{ unknown }}]", str(tmp_path)) == "[]"
