"""What projects want to know of courses, needs and money, which lie above them. The site answers (config/knowledge/).

settings.PROJECT_KNOWLEDGE names the class, so that imports still go downwards only (docs/decisions/0015).
"""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from projects.models import Project


class Figure(NamedTuple):
    """One figure about a project in a period. `key` is one of projects.models.Indicator."""

    key: str
    label: str
    value: int
    definition: str


class LocalOffer(NamedTuple):
    """A course as seen from a project: where it leads to, who holds it, and in words how near it is."""

    title: str
    url: str
    provider: str
    where: str
    pk: int
    online: bool = False
    """Taken from anywhere: it is not held near the project."""
    certain: bool = True
    """Whether it surely is about the same; otherwise somebody has to look."""


class MoneyLine(NamedTuple):
    """Money from one source in one year (None: not split on years). An unknown amount is None, never 0. NOK."""

    source: str
    year: int | None
    amount: Decimal | None
    strength: str
    strength_label: str
    conditions: tuple[str, ...]


class Knowledge:
    """Knows nothing: what projects go by when they stand alone."""

    def offers_like(self, text: str, places: Collection[str], km: float = 50) -> list[LocalOffer]:
        """Published courses that resemble the text and are held within so many kilometres of one of the places.

        `places` are numbers of municipalities. The best first, at most ten; then those that can be taken online.
        """
        return []

    def offers_for(self, text: str, place: str = "") -> list[LocalOffer]:
        """Published courses that somebody in that municipality who writes this text may be referred to."""
        return []

    def figures(self, project: "Project", first: date, last: date) -> list[Figure]:
        """What came of the project from the first to the last day, both included."""
        return []

    def money(self, project: "Project") -> Sequence[MoneyLine]:
        """By source and year, the firm first."""
        return []

    def missing_money(self, project: "Project") -> list[str]:
        """What the financing lacks before the project is financed, a sentence each; empty when it holds."""
        return []


@cache
def knowledge() -> Knowledge:
    answers: Knowledge = import_string(settings.PROJECT_KNOWLEDGE)()
    return answers
