"""Noting how a course went, for all its firms at once, and what follows from it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brokering.models import CompetenceNeed, CourseRun
from brokering.models.needs import COVER, REOPEN, UNPOOL, NeedState
from partners.models import User
from pooling.forms.enrolments import OutcomeForm
from pooling.models import Enrolment, Outcome, PoolMember, Reservation
from pooling.models.pools import COMPLETE


def why_not_note(run: CourseRun, on: date) -> str:
    """Why nobody can say yet, or any more, how the course went; empty when they can."""
    if run.cancelled_at:
        return _("The course was called off.")
    if run.start and run.start > on:
        return _("The course has not begun.")
    return ""


def outcomes_of(run: CourseRun, *, make: bool = False) -> list[Outcome]:
    """Of each firm's seats. Those that are new since the worker looked are made when something is noted of them."""
    held = Reservation.objects.held().filter(run=run)
    made = Outcome.objects.filter(reservation__in=held).for_listing().prefetch_related("enrolments")
    new = held.filter(outcome=None).select_related("firm", "need", "run__pool").order_by("pk")
    found = [*made, *(Outcome.objects.of_seats(one) if make else Outcome.new_for(one) for one in new)]
    return sorted(found, key=lambda outcome: (outcome.firm.name.lower(), outcome.reservation_id or 0))


@transaction.atomic
def note(run: CourseRun, said: Iterable[OutcomeForm], ended_on: date, by: User) -> None:
    """ValidationError, and nothing noted, when one of them cannot be.

    A need of which somebody completed is covered, one of which nobody did is open again; a pool of which everything is
    noted is completed.
    """
    for form in said:
        outcome, answers = form.outcome, form.cleaned_data
        is_new = outcome.note(answers["started"], answers["completed"], ended_on, by)
        for person in form.people:
            Enrolment.objects.filter(pk=person.pk).update(completed=answers[f"person-{person.pk}"])
        if is_new and outcome.need:
            _follow(outcome.need, run, answers["completed"], by)
    pool = getattr(run, "pool", None)
    if pool and COMPLETE.possible_from(pool.state):
        pool.carry_out(COMPLETE, by)


def _follow(need: CompetenceNeed, run: CourseRun, completed: int, by: User) -> None:
    """A need that is gathered for another course meanwhile stays where it is, unless it is covered by this one."""
    if completed and COVER.possible_from(need.state):
        need.carry_out(COVER, by)
    elif not completed:
        left = PoolMember.objects.present().filter(need=need, pool__run=run).update(left_at=timezone.now())
        if need.state == NeedState.COVERED:
            need.carry_out(REOPEN, by)
        elif left and need.state == NeedState.POOLED:
            need.carry_out(UNPOOL, by)
