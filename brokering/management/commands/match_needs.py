"""Ranks the offers for needs in a file, by their subject alone, and writes a run that evaluation tools read."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brokering.matching import Wish, embedding, match
from brokering.matching.shortlist import ALL
from brokering.models import CourseOffer

DEPTH = 100


class Command(BaseCommand):
    help = "Match needs from a file and write the ranking in TREC format: need Q0 offer rank score tag."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("needs", type=Path, metavar="NEEDS.jsonl", help="one need a line, with id and text")
        parser.add_argument("--run", type=Path, required=True, metavar="OUT", help="where to write")
        parser.add_argument("--tag", default="kompetansebro", help="name of the run, its last column")

    def handle(self, *args: Any, needs: Path, run: Path, tag: str, **options: Any) -> None:
        asked = read(needs)
        if not embedding.available():
            self.stderr.write("The language model is not installed: needs are matched by their words only.")
        source_ids = dict(CourseOffer.objects.values_list("pk", "source_id"))
        rows = [row for need in asked for row in ranking(need, source_ids, tag)]
        run.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        if options["verbosity"]:
            self.stdout.write(f"{len(asked)} needs matched, {len(rows)} rows in {run}.")


def read(path: Path) -> list[dict[str, str]]:
    """CommandError says in which line the file is no list of needs."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return [_need(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _need(path: Path, number: int, line: str) -> dict[str, str]:
    try:
        need = json.loads(line)
        return {"id": str(need["id"]), "text": str(need["text"])}
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path}, line {number}: not a need with id and text.") from error


def ranking(need: dict[str, str], source_ids: dict[int, str], tag: str) -> Iterator[str]:
    """Of what nobody bars and of what is below the page's threshold too: a hundred rows."""
    matching = match(Wish(text=need["text"]), limit=2 * DEPTH, least=ALL)  # strong ones first, whatever their score
    best = sorted([*matching.hits, *matching.rest], key=lambda hit: -hit.score)[:DEPTH]
    for rank, hit in enumerate(best, 1):
        name = source_ids[hit.offer_id] or str(hit.offer_id)
        yield f"{need['id']} Q0 {name.replace(' ', '_')} {rank} {hit.score:.4f} {tag}"
