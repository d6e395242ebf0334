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


def places(projects: Collection[int], days: Days) -> tuple[Counter[int], Counter[int]]:
    """Project → people for whom places were agreed or seats kept in the period, and who were noted in it as having
    completed a course. Of a proposal all people of its need; of seats those of the firm. Two queries.
    """
    agreed, completed = Counter[int](), Counter[int]()
    for project, act, people in _proposed(projects, days):
        (agreed if act == AGREE.name else completed)[project] += people
    held = Outcome.objects.standing().filter(proposal=None, project__in=projects).order_by().values_list("project")
    kept = Sum("seats", filter=Q(reservation__at__date__range=days))
    done = Sum("completed", filter=Q(noted_at__date__range=days))
    for project, seats, people in held.annotate(kept=kept, done=done):
        agreed[project] += seats or 0
        completed[project] += people or 0
    return agreed, completed


def _proposed(projects: Collection[int], days: Days) -> Any:
    """Project, act and people, but of proposals for whose need seats are kept on the course: these are counted so."""
    kept = Reservation.objects.held().filter(need=OuterRef("proposal__need"), run__offer=OuterRef("proposal__offer"))
    acts = {"act__in": [AGREE.name, COMPLETE.name], "at__date__range": days, "proposal__need__project__in": projects}
    events = ProposalEvent.objects.filter(~Exists(kept), **acts).order_by()
    return events.values_list("proposal__need__project", "act").annotate(n=Sum("proposal__need__headcount"))
