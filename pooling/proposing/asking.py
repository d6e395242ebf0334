"""What pooling reads of a need: what it is about, as matching understood it, and where, when and how it can be met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from brokering.matching import levels
from brokering.matching.embedding import Vectors
from brokering.matching.meaning import space
from brokering.matching.wish import Wish
from brokering.models import CompetenceNeed
from brokering.models.choices import Mode
from brokering.models.needs import NeedState

ASSUMED_REACH_KM = 100
"""How far people travel whose firm has not said it."""
LEAST_SHARED = 0.05
"""Two needs are compared when both are about one competence at least so likely."""
ANYHOW = frozenset(Mode.values)


@dataclass(frozen=True, eq=False)
class Meaning:
    """A unit vector in the space of meanings, and how near it is to a competence, whichever: on average, and spread."""

    vector: Vectors
    usual: float
    spread: float

    @classmethod
    def of(cls, vector: Vectors) -> "Meaning":
        near = space().leaves @ vector
        return cls(vector, float(near.mean()), float(near.std()))

    def near(self, other: "Meaning") -> float:
        """How far the nearness of two stands out of what is usual for each, in units of its spread."""
        cosine = float(self.vector @ other.vector)
        return ((cosine - self.usual) / self.spread + (cosine - other.usual) / other.spread) / 2


@dataclass(frozen=True)
class Asking:
    need: int
    firm: int
    """Units of one firm are one firm."""
    broker: int
    seats: int
    subjects: Mapping[str, float]
    terms: Mapping[str, float]
    meaning: Meaning | None = None
    level: str = ""
    language: str = ""
    modes: frozenset[str] = ANYHOW
    """Those it accepts."""
    earliest: date | None = None
    latest: date | None = None
    home: str = ""
    """The number of the municipality they travel from; empty when it is not known, and then only online is in reach."""
    reach_km: float = ASSUMED_REACH_KM
    reach_is_stated: bool = True


def read(needs: Iterable[CompetenceNeed]) -> list[Asking]:
    """Of needs fetched with employer and index. Those never matched, or handled by no broker, are left out."""
    return [asking for need in needs if (asking := _asking(need))]


def candidates(needs: Iterable[int] | None = None) -> list[Asking]:
    """Open needs that a broker handles, in no pool: all, or those of these that are such. One query."""
    found = CompetenceNeed.objects.filter(state=NeedState.OPEN, handled_by__isnull=False, index__isnull=False)
    if needs is not None:
        found = found.filter(pk__in=list(needs))
    return read(found.select_related("employer", "index").only(*READ).order_by("pk"))


READ = (
    *("employer__parent", "handled_by", "headcount", "without", "language", "modes", "earliest_start", "latest_start"),
    *("municipality", "max_travel_km", "index__subjects", "index__terms", "index__level", "index__vector"),
    "index__space",
)


def _asking(need: CompetenceNeed) -> Asking | None:
    index = getattr(need, "index", None)
    if index is None or need.handled_by_id is None:
        return None
    without = Wish(without=frozenset(need.without))
    facts = without.left_out("fact")
    is_current = index.vector is not None and index.space == space().version
    return Asking(
        need=need.pk,
        firm=need.employer.parent_id or need.employer_id,
        broker=need.handled_by_id,
        seats=need.headcount,
        subjects={slug: strength for slug, strength in index.subjects if strength >= LEAST_SHARED},
        terms=of_subject((term, weight, base) for term, weight, base, *_rest in index.terms),
        meaning=Meaning.of(np.array(index.vector, np.float32)) if is_current else None,
        level=index.level,
        language="" if "language" in facts else need.language,
        modes=frozenset(need.modes) or ANYHOW,
        earliest=need.earliest_start,
        latest=need.latest_start,
        home="" if "place" in facts else need.municipality_id or "",
        reach_km=ASSUMED_REACH_KM if need.max_travel_km is None else need.max_travel_km,
        reach_is_stated=need.max_travel_km is not None,
    )


def of_subject(terms: Iterable[tuple[str, float, str]]) -> dict[str, float]:
    """What each term weighs, without those that say the level: a trade certificate may be of any trade."""
    return {term: weight for term, weight, base in terms if not _says_level(base)}


@cache
def _says_level(word: str) -> bool:
    return bool(levels.of_need(word))
