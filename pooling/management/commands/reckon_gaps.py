"""Reckons the gaps between demand and supply anew, as every night."""

from typing import Any

from django.core.management.base import BaseCommand

from pooling.gaps.reckoning import reckon


class Command(BaseCommand):
    help = "Reckon anew what the pages about gaps between demand and supply show. The worker does it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        groups = reckon()
        if options["verbosity"]:
            self.stdout.write(f"{groups} groups of three firms or more are published.")
