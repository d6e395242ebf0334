"""A page as somebody sees it, which is what the browser looks at."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.things import STRANGER


class Sample(NamedTuple):
    name: str
    who: str = STRANGER
    query: str = ""
    of: Callable[[], Sequence[object]] = list
    """What stands in the address."""
    then: Callable[[Page], None] | None = None
    """What is done on the page before it is looked at."""
    status: int = 200

    def __str__(self) -> str:
        who = self.who.partition("@")[0] or "stranger"
        then, status = getattr(self.then, "__name__", ""), "" if self.status == 200 else str(self.status)
        return " ".join(filter(None, [self.name, who, self.query[:8], then, status]))

    @property
    def path(self) -> str:
        return reverse(self.name, args=self.of()) + self.query
