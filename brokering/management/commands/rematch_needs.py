"""Holds needs against the courses as they are now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from brokering.matching import rematch
from brokering.models import CompetenceNeed


class Command(BaseCommand):
    help = "Match the needs that never were; with --all every open one, as happens each night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every open need, not only those never matched")

    def handle(self, *args: Any, **options: Any) -> None:
        needs = CompetenceNeed.objects.open() if options["all"] else CompetenceNeed.objects.unmatched()
        for need in needs:
            rematch(need)
        if options["verbosity"]:
            self.stdout.write(f"{len(needs)} needs matched.")
