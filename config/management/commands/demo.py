"""Loads the demonstration region, or moves its dates along to today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import demo_region


class Command(BaseCommand):
    help = "Load the demonstration region, or move its dates along to today. Only where DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration region is for trying things out: set DEMO=1 if this is such a place.")
        demo_region.load()
        if options["verbosity"]:
            self.stdout.write(f"The demonstration region is here; everybody's password is {demo_region.PASSWORD}.")
