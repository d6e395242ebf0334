"""What waits for a person in projects: each kind of thing has a generator of its own.

A slice adds its function to KINDS. It takes the person and the day, and gives the most urgent first.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

from partners.models import User
from partners.waiting import MOST, Waiting
from projects.waiting import agreements, guidance, mentions, milestones, own, reports

KINDS: tuple[Callable[[User, date], Iterable[Waiting]], ...] = (
    agreements.waiting,
    reports.waiting,
    guidance.waiting,
    milestones.waiting,
    mentions.waiting,
    own.waiting,
)


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    for kind in KINDS:
        yield from islice(kind(user, on), MOST)
