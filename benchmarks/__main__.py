"""Brings up a database of its own, fills it, and prints the figures: all of them, or those of one part (`money`)."""

import os
import sys
from pathlib import Path

from config.database import embedded

VAR = Path(__file__).resolve().parent.parent / "var"


def main(*parts: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with embedded(VAR / "bench-postgres") as os.environ["DATABASE_URL"]:
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks import catalogue, matching, money, pages, scenarios

        call_command("collectstatic", interactive=False, verbosity=0)
        if "money" not in parts:
            print(f"{catalogue.fill()} offers in the catalogue\n")
            matching.measure()
            pages.measure()
        money.fill()
        money.measure()
        scenarios.measure()


if __name__ == "__main__":
    main(*sys.argv[1:])
