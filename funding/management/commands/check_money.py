"""Asks whether every invariant of money holds in all that is stored; see funding/invariants.py."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from funding.invariants import broken

SHOWN = 10


class Command(BaseCommand):
    help = "Recompute every invariant of money over all that is stored; fails when one is broken, and says by what."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = list(broken())
        for one in wrong:
            keys = ", ".join(map(str, one.keys[:SHOWN])) + (" …" if len(one.keys) > SHOWN else "")
            self.stdout.write(f"{one.invariant}: {one.rule}: broken by {len(one.keys)}: {keys}")
        if wrong:
            raise CommandError(f"{len(wrong)} rules are broken.")
        if options["verbosity"]:
            self.stdout.write("Every invariant of money holds.")
