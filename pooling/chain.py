"""The effect chain in words: each step with its figure and how it is counted."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pooling.effect import Effect


class Step(NamedTuple):
    """Counted in people, so that the steps can be held against each other."""

    label: str | Promise
    people: int
    definition: str | Promise
    percent: int
    """Of the longest step."""


STEPS: dict[str, tuple[str | Promise, str | Promise]] = {
    "people": (_("In needs"), _("The people of the project’s needs that were submitted, but those withdrawn.")),
    "matched": (
        _("A course fits"),
        _("Of these, the people of needs for which a course fits well or may fit, was proposed, or has seats kept."),
    ),
    "kept": (
        _("Seats kept"),
        _("Places agreed for the people of a need, and seats kept for its firm on a course. Seats given back are out."),
    ),
    "started": (_("Started"), _("People who were noted as having begun a course.")),
    "completed": (
        _("Completed"),
        _("People who were noted as having completed a course; the same figure as in the project’s reports."),
    ),
}


def steps(effect: Effect) -> list[Step]:
    """A person who attends two courses has two seats, so that a step can be longer than the one before."""
    counts = {name: getattr(effect, name) for name in STEPS}
    longest = max(counts.values()) or 1
    return [
        Step(label, counts[name], definition, round(100 * counts[name] / longest))
        for name, (label, definition) in STEPS.items()
    ]
