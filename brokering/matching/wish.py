"""What is asked for, in the form that matching reads: from a saved need, or just typed."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from brokering.matching import analysis
from brokering.models import CompetenceNeed, NeedRequest
from brokering.models.choices import MOST_NOT_MEANT, NOT_MEANT


@dataclass(frozen=True)
class Wish:
    """Everything but the text may be left out; what is left out neither excludes nor lowers any offer."""

    text: str = ""
    municipality: str | None = None
    """The number of the municipality one travels from."""
    competences: tuple[str, ...] = ()
    """Slugs."""
    level: str = ""
    headcount: int | None = None
    earliest_start: date | None = None
    latest_start: date | None = None
    modes: tuple[str, ...] = ()
    max_travel_km: int | None = None
    language: str = ""
    budget_nok: Decimal | None = None
    """A person."""
    formal: str = ""
    """formal, non_formal or empty."""
    without: frozenset[str] = frozenset()
    """What was understood and is not meant, as keys of NOT_MEANT."""

    @classmethod
    def of(cls, need: CompetenceNeed) -> "Wish":
        """An unsaved need has no competences yet."""
        return cls(
            text=need.text,
            municipality=need.municipality_id,
            competences=tuple(need.competences.values_list("pk", flat=True)) if need.pk else (),
            level=need.level,
            headcount=need.headcount,
            earliest_start=need.earliest_start,
            latest_start=need.latest_start,
            modes=tuple(need.modes),
            max_travel_km=need.max_travel_km,
            language=need.language,
            budget_nok=need.budget_nok,
            formal=need.formal,
            without=frozenset(need.without),
        ).as_meant()

    def as_meant(self) -> "Wish":
        """Without the facts and the competences that somebody has left out."""
        left, slugs = self.left_out("fact"), self.left_out("competence")
        return replace(
            self,
            municipality=None if "place" in left else self.municipality,
            level="" if "level" in left else self.level,
            language="" if "language" in left else self.language,
            competences=tuple(slug for slug in self.competences if slug not in slugs),
        )

    def travelling_from(self, place: str) -> "Wish":
        """Who says how far they travel and not from where, travels from the municipality that their text names."""
        if self.municipality or self.max_travel_km is None or not place:
            return self
        return replace(self, municipality=place)

    def left_out(self, kind: str) -> frozenset[str]:
        """What of that kind is not meant.

        >>> Wish(without=frozenset({"word:sveis", "fact:place"})).left_out("word")
        frozenset({'sveis'})
        """
        keys = (key.partition(":") for key in self.without)
        return frozenset(what for of, _colon, what in keys if of == kind)


def known_keys(written: Iterable[str]) -> list[str]:
    """Those that can be read, each once, no more than a need may have."""
    return list(dict.fromkeys(key for key in written if re.fullmatch(NOT_MEANT, key)))[:MOST_NOT_MEANT]


def still_left_out(need: CompetenceNeed | NeedRequest, chosen: Collection[str], stated: Collection[str]) -> list[str]:
    """What is still not meant when a need is written anew.

    Not a word that has gone from the text, nor a competence that was chosen, nor a fact that was stated.
    """
    bases = {term.base for term in analysis.terms(need.text)}
    written = set(analysis.words(need.text))
    applies: dict[str, Callable[[str], bool]] = {
        "competence": lambda slug: slug not in chosen,
        "word": lambda word: word in bases,
        "spelling": lambda word: word in written,
        "fact": lambda fact: fact not in stated,
    }
    parted = ((key, *key.split(":", 1)) for key in need.without)
    return [key for key, kind, what in parted if applies[kind](what)]
