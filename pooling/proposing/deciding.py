"""What a broker does with a proposal: makes a pool of it, rejects it, takes it apart, or puts two together.

Each is remembered, and the proposals follow at once.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from brokering.models import CompetenceNeed
from partners.acts import Act
from partners.models import User
from pooling.models import Pool, PoolMember
from pooling.models.pools import START
from pooling.models.proposals import ACCEPT, MERGE, REJECT, SPLIT, PairVerdict, PoolProposal, ProposedState, Reason
from pooling.proposing.asking import candidates
from pooling.proposing.bars import Places, can_meet
from pooling.proposing.grouping import MOST_SEATS
from pooling.proposing.keeping import alone, follow
from pooling.proposing.places import best, common_modes


@transaction.atomic
def accept(proposal: PoolProposal, needs: Collection[CompetenceNeed], by: User, **facts: Any) -> Pool:
    """A pool that gathers the firms of these needs. ValidationError, and no pool, when one of them is open no more."""
    alone()
    pool = Pool.objects.create(
        handled_by=proposal.handled_by,
        project=_project(needs),
        level=proposal.level,
        language=proposal.language,
        modes=proposal.modes,
        earliest_start=proposal.earliest_start,
        latest_start=proposal.latest_start,
        created_by=by,
        is_demo=all(need.is_demo for need in needs),
        **facts,
    )
    pool.events.create(act=START.name, to_state=START.target, by=by)
    if proposal.competence:
        pool.competences.add(proposal.competence)
    for need in needs:
        PoolMember.objects.join(pool, need, by)
    proposal.carry_out(ACCEPT, by, pool=pool)
    follow(_needs(proposal))
    return pool


def _project(needs: Collection[CompetenceNeed]) -> Any:
    """The one all of them were found in, if there is one."""
    projects = {need.project for need in needs}
    return projects.pop() if len(projects) == 1 else None


@transaction.atomic
def reject(proposal: PoolProposal, reason: str, by: User, comment: str = "") -> None:
    """These needs, or fewer of them, are not proposed together again."""
    alone()
    why = ": ".join(filter(None, [str(Reason(reason).label), comment]))
    proposal.carry_out(REJECT, by, why, reason=reason)
    follow(_needs(proposal))


@transaction.atomic
def split(proposal: PoolProposal, others: Collection[int], by: User, why: str = "") -> None:
    """These are another course than the rest: none of them is proposed with one of the rest again."""
    alone()
    _must_be_open(proposal)
    needs = _needs(proposal)
    rest = [need for need in needs if need not in others]
    if not rest or len(rest) == len(needs):
        raise ValidationError(_("Choose some of the needs, not all of them."))
    PairVerdict.objects.say(set(needs) & set(others), rest, by, together=False, why=why)
    _follow(needs, [proposal], SPLIT, by, why)


@transaction.atomic
def merge(proposal: PoolProposal, other: PoolProposal, by: User, why: str = "") -> None:
    """One course for both: their needs are held together whatever their words say. Never out of reach.

    Nothing is said of two needs that stood together already: were they taken apart from the others again, they would
    be judged as before.
    """
    alone()
    _must_be_open(proposal)
    _must_be_open(other)
    here, there = _needs(proposal), _needs(other)
    if reason := why_not_together([*here, *there]):
        raise ValidationError(reason)
    PairVerdict.objects.say(here, there, by, together=True, why=why)
    _follow([*here, *there], [proposal, other], MERGE, by, why)


def _follow(needs: Collection[int], before: Collection[PoolProposal], act: Act, by: User, why: str) -> None:
    """Every proposal that has to do with it, before or after, remembers who did what, and why."""
    for one in before:
        one.carry_out(act, by, why)
    follow(needs)
    for one in PoolProposal.objects.open().having(needs).exclude(pk__in=[one.pk for one in before]):
        one.carry_out(act, by, why)


def why_not_together(needs: Collection[int]) -> str:
    """What keeps these out of one course, whatever it is about: "" or a sentence."""
    asking = candidates(needs)
    places = Places.around({one.home for one in asking if one.home})
    if sum(one.seats for one in asking) > MOST_SEATS:
        return _("Together they are more than %(n)d people: that is two courses.") % {"n": MOST_SEATS}
    if len({one.level for one in asking if one.level}) > 1:
        return _("They ask for different levels.")
    begins = max((one.earliest for one in asking if one.earliest), default=None)
    ends = min((one.latest for one in asking if one.latest), default=None)
    if begins and ends and begins > ends:
        return _("There is no time at which all of them could begin.")
    if not can_meet(common_modes(asking), len(best(asking, places))):
        return _("There is no place within everyone’s reach, and not all of them take courses online.")
    return ""


def _must_be_open(proposal: PoolProposal) -> None:
    if PoolProposal.objects.only("state").get(pk=proposal.pk).state != ProposedState.OPEN:
        raise ValidationError(_("Somebody has decided on this proposal already, or it has lapsed."))


def _needs(proposal: PoolProposal) -> list[int]:
    return list(proposal.parts.values_list("need", flat=True))
