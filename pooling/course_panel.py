"""What came of a pool, as far as one person may see it: the request, the course run, its seats and how it went."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brokering.models import CourseRun
from partners.models import User
from pooling.asking.permissions import may_ask_for_pool
from pooling.models import CourseRequest, Outcome, Pool, PoolMember, RequestState, Reservation
from pooling.models.outcomes import reachable_for
from pooling.outcomes import why_not_note
from pooling.permissions import answers_for, brokers
from projects.models import Project


def run_facts(run: CourseRun) -> list[tuple[str, object]]:
    """What is agreed of a course, as pairs to show; what is not known is left out."""
    known = [
        (_("When"), run.dates),
        (_("Where"), run.where),
        (_("How"), run.how),
        (_("Provider"), run.offer.provider.name),
        (_("Price a person"), run.price_label),
    ]
    return [(term, fact) for term, fact in known if fact]


@dataclass(frozen=True)
class CoursePanel:
    pool: Pool
    user: User
    members: list[PoolMember]

    @cached_property
    def request(self) -> CourseRequest | None:
        """The newest that was not called off; providers' bids are its brokers' alone."""
        seen = CourseRequest.objects.visible_to(self.user).exclude(state=RequestState.CANCELLED)
        return seen.filter(pool=self.pool).first()

    @property
    def may_ask(self) -> bool:
        return not may_ask_for_pool(self.user, self.pool)

    @cached_property
    def run(self) -> CourseRun | None:
        """Not for firms that said no, or have not answered."""
        own = [one for one in self.members if self.user.holds(one.need.employer_id)]
        is_out = own and not any(one.is_counted for one in own) and not brokers(self.user, self.pool)
        runs = CourseRun.objects.with_state().select_related("offer__provider", "municipality", "course_request")
        return runs.filter(pk=self.pool.run_id).first() if self.pool.run_id and not is_out else None

    @property
    def facts(self) -> list[tuple[str, object]]:
        run = self.run
        if not run:
            return []
        known = [(_("Seats"), run.seats_label), (_("How it went"), self._outcome)]
        return run_facts(run) + [(term, fact) for term, fact in known if fact]

    @property
    def _outcome(self) -> str:
        """In people; empty until it is noted, and for those who do not see the seats of the firms."""
        if not self.sees_seats:
            return ""
        noted = Outcome.objects.standing().noted().filter(reservation__run=self.run)
        said = noted.aggregate(started=Sum("started"), completed=Sum("completed"))
        return "" if said["started"] is None else _("%(started)d started, %(completed)d completed") % said

    @cached_property
    def sees_seats(self) -> bool:
        return self.run is not None and CourseRun.objects.filter(reachable_for(self.user), pk=self.run.pk).exists()

    @property
    def links(self) -> list[tuple[str, str]]:
        """Words and address of each page about the course that the person may open."""
        run, links = self.run, list[tuple[str, str]]()
        if run and run.offer.is_public:
            links.append((_("See the course"), run.offer.get_absolute_url()))
        if run and self._keeps_seats:
            links.append((_("See the seats"), reverse("run-seats", args=[run.pk])))
        if run and self.sees_seats:
            can_note = brokers(self.user, self.pool) and not why_not_note(run, timezone.localdate())
            words = _("Note how it went") if can_note else _("Seats by firm")
            links.append((words, reverse("run-outcome", args=[run.pk])))
        if run and self._is_in_project:
            links.append((_("The effect of the project"), reverse("project-effect", args=[self.pool.project_id])))
        return links

    @property
    def _keeps_seats(self) -> bool:
        """As views/seats.py finds a run: its broker, and firms that have seats on it."""
        if not hasattr(self.run, "course_request"):
            return False
        own = [one.need.employer_id for one in self.members if answers_for(self.user, one)]
        return self.request is not None or bool(own and Reservation.objects.filter(run=self.run, firm__in=own).exists())

    @property
    def _is_in_project(self) -> bool:
        project = self.pool.project_id
        return project is not None and Project.objects.of(self.user).filter(pk=project).exists()
