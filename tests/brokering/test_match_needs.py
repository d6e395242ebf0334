"""The command that ranks offers for needs in a file, and how good the ranking is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from brokering.matching import competences, embedding, index
from brokering.models import CourseOffer
from tests.factories import CourseOfferFactory

pytestmark = pytest.mark.django_db


def test_the_run_has_a_row_for_every_offer_it_ranks(tmp_path: Path) -> None:
    offers = [
        CourseOfferFactory.create(title=title, source_id=f"uno {n}") for n, title in enumerate(["Sveising", "Regnskap"])
    ]
    index.refresh([offer.pk for offer in offers])
    needs, run = tmp_path / "needs.jsonl", tmp_path / "run.txt"
    needs.write_text('{"id": "A1", "text": "sveisekurs"}\n\n{"id": "A2", "text": "xqzv"}\n', encoding="utf-8")
    call_command("match_needs", needs, run=run, tag="mine")
    rows = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    assert rows[0][:4] == ["A1", "Q0", "uno_0", "1"]
    assert {row[0] for row in rows} <= {"A1", "A2"}
    assert all(len(row) == 6 and row[5] == "mine" for row in rows)


def test_without_the_language_model_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "available", lambda: False)
    needs = tmp_path / "needs.jsonl"
    needs.write_text('{"id": "A1", "text": "sveisekurs"}', encoding="utf-8")
    call_command("match_needs", needs, run=tmp_path / "run.txt")
    assert "The language model is not installed" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["no json\n", '{"id": "A1"}\n', "[1]\n"])
def test_a_file_that_is_no_list_of_needs_is_named_with_its_line(tmp_path: Path, content: str) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text('{"id": "A0", "text": "x"}\n' + content, encoding="utf-8")
    with pytest.raises(CommandError, match="line 2"):
        call_command("match_needs", needs, run=tmp_path / "run.txt")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("match_needs", tmp_path / "none.jsonl", run=tmp_path / "run.txt")


def test_words_alone_rank_the_real_catalogue_well_enough(shared: Path, tmp_path: Path) -> None:
    """nDCG@10 ≥ 0.5 on the judged needs over the real catalogue; measured .60 without the language model."""
    needs, scorer = shared / "eval" / "needs_dev.jsonl", shared / "eval" / "score.py"
    if not needs.exists():
        pytest.skip("the judged needs (../shared/eval) are not here")
    files = sorted((shared / "data" / "utdanningno").iterdir())
    call_command("load_places", verbosity=0)
    call_command("load_competences", verbosity=0)
    call_command("import_offers", *files, verbosity=0)
    competences.refresh()
    assert CourseOffer.objects.count() == 3538
    run = tmp_path / "run.txt"
    call_command("match_needs", needs, run=run, verbosity=0)
    command = [sys.executable, str(scorer), str(needs), str(run), "--json"]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    assert figures["overall"]["ndcg@10"] >= 0.5
