"""What the worker does about seats and what came of them: tells, asks, reminds, sends, forgets. Again does no harm."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from logging import getLogger
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from pooling import jobs, reminders
from pooling.asking.letters import tell
from pooling.models import Enrolment, FollowUp, Notice, Outcome, PoolAlarm
from pooling.models.followups import LONGEST, Months
from pooling.models.outcomes import OutcomeQuerySet
from pooling.notices import send_due, write
from projects.models.guidance import after_months

logger = getLogger(__name__)


def hourly(at: datetime | None = None) -> None:
    """What is sent is written before. One firm's trouble is not another's: each in a transaction."""
    at = at or timezone.now()
    on = timezone.localdate(at)
    seats, proposals = Outcome.objects.to_gather()
    _each(seats, Outcome.objects.of_seats)
    _each(proposals, Outcome.objects.of_proposal)
    _each(untold(on).for_listing(), lambda outcome: tell(outcome, at))
    for months in Months:
        _each(unasked(months, on).for_listing(), partial(ask, months=months, at=at))
    _each(FollowUp.objects.to_remind(at).for_page(), lambda follow_up: remind(follow_up, at))
    _each(PoolAlarm.objects.standing().filter(told_at=None), lambda alarm: jobs.tell_of_alarm(alarm.pk))
    _each(reminders.due(at), reminders.write_to)
    _each([at], reminders.withdraw)
    send_due(at)
    forget(at)


def _each(things: Iterable[Any], do: Callable[[Any], object]) -> None:
    for thing in things:
        try:
            do(thing)
        except Exception:
            logger.exception("What was to be written about %r could not be", thing)


def forget(at: datetime) -> None:
    """Names whose time is over; and what was sent long ago."""
    over = Enrolment.objects.outlived(timezone.localdate(at)).values("pk")
    Enrolment.objects.filter(pk__in=over).forget(at)
    Notice.objects.outlived(at).delete()


def untold(on: date) -> OutcomeQuerySet:
    """Firms that have seats on a course that is not over, and do not know how their people enrol."""
    over = Outcome.objects.to_note(on).values("pk")
    held = Outcome.objects.standing().filter(completed=None, told_at=None, reservation__run__cancelled_at=None)
    return held.exclude(pk__in=over).order_by("pk")


def confirm(enrolment: Enrolment) -> None:
    """To whoever enrolled: the link to what is stored, by which it can be deleted."""
    context = {"outcome": enrolment.outcome, "url": settings.SITE_URL + enrolment.get_absolute_url()}
    write(f"enrolment-{enrolment.pk}", "pooling/email/enrolled", context, [enrolment.email], enrolment.language)


def unasked(months: Months, on: date) -> OutcomeQuerySet:
    """Those with people who completed, whose course ended so many months ago, and not much more."""
    last = after_months(on, -months)
    asked = FollowUp.objects.filter(outcome=OuterRef("pk"), months=months)
    ended = Outcome.objects.standing().filter(completed__gt=0, ended_on__lte=last, ended_on__gt=last - LONGEST)
    return ended.filter(~Exists(asked)).order_by("pk")


@transaction.atomic
def ask(outcome: Outcome, months: Months, at: datetime) -> None:
    """Those who enrolled by name, each for themselves; the firm about its other people."""
    assert outcome.ended_on
    due = {"months": months, "due_on": after_months(outcome.ended_on, months), "sent_at": at}
    people = list(outcome.enrolments.named().filter(may_ask=True, completed=True))
    for person in people:
        one, is_new = outcome.follow_ups.get_or_create(enrolment=person, months=months, defaults={**due, "seats": 1})
        if is_new:
            write_to(one)
    others = (outcome.completed or 0) - len(people)
    if others > 0 and outcome.addresses and not outcome.asks_no_more:
        facts = {**due, "seats": others}
        one, is_new = outcome.follow_ups.get_or_create(enrolment=None, months=months, defaults=facts)
        if is_new:
            write_to(one)


@transaction.atomic
def remind(follow_up: FollowUp, at: datetime) -> None:
    """Once; whoever answers meanwhile is not reminded."""
    if FollowUp.objects.filter(pk=follow_up.pk, answered_at=None, reminded_at=None).update(reminded_at=at):
        write_to(follow_up, is_reminder=True)


def write_to(follow_up: FollowUp, *, is_reminder: bool = False) -> None:
    person, outcome = follow_up.enrolment, follow_up.outcome
    context = {
        "follow_up": follow_up,
        "is_reminder": is_reminder,
        "url": settings.SITE_URL + follow_up.get_absolute_url(),
        "stop_url": settings.SITE_URL + reverse("follow-up-stop", args=[follow_up.token]),
    }
    to, language = ([person.email], person.language) if person else (outcome.addresses, outcome.language)
    name = f"{follow_up.name}-{'reminder' if is_reminder else 'question'}"
    write(name, "pooling/email/follow_up", context, to, language)
