"""The pipeline: the firms one brokers for, by how far each of their needs has come, with what to do next.

A firm stands in every stage in which it has a need, so that the counts of a stage are exact; one without needs stands
in the first. A fixed number of queries, whatever the number of firms.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed, Match, Proposal, Visit
from brokering.models.matches import AGREE, ProposalState
from brokering.models.needs import OPEN, CompetenceNeedQuerySet, NeedState
from partners.models import Organisation, User
from partners.models.organisations import Role
from partners.waiting import NextAct


class Stage(models.TextChoices):
    NONE = "none", _("No need yet")
    SEARCHING = "searching", _("No course that fits")
    FOUND = "found", _("Course found, not proposed")
    PROPOSED = "proposed", _("Proposed, the firm is to answer")
    INTERESTED = "interested", _("Interested, to be agreed")
    AGREED = "agreed", _("Agreed")
    DONE = "done", _("Completed")
    NOT_COVERED = "not_covered", _("Not covered")


ENDED = {Stage.DONE, Stage.NOT_COVERED}
STAGE_COLORS: dict[str, str] = {
    Stage.SEARCHING: "warning",
    Stage.FOUND: "info",
    Stage.PROPOSED: "neutral",
    Stage.INTERESTED: "success",
    Stage.AGREED: "success",
}


def staged(needs: CompetenceNeedQuerySet) -> CompetenceNeedQuerySet:
    """Annotates `stage`, the furthest that a need has come, and `interested`, the proposal that waits to be agreed.

    Needs that were withdrawn are in no stage.
    """
    proposals = Proposal.objects.filter(need=OuterRef("pk"))
    proposed = Proposal.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"))
    fitting = Match.objects.filter(~Exists(proposed), need=OuterRef("pk")).not_refused().exclude(band="near")
    gone = Q(state__in=[NeedState.UNCOVERED, NeedState.EXPIRED])
    stage = Case(
        When(gone, then=Value(Stage.NOT_COVERED)),
        When(state=NeedState.COVERED, then=Value(Stage.DONE)),
        When(Exists(proposals.filter(state=ProposalState.COMPLETED)), then=Value(Stage.DONE)),
        When(Exists(proposals.filter(state=ProposalState.AGREED)), then=Value(Stage.AGREED)),
        When(Exists(proposals.filter(state=ProposalState.INTERESTED)), then=Value(Stage.INTERESTED)),
        When(Exists(proposals.filter(state__in=WITH_THE_FIRM)), then=Value(Stage.PROPOSED)),
        When(Exists(fitting), then=Value(Stage.FOUND)),
        default=Value(Stage.SEARCHING),
        output_field=models.CharField(),
    )
    interested = proposals.filter(state=ProposalState.INTERESTED).values("pk")[:1]
    return needs.exclude(state=NeedState.WITHDRAWN).annotate(stage=stage, interested=Subquery(interested))


WITH_THE_FIRM = [ProposalState.PROPOSED, ProposalState.SENT, ProposalState.SEEN]


class Column(NamedTuple):
    """One stage in numbers."""

    stage: Stage
    firms: int
    needs: int
    people: int

    @property
    def color(self) -> str:
        return STAGE_COLORS.get(self.stage, "neutral")


@dataclass
class Row:
    """A firm in a stage, with its needs there, the oldest first."""

    stage: Stage
    firm: Organisation
    needs: list[CompetenceNeed] = field(default_factory=list)
    last_visit: date | None = None
    next_follow_up: date | None = None

    @property
    def people(self) -> int:
        return sum(need.headcount for need in self.needs)

    @property
    def since(self) -> datetime | None:
        """When the need that has waited longest was written down; nothing waits that has ended."""
        return self.needs[0].created_at if self.needs and self.stage not in ENDED else None

    @property
    def act(self) -> NextAct:
        """What moves the firm on from here."""
        if not self.needs:
            url = f"{reverse('visit-create')}?{urlencode({'firm': self.firm.pk})}"
            return NextAct(__("Log a visit"), url, is_post=False)
        need: Any = self.needs[0]
        if self.stage == Stage.INTERESTED:
            return NextAct(AGREE.label, reverse("proposal-act", args=[need.interested, AGREE.name]))
        if self.stage in {Stage.SEARCHING, Stage.FOUND} and OPEN.possible_from(need.state):
            return NextAct(OPEN.label, reverse("need-act", args=[need.pk, OPEN.name]))
        label, url_name = LINKS[self.stage]
        return NextAct(label, reverse(url_name, args=[need.pk]), is_post=False)


LINKS: dict[str, tuple[Any, str]] = {
    Stage.SEARCHING: (_("See what nearly fits"), "need-matches"),
    Stage.FOUND: (_("Propose a course"), "need-matches"),
    Stage.PROPOSED: (_("Ask the firm"), "need"),
    Stage.AGREED: (_("Note how it went"), "need"),
    Stage.DONE: (_("See the need"), "need"),
    Stage.NOT_COVERED: (_("See the need"), "need"),
}


@dataclass(frozen=True)
class Choice:
    """What of the pipeline is asked for; None and "" mean all of it."""

    project: int | None = None
    place: str = ""


def needs_of(user: User, choice: Choice) -> CompetenceNeedQuerySet:
    needs = CompetenceNeed.objects.handled_for(user)
    if choice.project:
        needs = needs.filter(project=choice.project)
    return needs.filter(employer__municipality=choice.place) if choice.place else needs


def firms_of(user: User, choice: Choice) -> models.QuerySet[Organisation]:
    """Employers in the places one serves, those whose needs one handles, and those that were visited."""
    needs, visits = CompetenceNeed.objects.handled_for(user), Visit.objects.visible_to(user)
    if choice.project:
        needs, visits = needs.filter(project=choice.project), visits.filter(project=choice.project)
    known = Q(pk__in=needs.values("employer")) | Q(pk__in=visits.values("firm"))
    firms = Organisation.objects.brokered_by(user)
    firms = firms.filter(known if choice.project else known | Q(roles__contains=[Role.EMPLOYER]))
    return firms.filter(municipality=choice.place) if choice.place else firms


def rows(user: User, choice: Choice) -> list[Row]:
    """Three queries: firms, needs, visits. By stage, and in it the firm that has waited longest first."""
    found = {firm.pk: firm for firm in firms_of(user, choice).select_related("municipality")}
    visits = _visits(user)
    placed: dict[tuple[str, int], Row] = {}
    for need in staged(needs_of(user, choice)).order_by("created_at", "pk"):
        if firm := found.get(need.employer_id):
            stage = Stage(need.stage)  # type: ignore[attr-defined]  # annotated
            placed.setdefault((stage, firm.pk), Row(stage, firm)).needs.append(need)
    with_needs = {firm for _stage, firm in placed}
    empty = [Row(Stage.NONE, firm) for pk, firm in found.items() if pk not in with_needs]
    every = [*placed.values(), *empty]
    for row in every:
        row.last_visit, follow_up = visits.get(row.firm.pk, (None, None))
        row.next_follow_up = _next([follow_up, *(need.next_follow_up for need in row.needs)])
    return sorted(every, key=_order)


def _visits(user: User) -> dict[int, tuple[date, date | None]]:
    """Firm → its last visit, and the follow-up agreed then."""
    latest = Visit.objects.visible_to(user).order_by("firm", "-on", "-pk").distinct("firm")
    return {firm: (on, follow_up) for firm, on, follow_up in latest.values_list("firm", "on", "next_follow_up")}


def _next(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _order(row: Row) -> tuple[int, bool, float, str]:
    since = row.since.timestamp() if row.since else 0.0
    return list(Stage).index(row.stage), row.since is None, since, row.firm.name.lower()


def columns(rows: Iterable[Row]) -> list[Column]:
    """Every stage in numbers."""
    by_stage = defaultdict[str, list[Row]](list)
    for row in rows:
        by_stage[row.stage].append(row)
    return [
        Column(stage, len(there), sum(len(row.needs) for row in there), sum(row.people for row in there))
        for stage in Stage
        for there in [by_stage[stage]]
    ]


def summary(user: User) -> list[Column]:
    """The stages that somebody still works on, in numbers. One query."""
    counted: Any = staged(needs_of(user, Choice())).order_by().values("stage")  # type: ignore[misc]  # annotated
    counts = counted.annotate(firms=Count("employer", distinct=True), n=Count("pk"), people=Sum("headcount"))
    found = {row["stage"]: row for row in counts}
    none = {"firms": 0, "n": 0, "people": 0}
    return [
        Column(stage, row["firms"], row["n"], row["people"])
        for stage in Stage
        if stage not in {*ENDED, Stage.NONE}
        for row in [found.get(stage, none)]
    ]
