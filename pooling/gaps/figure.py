"""The match of supply and demand (samsvar mellom tilbud og etterspørsel): defined here, and nowhere else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import County
from pooling.models import Balance, Gap

DEFINITION: str | Promise = _(
    "Of all people whom firms in the county want to learn something, the share who could have a seat today: on a "
    "course that fits well or that somebody has said fits, that they can reach or take online, that nobody has said no "
    "to, and where there is a free seat when seats are dealt out to those who asked first. A course that does not say "
    "how many seats it has takes everybody. Open needs that may be shared count, each once, under the competence "
    "it is mostly about."
)
DAYS, WEEKS = 60, 104


@dataclass(frozen=True)
class Share:
    wanted: int = 0
    """People."""
    met: int = 0

    @classmethod
    def of(cls, gaps: Iterable[Gap]) -> "Share":
        people = [0, 0]
        for gap in gaps:
            people[gap.is_met] += gap.people
        return cls(sum(people), people[True])

    def __add__(self, other: "Share") -> "Share":
        return Share(self.wanted + other.wanted, self.met + other.met)

    @property
    def unmet(self) -> int:
        return self.wanted - self.met

    @property
    def percent(self) -> int | None:
        """Whole ones; none where nobody wants anything. A hundred only when nobody lacks a seat, 0 when all do."""
        if not self.wanted:
            return None
        if 0 < self.met < self.wanted:
            return min(99, max(1, round(100 * self.met / self.wanted)))
        return 100 if self.met else 0


class Point(NamedTuple):
    """The figure as it was. People to the nearest five, so that one day less another is nobody's number."""

    on: date
    percent: int
    wanted: int
    unmet: int


def history(county: County, on: date, competence: str = "", *, weekly: bool = True) -> list[Point]:
    """The last two years by week, or the last sixty days; the oldest first."""
    since = on - (timedelta(weeks=WEEKS) if weekly else timedelta(days=DAYS))
    rows = Balance.objects.of(county).filter(competence=competence or None, on__gt=since, on__lte=on)
    kept = rows.order_by("on").values_list("on", "wanted", "met")
    return list(_points(_last_of_weeks(kept) if weekly else kept))


def _last_of_weeks(rows: Iterable[tuple[date, int, int]]) -> Iterator[tuple[date, int, int]]:
    for _week, days in groupby(rows, lambda row: row[0].isocalendar()[:2]):
        yield list(days)[-1]


def _points(rows: Iterable[tuple[date, int, int]]) -> Iterator[Point]:
    for on, wanted, met in rows:
        share = Share(wanted, met)
        if share.percent is not None:
            yield Point(on, share.percent, _to_five(wanted), _to_five(share.unmet))


def _to_five(people: int) -> int:
    """
    >>> _to_five(0), _to_five(12), _to_five(13)
    (0, 10, 15)
    """
    return 5 * round(people / 5)
