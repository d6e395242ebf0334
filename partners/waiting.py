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


# In the order in which they are to be done.
LABELS = (_("Overdue"), _("Today"), _("Within a week"), _("No day is set"), _("Later"))
UNDATED, LATER = 3, 4


def by_urgency(items: Iterable[Waiting], on: date) -> list[Waiting]:
    """The longest overdue first, what has no day after what is due within a week; the order within a day stays."""
    return sorted(items, key=lambda item: (place(item.urgency, on), item.urgency or date.max))


def grouped(items: Iterable[Waiting], on: date) -> list[Group]:
    """Under LABELS; a label under which nothing stands is left out."""
    groups = [Group(label, list[Waiting]()) for label in LABELS]
    for item in by_urgency(items, on):
        groups[place(item.urgency, on)].items.append(item)
    return [group for group in groups if group.items]


def place(day: date | None, on: date) -> int:
    """Which of LABELS a day belongs under."""
    if day is None:
        return UNDATED
    if day > on + SOON:
        return LATER
    return (day >= on) + (day > on)
