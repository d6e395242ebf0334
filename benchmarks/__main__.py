"""Brings up a database of its own, fills it, and prints the figures: all of them, or those of one part.

python -m benchmarks [money | gaps | pools | matching [OFFERS ...]]
"""

import os
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # comes without types

from config.allocator import give_back
from config.database import embedded

VAR = Path(__file__).resolve().parent.parent / "var"
SIZES = (30_000, 1_000_000)
QUARTER = f"{psutil.virtual_memory().total // 4 // 2**20}MB"
"""Of the machine's memory, what PostgreSQL's handbook advises for a server of its own."""


def main(*parts: str) -> None:
    give_back()  # as a web process does
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PATIENT": "1"}
    with embedded(VAR / "bench-postgres", cache=QUARTER) as os.environ["DATABASE_URL"]:
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks import catalogue, gaps, matching, money, pages, pools, scenarios

        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        every = not parts
        if every or "matching" in parts:
            print(f"{catalogue.fill()} offers in the catalogue\n")
        if every:
            pages.measure()
        if every or "pools" in parts:
            call_command("load_places", verbosity=0)
            call_command("load_competences", verbosity=0)
            pools.measure()
        if every or "gaps" in parts:
            gaps.fill()
            gaps.measure()
        if every or "money" in parts:
            money.fill()
            money.measure()
            scenarios.measure()
        if every or "matching" in parts:
            sizes = [int(part.replace("_", "")) for part in parts if part != "matching"]
            for size in sizes or SIZES:
                matching.measure(size)


if __name__ == "__main__":
    main(*sys.argv[1:])
