"""What needs ask of the pools they are gathered in. settings.POOLS names the class that answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from partners.acts import Act
from partners.models import User

if TYPE_CHECKING:
    from brokering.models import CompetenceNeed, CourseOffer


class ShownPool(NamedTuple):
    """A need's pool, as its page shows it."""

    title: str
    url: str
    state: str
    seats: str


class ShownRequest(NamedTuple):
    """What providers are asked for on a need's behalf, as its page shows it."""

    title: str
    url: str
    state: str
    color: str


class Asking(NamedTuple):
    """Of a need alone, for one person."""

    request: ShownRequest | None = None
    """The course that providers are asked for, or were, as far as the person may see it."""
    address: str = ""
    """Where the person may put the need to providers; empty when they may not."""


class Pools:
    """The answers where there are no pools."""

    def kept_seats(self, offer: "CourseOffer") -> Mapping[int, int]:
        """Of its runs that firms have, or had, seats of: how many are kept. Such a run is not deleted."""
        return {}

    def leave(self, need: "CompetenceNeed", act: Act, by: User | None, why: str) -> None:
        """The need is about to be closed, or opened again: it leaves the pool it is in, and no provider is asked."""

    def of(self, need: "CompetenceNeed", user: User) -> ShownPool | None:
        """The pool that the need is in, for somebody who may see it."""
        return None

    def start_address(self, need: "CompetenceNeed", user: User) -> str:
        """Where the person may begin a pool with the need; empty when they may not."""
        return ""

    def asking(self, need: "CompetenceNeed", user: User) -> Asking:
        return Asking()

    def seats_addresses(self, offer: "CourseOffer", user: object) -> dict[int, str]:
        """By run of the course: where the person may keep seats on it."""
        return {}


def pools() -> Pools:
    answers: Pools = import_string(settings.POOLS)()
    return answers
