"""What waits for a person in money: each kind of thing has a generator of its own.

A slice adds its function to KINDS. It takes the person and the day, and gives the most urgent first.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

from funding.waiting import accounts, cases, payments, promises
from partners.models import User
from partners.waiting import MOST, Waiting

KINDS: tuple[Callable[[User, date], Iterable[Waiting]], ...] = (
    cases.waiting,
    promises.waiting,
    accounts.waiting,
    payments.waiting,
)


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    for kind in KINDS:
        yield from islice(kind(user, on), MOST)
