"""Learns the weights of the score from what brokers have answered; says first what would come of it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from brokering.matching import versions
from brokering.matching.learning import Lesson
from brokering.matching.lessons import differences, refusal, shown
from brokering.matching.versions import Outcome


class Command(BaseCommand):
    help = (
        "Learn the weights of the score from the verdicts and hold them against needs that they were not learnt from. "
        "Nothing is kept unless asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keep", action="store_true", help="keep what is learnt, for somebody to take into use")
        parser.add_argument(
            "--deploy", action="store_true", help="keep it, and take it into use if it passes the check"
        )
        parser.add_argument("--note", default="", help="why, kept with the version")

    def handle(self, *args: Any, keep: bool, deploy: bool, note: str, **options: Any) -> None:
        outcome = versions.learn(deploy=deploy, note=note) if keep or deploy else versions.consider()
        with override("en"):
            for line in told(outcome):
                self.stdout.write(line)


def told(outcome: Outcome) -> list[str]:
    counted = "{verdicts} verdicts on {needs} needs by {people} people: {yes} yes, {no} no.".format(**outcome.counts)
    if outcome.lacking:
        least = ", ".join(f"{number} {name}" for name, number in outcome.lacking.items())
        return [counted, f"Too few to learn from; there must be at least {least}."]
    if outcome.version and not outcome.is_new:
        return [counted, f"These have taught version {outcome.version} already: {outcome.version.get_state_display()}."]
    lesson = outcome.lesson
    assert lesson
    kept = (
        f"Kept as {outcome.version}: {outcome.version.get_state_display()}." if outcome.version else "Nothing is kept."
    )
    return [counted, *lines(lesson), kept]


def lines(lesson: Lesson) -> list[str]:
    figures = [f"  {label}: {before} → {after}" for label, before, after in shown(lesson.before, lesson.after)]
    changes = [f"  {change}" for change in differences(lesson.weights, versions.current())]
    return ["On needs held out:", *figures, refusal(lesson) or "It passes the check.", "What changes:", *changes]
