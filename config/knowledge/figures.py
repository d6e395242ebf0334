"""What came of a project, in figures. Each is defined once: here in code, and in a sentence beside it.

They follow from what is stored (needs, visits, proposals and their events), so a later correction changes the figure
of the period in which the thing happened, not of the one in which it was corrected. What cannot be known yet is absent.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brokering.models import CourseOffer, CourseRun, Proposal, Visit
from brokering.models.choices import Mode
from brokering.models.matches import ProposalState
from partners.models import Municipality
from pooling import counting
from projects.knowledge import Figure
from projects.models import Indicator, Project

# Whose place was agreed, whatever came of it afterwards.
WITH_A_PLACE = [ProposalState.AGREED, ProposalState.COMPLETED, ProposalState.ABSENT]
DEFINITIONS: dict[str, str | Promise] = {
    Indicator.FIRMS: _("Firms that were visited in the period, or one of whose needs was mapped in it. Each once."),
    Indicator.NEEDS: _("Needs of the project that were submitted in the period, but those that were withdrawn."),
    Indicator.MATCHES: _(
        "Of the needs mapped in the period, those for which a course fits well or may fit that nobody has said no to, "
        "and those for which a course was proposed or seats on one are kept."
    ),
    Indicator.AGREED: _(
        "The people of each need, for every course on which places were agreed in the period, and the seats that were "
        "kept in it."
    ),
    Indicator.COURSES: _(
        "Course runs on which the project’s firms have agreed places and that started in the period. "
        "Those that were called off, and courses without a date, are left out."
    ),
    Indicator.PEOPLE: _(
        "The people of each need, for every course that was noted as completed in the period; of seats kept on a "
        "course, those who completed it."
    ),
    Indicator.NEW_OFFERS: _(
        "Courses on which the project’s firms have agreed places, and whose first run in the project’s municipalities, "
        "as far as it is known here, started in the period. Online courses are held nowhere."
    ),
}


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def until_today(self) -> tuple[date, date]:
        """What has not started yet has not started."""
        return self.first, min(self.last, timezone.localdate())


def figures(project: Project, first: date, last: date) -> list[Figure]:
    """All that is known, in the order of Indicator. Six queries, whatever there is to count."""
    period = Period(first, last)
    days = (period.first, period.last)
    mapped = counting.mapped(days).filter(project=project)
    needs: list[Any] = list(mapped.values_list("employer", "fits"))  # type: ignore[misc]  # annotated
    firms = {firm for firm, _fits in needs} | set(_visited(project, period))
    agreed, completed = counting.places([project.pk], days)
    values: dict[str, int] = {
        Indicator.FIRMS: len(firms),
        Indicator.NEEDS: len(needs),
        Indicator.MATCHES: sum(fits for _firm, fits in needs),
        Indicator.AGREED: agreed[project.pk],
        Indicator.COURSES: _started(project, period).count(),
        Indicator.PEOPLE: completed[project.pk],
        Indicator.NEW_OFFERS: _new_here(project, period).count(),
    }
    return [Figure(key.value, str(key.label), values[key], str(DEFINITIONS[key])) for key in Indicator if key in values]


def _visited(project: Project, period: Period) -> QuerySet[Visit, Any]:
    visits = Visit.objects.filter(project=project, on__range=(period.first, period.last))
    return visits.values_list("firm", flat=True)


def _started(project: Project, period: Period) -> QuerySet[CourseRun]:
    agreed = Proposal.objects.filter(need__project=project, state__in=WITH_A_PLACE, run=OuterRef("pk"))
    return CourseRun.objects.filter(Exists(agreed), start__range=period.until_today, cancelled_at=None)


def _new_here(project: Project, period: Period) -> QuerySet[CourseOffer]:
    agreed = Proposal.objects.filter(need__project=project, state__in=WITH_A_PLACE, offer=OuterRef("pk"))
    here = Municipality.objects.filter(Q(projects=project) | Q(regions__projects=project)).values("pk")
    held = Q(runs__municipality__in=here, runs__cancelled_at=None) & ~Q(runs__mode=Mode.ONLINE)
    offers = CourseOffer.objects.filter(Exists(agreed)).annotate(first_here=Min("runs__start", filter=held))
    return offers.filter(first_here__range=period.until_today)
