"""What waits of promises: to confirm, to accept in time, to release, and conditions of which the system knows more."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import Commitment, CommitmentState, Condition, ConditionState, Tranche, TrancheState
from funding.models.commitments import CommitmentQuerySet
from funding.proposals import propose, ready
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from partners.waiting import MOST, Waiting
from projects.models import Project

_S = CommitmentState
AT_ONCE = 200
"""Conditions that are read together; whoever asks takes the first few that wait."""


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Of projects that somebody works on, and what is to be accepted by the person's own organisation."""
    yield from _to_accept(user)
    if not user.is_county_staff:
        return
    funders = Organisation.objects.with_role(user, *COUNTY_ROLES)
    paid = Commitment.objects.filter(funder__in=funders, project__in=Project.objects.active())
    yield from _to_confirm(paid)
    yield from _not_accepted(user, on)
    yield from _to_release(paid, user, on)
    yield from _to_assess(paid, on)


def _to_accept(user: User) -> Iterator[Waiting]:
    recipients = Organisation.objects.with_role(user, MemberRole.LEADER, MemberRole.DECIDER)
    sent = Commitment.objects.filter(state=_S.LETTER_SENT, recipient__in=recipients)
    for commitment in sent.select_related("funder").order_by("accept_by", "pk"):
        yield Waiting(
            title=commitment.title,
            url=commitment.get_absolute_url(),
            text=_("%(funder)s promises you this. Accept it, or it lapses.") % {"funder": commitment.funder},
            tag=_("To accept"),
            color="warning",
            urgency=commitment.accept_by,
        )


def _to_confirm(paid: CommitmentQuerySet) -> Iterator[Waiting]:
    for commitment in paid.filter(state=_S.REPORTED).select_related("project").order_by("pk")[:MOST]:
        yield Waiting(
            title=commitment.title,
            url=commitment.get_absolute_url(),
            text=_("%(project)s says that you have promised this. Confirm it, or say what is wrong.")
            % {"project": commitment.project},
            tag=_("To confirm"),
            color="info",
        )


def _not_accepted(user: User, on: date) -> Iterator[Waiting]:
    """What was not accepted in time, until the night: then it lapses, and the money is free again."""
    officers = Organisation.objects.with_role(user, MemberRole.CASE_OFFICER)
    late = Commitment.objects.filter(funder__in=officers, state=_S.LETTER_SENT, accept_by__lt=on)
    for commitment in late.select_related("project").order_by("accept_by", "pk")[:MOST]:
        told = _("%(project)s has not accepted it by %(day)s, so it lapses tonight.")
        yield Waiting(
            title=commitment.title,
            url=commitment.get_absolute_url(),
            text=told % {"project": commitment.project, "day": date_format(commitment.accept_by or on)},
            tag=_("Not accepted in time"),
            color="warning",
            urgency=commitment.accept_by,
        )


def _to_release(paid: CommitmentQuerySet, user: User, on: date) -> Iterator[Waiting]:
    """Money of this year or earlier that is promised, accepted, and hangs on nothing any more."""
    officers = Organisation.objects.with_role(user, MemberRole.CASE_OFFICER)
    accepted = paid.filter(funder__in=officers, state__in=[_S.ACCEPTED, _S.ACTIVE])
    of_it = Q(tranche=None) | Q(tranche=OuterRef("pk"))
    waits = Condition.objects.unsettled().filter(of_it, commitment=OuterRef("commitment"), is_precondition=True)
    due = Tranche.objects.filter(commitment__in=accepted, year__lte=on.year)
    firm = due.filter(state__in=[TrancheState.CONDITIONAL, TrancheState.FIRM]).exclude(Exists(waits))
    for tranche in firm.select_related("commitment__project").order_by("year", "pk")[:MOST]:
        yield Waiting(
            title=str(tranche),
            url=tranche.commitment.get_absolute_url(),
            text=str(tranche.commitment.project),
            tag=_("To release"),
            color="info",
        )


def _to_assess(paid: CommitmentQuerySet, on: date) -> Iterator[Waiting]:
    """What the system proposes anew, of any year; else open conditions on money of this year or earlier, or on all."""
    conditions = Condition.objects.filter(commitment__in=paid.current()).exclude(state=ConditionState.WAIVED)
    known = ready(conditions).select_related("commitment__project", "tranche").order_by("pk")
    for condition in known.iterator(chunk_size=AT_ONCE):
        proposal = propose(condition, on)
        year = condition.tranche.year if condition.tranche else None
        if proposal.act and proposal.is_new(condition):
            told = _("Proposed: %(what)s. %(because)s")
            text, tag = told % {"what": proposal.act.label, "because": proposal.because}, _("To be confirmed")
        elif condition.state == ConditionState.OPEN and (year is None or year <= on.year):
            text, tag = str(condition.commitment.project), _("To assess")
        else:
            continue
        yield Waiting(
            title=condition.text, url=condition.commitment.get_absolute_url(), text=text, tag=tag, color="warning"
        )
