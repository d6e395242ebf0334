"""Imports course offers from files of utdanning.no: its site search's JSON, or its Atom feed."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import translation

from brokering.exchange import utdanningno
from brokering.exchange.catalogue import Catalogue
from brokering.exchange.files import read_file
from brokering.exchange.imports import record, take_in
from brokering.exchange.records import Unreadable
from brokering.exchange.report import Report, gathered
from brokering.models import CourseOffer
from brokering.models.imports import ImportState
from brokering.models.index import PostingBlock

COLUMNS = ("created", "updated", "unchanged", "repeated", "withdrawn", "rejected")
WIDTH = 30
# So many records are named for each remark.
NAMED = 3


class Command(BaseCommand):
    help = "Import course offers. Run it again at any time: what has not changed stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--source", default=utdanningno.SOURCE, help="whose offers these are (%(default)s)")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="these files are all there is of the source: withdraw its offers that are in none of them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"), progress(options["files"], sys.stderr) as bar:
            reports = self._import(options["files"], bar, options)
            if not options["dry_run"]:
                self._count_rows()
            self._tell(reports, dry=options["dry_run"])
            if broken := [report for report in reports if report.error]:
                raise CommandError(f"{len(broken)} of {len(reports)} files could not be read; they changed nothing.")

    def _import(self, files: list[Path], bar: "Progress", options: dict[str, Any]) -> list[Report]:
        catalogue = Catalogue(source=options["source"])
        with tried_out(options["dry_run"]):
            reports = [self._take_in(catalogue, file, bar, dry=options["dry_run"]) for file in files]
            if options["complete"]:
                reports.append(self._withdraw(catalogue, reports))
        return reports

    def _take_in(self, catalogue: Catalogue, file: Path, bar: "Progress", *, dry: bool) -> Report:
        report = Report(file.name, progress=bar.within(file))
        try:
            content = read_file(file)
        except Unreadable as why:
            report.error = why.sentence
            return report
        if dry:
            catalogue.take_in(content, report)
        else:
            take_in(catalogue, content, report)
            record(report, content, None, None, state=ImportState.IMPORTED)
        bar.done(file)
        return report

    def _withdraw(self, catalogue: Catalogue, reports: list[Report]) -> Report:
        if any(report.error for report in reports) or not catalogue.said:
            raise CommandError("Nothing was withdrawn: not all files could be read, or they hold no offers.")
        report = Report("(in none of the files)")
        catalogue.withdraw_others(report)
        return report

    def _count_rows(self) -> None:
        """Let the database plan for the new rows now, not when its autovacuum comes by."""
        tables = [kind._meta.db_table for kind in (CourseOffer, CourseOffer.municipalities.through, PostingBlock)]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")

    def _tell(self, reports: list[Report], *, dry: bool) -> None:
        width = max(len(report.file) for report in reports)
        self.stdout.write(f"{'file':{width}}" + "".join(f"{column:>11}" for column in COLUMNS))
        for report in reports:
            counts = "".join(f"{report.counts[column]:>11}" for column in COLUMNS)
            self.stdout.write(f"{report.file:{width}}" + (f"  {report.error}" if report.error else counts))
        totals = Counter[str]()
        for report in reports:
            totals.update(report.counts)
        self.stdout.write(f"{'together':{width}}" + "".join(f"{totals[column]:>11}" for column in COLUMNS))
        self._tell_notes(reports)
        changes = sum(report.changes for report in reports)
        self.stdout.write(f"{changes} changes would be made." if dry else f"{changes} changes made.")

    def _tell_notes(self, reports: list[Report]) -> None:
        for report in reports:
            for note in report.rejected:
                self.stdout.write(f"Rejected: {report.file}, record {note.number}, line {note.line}: {note.told}")
        files = {id(note): report.file for report in reports for note in report.remarks}
        for sentence, notes in gathered(note for report in reports for note in report.remarks):
            first = "; ".join(f"{files[id(note)]}, {note.place}" for note in notes[:NAMED])
            times = f"{len(notes)} times, first" if len(notes) > NAMED else "in"
            self.stdout.write(f"Remark: {sentence} ({times} {first})")


@contextmanager
def tried_out(dry: bool) -> Iterator[None]:  # noqa: FBT001 - the one thing it is about
    """When dry, whatever is done inside is taken back at the end."""
    if not dry:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Progress:
    """A bar over all files, by their sizes; silent when nobody looks."""

    def __init__(self, files: list[Path], out: TextIO) -> None:
        self.sizes = {file: file.stat().st_size for file in files if file.is_file()}
        self.total, self.before, self.out = sum(self.sizes.values()) or 1, 0, out
        self.shown = ""

    def within(self, file: Path) -> Any:
        return lambda done, of: self._show(self.before + self.sizes.get(file, 0) * done / of, file.name)

    def done(self, file: Path) -> None:
        self.before += self.sizes.get(file, 0)
        self._show(self.before, file.name)

    def _show(self, bytes_done: float, name: str) -> None:
        share = bytes_done / self.total
        bar = f"{'█' * round(share * WIDTH):░<{WIDTH}} {share:4.0%}  {name[:40]:40}"
        if self.out.isatty() and bar != self.shown:
            self.out.write(f"\r{bar}")
            self.out.flush()
            self.shown = bar

    def clear(self) -> None:
        if self.shown:
            self.out.write("\r" + " " * len(self.shown) + "\r")
            self.out.flush()


@contextmanager
def progress(files: list[Path], out: TextIO) -> Iterator[Progress]:
    bar = Progress(files, out)
    try:
        yield bar
    finally:
        bar.clear()
