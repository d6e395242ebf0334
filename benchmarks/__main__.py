"""Brings up a database of its own, fills it, and prints the figures."""

import os
from pathlib import Path

from config.database import embedded

VAR = Path(__file__).resolve().parent.parent / "var"


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with embedded(VAR / "bench-postgres") as os.environ["DATABASE_URL"]:
        import django

        django.setup()
        from benchmarks import catalogue, matching, pages

        print(f"{catalogue.fill()} offers in the catalogue\n")
        matching.measure()
        pages.measure()


if __name__ == "__main__":
    main()
