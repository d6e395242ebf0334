"""Brings the index of the offers up to date: words first, so that everything can be found, then meanings."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from brokering.matching import competences, embedding, index
from brokering.models import CourseOffer

BATCH = 500


class Command(BaseCommand):
    help = "Index what is missing or out of date. May be stopped at any time and goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="analyse every offer, also those that have not changed")

    def handle(self, *args: Any, **options: Any) -> None:
        self.says = bool(options["verbosity"])
        if options["all"]:
            index.forget()
        competences.refresh()
        self.words()
        self.meanings()

    def words(self) -> None:
        waiting = [*index.gone().values_list("pk", flat=True), *index.stale().values_list("pk", flat=True)]
        began = time.monotonic()
        for start in range(0, len(waiting), BATCH):
            index.refresh(waiting[start : start + BATCH])
            self.tell("words", min(start + BATCH, len(waiting)), len(waiting), time.monotonic() - began)

    def meanings(self) -> None:
        if not embedding.available():
            self.tell_once("The language model is not installed: offers are found by their words only.")
            return
        total, done, began = index.awaiting_vectors().count(), 0, time.monotonic()
        while embedded := index.embed():
            done += embedded
            self.tell("meanings", done, total, time.monotonic() - began)
        self.tell_once(f"{CourseOffer.objects.count()} offers are in the index.")

    def tell(self, what: str, done: int, total: int, seconds: float) -> None:
        """Over the line before: how far it is, how fast, and how long it will take."""
        if self.says:
            rate = done / max(seconds, 0.001)
            left = time.strftime("%H:%M:%S", time.gmtime(max(0, total - done) / rate))
            ending = "\n" if done >= total else "\r"
            self.stdout.write(f"{what}: {done} of {total}, {rate:.0f} a second, {left} left ", ending=ending)
            self.stdout.flush()

    def tell_once(self, sentence: str) -> None:
        if self.says:
            self.stdout.write(sentence)
