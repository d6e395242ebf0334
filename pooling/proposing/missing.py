"""What would complete a proposal: needs about the same that one thing keeps out of it, and what that thing is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from pooling.models.proposals import PoolProposal
from pooling.proposing import bars, places
from pooling.proposing.alike import Subjects
from pooling.proposing.asking import Asking, read
from pooling.proposing.bars import Facts, Places

IN_QUESTION = (NeedState.OPEN, NeedState.SUBMITTED, NeedState.CLARIFYING)
MOST = 500
"""So many needs of the same subject are looked at, the newest first."""


@dataclass(frozen=True)
class Lacking:
    """Needs that one thing keeps out: not yet opened, reach, mode, time, level, language; or nothing (`free`)."""

    bar: str
    place: str
    """The number of the municipality they are in; empty when it is not known."""
    firms: int
    people: int
    km: int = 0
    """How far they would have to travel at most, when it is reach."""


def lacking(proposal: PoolProposal, on: date) -> list[Lacking]:
    """What brings most people first. Four queries, whatever the number of needs."""
    members, others, unopened = _needs(proposal)
    if not members:
        return []
    everyone = [*members, *others]
    subjects, facts = Subjects(everyone), Facts(everyone, on)
    here, there = np.arange(len(members)), np.arange(len(members), len(everyone))
    alike: NDArray[np.bool_] = np.logical_and.reduce(
        subjects.likely(here, there, np.ones((len(here), len(there)), bool))
    )
    apart = facts.apart(here, there)
    found = Places.around({one.home for one in everyone if one.home})
    barred: dict[str, NDArray[np.bool_]] = {name: np.logical_or.reduce(keeps) for name, keeps in apart.items()}
    gathered = defaultdict[tuple[str, str], list[tuple[Asking, int]]](list)
    for place in np.flatnonzero(alike):
        names = [name for name, keeps in barred.items() if keeps[place]]
        if others[place].need in unopened:
            names.append("unopened")
        if one := _only(members, others[place], names, found, proposal):
            gathered[one[0], others[place].home].append((others[place], one[1]))
    told = [_told(*key, rows) for key, rows in gathered.items()]
    return sorted(told, key=lambda one: (-one.people, one.bar, one.place))


def _needs(proposal: PoolProposal) -> tuple[list[Asking], list[Asking], set[int]]:
    """Those in it; those of its broker that may be about the same and are in no pool; which of them are not open."""
    parts = CompetenceNeed.objects.filter(proposed_in__proposal=proposal).select_related("employer", "index")
    members = read(parts.order_by("pk"))
    slugs = {slug for one in members for slug in one.subjects}
    alike = CompetenceNeed.objects.filter(handled_by=proposal.handled_by_id, state__in=IN_QUESTION)
    alike = alike.filter(index__isnull=False).exclude(pk__in=[one.need for one in members])
    rows = list(alike.select_related("employer", "index").order_by("-pk")[:MOST])
    unopened = {need.pk for need in rows if need.state != NeedState.OPEN}
    return members, [one for one in read(rows) if slugs & one.subjects.keys()], unopened


def _only(
    members: Sequence[Asking], other: Asking, names: Sequence[str], found: Places, proposal: PoolProposal
) -> tuple[str, int] | None:
    """The one thing that keeps the need out, with how far it is where that is it; None when it is more than one."""
    if len(names) > 1:
        return None
    if names:
        return names[0], 0
    together = [*members, other]
    if bars.can_meet(places.common_modes(together), len(places.best(together, found, 1))):
        return "free", 0
    if not proposal.municipality_id:
        return None
    return "reach", round(found.between(other.home, proposal.municipality_id)) if other.home else 0


def _told(bar: str, place: str, rows: Iterable[tuple[Asking, int]]) -> Lacking:
    kept = list(rows)
    firms = {one.firm for one, _km in kept}
    return Lacking(bar, place, len(firms), sum(one.seats for one, _km in kept), max(km for _one, km in kept))
