"""What waits for a person: one card each, whatever app it comes from, with the act that moves it on."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A day within so many days is soon.
SOON = timedelta(days=7)
# So many of a kind are fetched: more than a person does in a day.
MOST = 50


class NextAct(NamedTuple):
    """What can be done from the card itself: a form with one button, or a link when there is nothing to post."""

    label: str | Promise
    url: str
    fields: tuple[tuple[str, str], ...] = ()
    is_post: bool = True


class Waiting(NamedTuple):
    """One card. `urgency` is the day it is, or was, to be done by; None when no day is set."""

    title: str
    url: str
    text: str
    tag: str
    color: str
    urgency: date | None = None
    act: NextAct | None = None


class Group(NamedTuple):
    label: str | Promise
    items: list[Waiting]


def by_urgency(items: Iterable[Waiting]) -> list[Waiting]:
    """The longest overdue first, those without a day last; the order within a day stays."""
    return sorted(items, key=lambda item: (item.urgency is None, item.urgency or date.max))


def grouped(items: Iterable[Waiting], on: date) -> list[Group]:
    """In the order in which they are to be done: overdue, today, within a week, later, no day set."""
    groups = {label: list[Waiting]() for label in LABELS}
    for item in by_urgency(items):
        groups[LABELS[_place(item.urgency, on)]].append(item)
    return [Group(label, found) for label, found in groups.items() if found]


LABELS = (_("Overdue"), _("Today"), _("Within a week"), _("Later"), _("When you have time"))


def _place(day: date | None, on: date) -> int:
    if day is None:
        return 4
    return (day >= on) + (day > on) + (day > on + SOON)
