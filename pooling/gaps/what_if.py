"""What one thing that is different would do to the gaps. It reads only what is published, group by group.

A group answers as its most cautious firm would, so that what is promised is the least that would come of it. Dates are
left out: a new course is held when they want it, and has seats for all of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pooling.gaps.cells import cell_of
from pooling.gaps.figure import Share
from pooling.gaps.geography import Geography
from pooling.gaps.grouping import Cell
from pooling.models import Gap

MOST_SUGGESTED = 6


@dataclass(frozen=True)
class Moved:
    """A group that gets seats, or loses them."""

    gap: Gap
    place: str
    subject: str
    km: int | None = None


@dataclass(frozen=True)
class Answer:
    gained: Sequence[Moved] = ()
    lost: Sequence[Moved] = ()

    @property
    def firms(self) -> int:
        return sum(one.gap.firms for one in self.gained)

    @property
    def people(self) -> int:
        return sum(one.gap.people for one in self.gained)

    @property
    def people_lost(self) -> int:
        return sum(one.gap.people for one in self.lost)

    @property
    def many(self) -> str:
        """“7 firms, 19 people”."""
        return how_many(self.firms, self.people)

    @property
    def many_lost(self) -> str:
        return how_many(sum(one.gap.firms for one in self.lost), self.people_lost)

    def then(self, now: Share) -> Share:
        return now + Share(met=self.people - self.people_lost)


@dataclass(frozen=True)
class Suggestion:
    """The place where one more run of a competence would serve most people."""

    competence: str
    subject: str
    municipality: str
    place: str
    answer: Answer


def how_many(firms: int, people: int) -> str:
    return _("%(firms)s, %(people)s") % {
        "firms": ngettext("%(n)d firm", "%(n)d firms", firms) % {"n": firms},
        "people": ngettext("%(n)d person", "%(n)d people", people) % {"n": people},
    }


@dataclass(frozen=True)
class Now:
    """The published groups of a county, about to be asked what if."""

    gaps: Sequence[Gap]
    there: Geography

    def run(self, competence: str, place: str) -> Answer:
        """One more run, held in this municipality."""
        return Answer(self._moved(self._unmet(competence), lambda gap: self._comes(gap, place), place))

    def online(self, competence: str) -> Answer:
        """One more run, held online."""
        return Answer(self._moved(self._unmet(competence), lambda gap: gap.takes_online))

    def reach(self, km: int, competence: str = "") -> Answer:
        """Everybody travels so many kilometres farther than they said, to the courses that there are."""
        near = (gap for gap in self.gaps if not gap.is_met and competence in ("", gap.competence_id))
        return Answer(self._moved(near, lambda gap: gap.farther_km is not None and gap.farther_km <= km))

    def move(self, competence: str, origin: str, place: str) -> Answer:
        """What is held in one place is held in another. Who has courses there alone, and cannot come, loses them."""
        bound = (gap for gap in self._about(competence) if gap.is_met and gap.only_in_id == origin)
        lost = self._moved(bound, lambda gap: not self._comes(gap, place), place)
        return Answer(self.run(competence, place).gained, lost)

    def origins(self, competence: str) -> list[str]:
        """From where something can be moved that anybody shown depends on."""
        return sorted({gap.only_in_id for gap in self._about(competence) if gap.is_met and gap.only_in_id})

    def suggestions(self, competence: str = "") -> list[Suggestion]:
        """Where one more run would do most, for each competence its best place; those that serve most people first."""
        wanted = sorted({gap.competence_id for gap in self.gaps if gap.competence_id and not gap.is_met})
        asked = [self._best(slug) for slug in wanted if competence in ("", slug)]
        found = [one for one in asked if one and one.answer.people]
        return sorted(found, key=lambda one: (-one.answer.people, one.subject))[:MOST_SUGGESTED]

    def share(self, competence: str = "") -> Share:
        return Share.of(gap for gap in self.gaps if competence in ("", gap.competence_id))

    def _best(self, competence: str) -> Suggestion | None:
        """Most people, then the least travel; a group's own place comes before others."""
        unmet = self._unmet(competence)
        places = {place for gap in unmet for place in self.there.inside(cell_of(gap))} & set(self.there.municipalities)
        answers = {place: self.run(competence, place) for place in sorted(places)}
        best = max(answers, key=lambda place: (answers[place].people, -_travel(answers[place])), default=None)
        if best is None:
            return None
        subject = self.there.subject_of(Cell(self.there.county.pk, competence=competence))
        return Suggestion(competence, subject, best, self.there.name(best), answers[best])

    def _about(self, competence: str) -> list[Gap]:
        return self._by_competence.get(competence, [])

    @cached_property
    def _by_competence(self) -> dict[str, list[Gap]]:
        found = defaultdict[str, list[Gap]](list)
        for gap in self.gaps:
            found[gap.competence_id or ""].append(gap)
        return dict(found)

    def _unmet(self, competence: str) -> list[Gap]:
        return [gap for gap in self._about(competence) if not gap.is_met]

    def _comes(self, gap: Gap, place: str) -> bool:
        km = self.there.distance(cell_of(gap), place)
        return gap.takes_on_site and km is not None and km <= gap.reach_km

    def _moved(self, gaps: Iterable[Gap], is_so: Callable[[Gap], bool], place: str = "") -> list[Moved]:
        moved = [self._as_moved(gap, place) for gap in gaps if is_so(gap)]
        return sorted(moved, key=lambda one: (-one.gap.people, one.place, one.subject))

    def _as_moved(self, gap: Gap, place: str) -> Moved:
        cell = cell_of(gap)
        km = self.there.distance(cell, place) if place else None
        return Moved(gap, self.there.place_of(cell), self.there.subject_of(cell), None if km is None else round(km))


def _travel(answer: Answer) -> int:
    """Kilometres of all people together."""
    return sum((one.km or 0) * one.gap.people for one in answer.gained)
