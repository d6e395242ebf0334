"""From groups to proposals: the same one as long as it keeps some of its needs, and none that a broker has refused."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from brokering.names import competence_names
from pooling.models.proposals import PROPOSE, PoolProposal, PoolProposalEvent, PoolProposalQuerySet, ProposedNeed
from pooling.proposing import bars, places
from pooling.proposing.asking import Asking
from pooling.proposing.bars import Places
from pooling.proposing.grouping import Group

Facts = dict[str, object]


def unrefused(found: Sequence[Group]) -> list[Group]:
    """Without those of which a broker has rejected all needs together: with a new firm it is another proposal."""
    rejected = _rejected({need for group in found for need in group.needs})
    return [group for group in found if not any(group.needs <= members for members in rejected)]


def _rejected(needs: Iterable[int]) -> list[set[int]]:
    """The needs of each rejected proposal that has one of these."""
    of = defaultdict[int, set[int]](set)
    concerned = PoolProposal.objects.rejected().having(needs)
    for proposal, need in ProposedNeed.objects.filter(proposal__in=concerned).values_list("proposal", "need"):
        of[proposal].add(need)
    return list(of.values())


def replace(before: PoolProposalQuerySet, wanted: Sequence[Group], found: Places) -> None:
    """Write these groups in the place of what was proposed; what has nothing left of its needs lapses."""
    had = {one.pk: one for one in before.select_for_update(no_key=True)}
    parts = _parts(had)
    shares = [
        (-shared, pk, place)
        for place, group in enumerate(wanted)
        for pk, shared in Counter(parts[need][0] for need in group.needs if need in parts).items()
    ]
    stays: dict[int, PoolProposal] = {}
    for _shared, pk, place in sorted(shares):
        if pk in had and place not in stays:
            stays[place] = had.pop(pk)
    PoolProposal.objects.filter(pk__in=had).lapse()
    pairs = [(stays.get(place) or PoolProposal(), group) for place, group in enumerate(wanted)]
    members = defaultdict[int, set[Part]](set)
    for need, (proposal, seats) in parts.items():
        members[proposal].add((need, seats))
    _write([(one, group) for one, group in pairs if _is_news(one, group, members, _facts(group, found))])


Part = tuple[int, int]
"""A need, and the seats its firm asks for."""


def _parts(proposals: Iterable[int]) -> dict[int, Part]:
    """Of each need in them: its proposal and its seats."""
    rows = ProposedNeed.objects.filter(proposal__in=list(proposals)).values_list("need", "proposal", "seats")
    return {need: (proposal, seats) for need, proposal, seats in rows}


def _is_news(proposal: PoolProposal, group: Group, members: Mapping[int, set[Part]], facts: Facts) -> bool:
    """Whether anything is other than it was; then the proposal has it."""
    is_so = proposal.pk and members[proposal.pk] == {(one.need, one.seats) for one in group.members}
    if is_so and all(getattr(proposal, name) == value for name, value in facts.items()):
        return False
    for name, value in facts.items():
        setattr(proposal, name, value)
    return True


def _write(pairs: Sequence[tuple[PoolProposal, Group]]) -> None:
    old, new = [one for one, _group in pairs if one.pk], [one for one, _group in pairs if not one.pk]
    PoolProposal.objects.bulk_create(
        old, batch_size=500, update_conflicts=True, unique_fields=["pk"], update_fields=[*FACTS, "updated_at"]
    )
    PoolProposal.objects.bulk_create(new, batch_size=500)
    begun = [PoolProposalEvent(proposal=one, act=PROPOSE.name, to_state=PROPOSE.target) for one in new]
    PoolProposalEvent.objects.bulk_create(begun, batch_size=500)
    ProposedNeed.objects.filter(proposal__in=old).delete()
    members = [
        ProposedNeed(proposal=to, need_id=one.need, seats=one.seats) for to, group in pairs for one in group.members
    ]
    ProposedNeed.objects.bulk_create(members, batch_size=1000)


FACTS = (
    *("handled_by_id", "competence_id", "level", "language", "modes", "municipality_id", "places"),
    *("earliest_start", "latest_start", "sure"),
)


def _facts(group: Group, found: Places) -> Facts:
    members = group.members
    where, common = places.best(members, found), places.common_modes(members)
    values = (
        members[0].broker,
        subject(members),
        next((one.level for one in members if one.level), ""),
        next((one.language for one in members if one.language), ""),
        [mode for place, mode in enumerate(bars.MODES) if common & 1 << place],
        where[0].number if where else None,
        [list(place) for place in where],
        max((one.earliest for one in members if one.earliest), default=None),
        min((one.latest for one in members if one.latest), default=None),
        group.sure,
    )
    return dict(zip(FACTS, values, strict=True))


def subject(members: Iterable[Asking]) -> str | None:
    """The competence they are likeliest about together; None when the tree has it no more."""
    likely = defaultdict[str, float](float)
    for one in members:
        for slug, strength in one.subjects.items():
            likely[slug] += strength
    known = likely.keys() & competence_names().keys()
    return max(known, key=lambda slug: (likely[slug], slug), default=None)
