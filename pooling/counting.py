"""What projects count of needs and seats: each figure once, for reports (config/knowledge/figures.py) and for effect.

Figures are by project. They follow from what is stored, so that a later correction changes the figure of the period in
which the thing happened.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from brokering.models import CompetenceNeed, Match, Proposal, ProposalEvent
from brokering.models.matches import AGREE, COMPLETE, Band
from brokering.models.needs import SUBMIT, NeedState
from pooling.models import Outcome, Reservation

EVER = (date(1, 1, 2), date(9999, 12, 30))
Days = tuple[date, date]
"""The first and the last day, both included."""


def mapped(days: Days) -> QuerySet[CompetenceNeed, Any]:
    """Needs submitted in the period, but those withdrawn; with whether something `fits`. A need is submitted once."""
    matches = Match.objects.filter(need=OuterRef("pk")).not_refused().exclude(band=Band.NEAR)
    proposed = Proposal.objects.filter(need=OuterRef("pk"))
    kept = Reservation.objects.held().filter(need=OuterRef("pk"))
    submitted = Q(events__act=SUBMIT.name, events__at__date__range=days)
    needs = CompetenceNeed.objects.filter(submitted).exclude(state=NeedState.WITHDRAWN)
    return needs.annotate(fits=Exists(matches) | Exists(proposed) | Exists(kept))


def seats_kept(projects: Collection[int], days: Days) -> Counter[int]:
    """Project → people of needs for whom places on a course were agreed, or seats kept, in the period."""
    held = Reservation.objects.held().filter(outcome__project__in=projects, at__date__range=days).order_by()
    by_seats = held.values_list("outcome__project").annotate(n=Sum("seats"))
    return _proposed(AGREE.name, projects, days) + Counter(dict(by_seats))


def completed(projects: Collection[int], days: Days) -> Counter[int]:
    """Project → people who were noted, in the period, as having completed a course."""
    noted = Outcome.objects.standing().filter(proposal=None, project__in=projects, noted_at__date__range=days)
    by_seats = noted.order_by().values_list("project").annotate(n=Sum("completed"))
    return _proposed(COMPLETE.name, projects, days) + Counter(dict(by_seats))


def _proposed(act: str, projects: Collection[int], days: Days) -> Counter[int]:
    """Of proposals, but those for whose need seats are kept on the course: these are counted by their seats."""
    kept = Reservation.objects.held().filter(need=OuterRef("proposal__need"), run__offer=OuterRef("proposal__offer"))
    events = ProposalEvent.objects.filter(
        ~Exists(kept), act=act, at__date__range=days, proposal__need__project__in=projects
    )
    return Counter(
        dict(events.order_by().values_list("proposal__need__project").annotate(n=Sum("proposal__need__headcount")))
    )
