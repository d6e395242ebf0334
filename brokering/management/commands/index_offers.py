"""Brings the index of the offers up to date: words first, so that everything can be found, then meanings."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from brokering.matching import competences, embedding, index
from brokering.models import CourseOffer

BATCH = 200


class Command(BaseCommand):
    help = "Index what is missing or out of date. May be stopped at any time and goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="analyse every offer, also those that have not changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            index.forget()
        competences.refresh()
        self.words(options["verbosity"])
        self.meanings(options["verbosity"])

    def words(self, verbosity: int) -> None:
        waiting = list(index.stale().values_list("pk", flat=True))
        for start in range(0, len(waiting), BATCH):
            index.refresh(waiting[start : start + BATCH])
            self.tell(verbosity, "words", min(start + BATCH, len(waiting)), len(waiting))
        index.count_vocabulary()

    def meanings(self, verbosity: int) -> None:
        if not embedding.available():
            self.tell_once(verbosity, "The language model is not installed: offers are found by their words only.")
            return
        total, done = index.awaiting_vectors().count(), 0
        while embedded := index.embed():
            done += embedded
            self.tell(verbosity, "meanings", done, total)
        self.tell_once(verbosity, f"{CourseOffer.objects.count()} offers are in the index.")

    def tell(self, verbosity: int, what: str, done: int, total: int) -> None:
        if verbosity:
            ending = "\n" if done >= total else "\r"
            self.stdout.write(f"{what}: {done} of {total}", ending=ending)
            self.stdout.flush()

    def tell_once(self, verbosity: int, sentence: str) -> None:
        if verbosity:
            self.stdout.write(sentence)
