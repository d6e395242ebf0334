"""Keeps the proposals as the needs are: all of them anew, or what a changed need hangs together with.

Both ways lead to the same proposals. A group never takes from outside its component (the needs that pairs link to one
another), so a change concerns the component a need stood in, and those it now has a pair in; nothing else is read.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from pooling.models.proposals import PairVerdict, PoolIndex, PoolProposal
from pooling.proposing.asking import Asking, candidates
from pooling.proposing.bars import Places
from pooling.proposing.grouping import Edge, Judged, components, edges, groups
from pooling.proposing.storing import replace, unrefused

MOST_AT_ONCE = 50
"""When more needs than this have changed, all proposals are made anew."""
LOCK = 0x706F6F6C
"""One at a time makes proposals, or decides on them."""


def keep(on: date | None = None) -> int:
    """Take up what has changed since last time; says how many needs that were. One query when nothing has."""
    needs = changed()
    if len(needs) > MOST_AT_ONCE:
        propose_all(on)
    elif needs:
        follow(needs, on)
    return len(needs)


def changed() -> list[int]:
    """Needs that came, went, or are not as they were when they were last looked at."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"open": NeedState.OPEN})
        return [need for (need,) in cursor.fetchall()]


@transaction.atomic
def propose_all(on: date | None = None) -> None:
    """Within ten seconds for 10 000 needs (benchmarks/pools.py)."""
    alone()
    asking = candidates()
    found = _around(asking)
    linked = edges(asking, found, on or timezone.localdate(), judged([one.need for one in asking]))
    _index(asking, linked, PoolIndex.objects.all())
    replace(PoolProposal.objects.open(), unrefused(groups(asking, linked, found)), found)


@transaction.atomic
def follow(needs: Iterable[int], on: date | None = None) -> None:
    """What these needs have to do with, as it was and as it is now."""
    alone()
    on = on or timezone.localdate()
    changed = set(needs)
    touched = set(PoolIndex.objects.filter(pk__in=changed).values_list("component", flat=True))
    touched |= _near(candidates(changed), on)
    concerned = changed | set(PoolIndex.objects.filter(component__in=touched).values_list("pk", flat=True))
    asking = candidates(concerned)
    found = _around(asking)
    linked = edges(asking, found, on, judged([one.need for one in asking]))
    _index(asking, linked, PoolIndex.objects.filter(pk__in=concerned))
    replace(PoolProposal.objects.open().having(concerned), unrefused(groups(asking, linked, found)), found)


def judged(needs: Collection[int]) -> Judged:
    """What brokers have said of these."""
    said = list(PairVerdict.objects.among(needs).values_list("first", "second", "together"))
    together = frozenset((first, second) for first, second, is_so in said if is_so)
    return Judged(together, frozenset((first, second) for first, second, is_so in said if not is_so))


def alone() -> None:
    """Wait until nobody else makes proposals or decides on them, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _near(came: Sequence[Asking], on: date) -> set[int]:
    """The components in which needs that have come, or changed, have a pair."""
    if not came:
        return set()
    here, said = {one.need for one in came}, judged([one.need for one in came])
    friends = {need for pair in said.together for need in pair}
    slugs, brokers = sorted({slug for one in came for slug in one.subjects}), {one.broker for one in came}
    alike = Q(subjects__overlap=slugs, need__handled_by__in=brokers)
    known = dict(PoolIndex.objects.filter(alike | Q(pk__in=friends)).values_list("pk", "component"))
    asking = [*came, *candidates(known.keys() - here)]
    linked = edges(asking, _around(asking), on, said, rows=range(len(came)))
    return {known[asking[edge.other].need] for edge in linked if asking[edge.other].need not in here}


def _around(asking: Iterable[Asking]) -> Places:
    return Places.around({one.home for one in asking if one.home})


def _index(asking: Sequence[Asking], linked: Sequence[Edge], before: QuerySet[PoolIndex]) -> None:
    """Remember where these stand now, in the place of what was remembered before."""
    least = components(len(asking), linked)
    rows = CompetenceNeed.objects.filter(pk__in=[one.need for one in asking])
    now = {need: (matched, changed) for need, matched, changed in rows.values_list("pk", "matched_at", "updated_at")}
    had = {need: facts for need, *facts in before.values_list("pk", *REMEMBERED)}
    are = {one.need: [asking[least[row]].need, sorted(one.subjects), *now[one.need]] for row, one in enumerate(asking)}
    PoolIndex.objects.filter(pk__in=had.keys() - are.keys()).delete()
    news = [
        PoolIndex(need_id=need, **dict(zip(REMEMBERED, facts, strict=True)))
        for need, facts in are.items()
        if had.get(need) != facts
    ]
    PoolIndex.objects.bulk_create(
        news, batch_size=1000, update_conflicts=True, unique_fields=["need"], update_fields=REMEMBERED
    )


REMEMBERED = ("component", "subjects", "matched_at", "changed_at")

CHANGED = """
    SELECT coalesce(n.id, i.need_id) FROM (
        SELECT n.id, n.matched_at, n.updated_at FROM brokering_competenceneed n
        JOIN brokering_needindex x ON x.need_id = n.id
        WHERE n.state = %(open)s AND n.handled_by_id IS NOT NULL
    ) n FULL JOIN pooling_poolindex i ON i.need_id = n.id
    WHERE n.id IS NULL OR i.need_id IS NULL
       OR i.matched_at IS DISTINCT FROM n.matched_at OR i.changed_at <> n.updated_at
    ORDER BY 1
"""
