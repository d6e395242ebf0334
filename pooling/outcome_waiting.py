"""What waits about courses that are over: for brokers to note how they went and to ask firms that do not answer, for
firms to answer."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brokering.permissions import may_broker
from partners.models import Organisation, User
from partners.waiting import MOST, Waiting
from pooling.models import FollowUp, Outcome
from pooling.models.followups import GIVEN_UP_AFTER

NOTED_WITHIN = timedelta(days=7)


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    yield from _to_answer(user)
    if may_broker(user):
        yield from _to_note(user, on)
        yield from _to_telephone(user)


def _to_answer(user: User) -> Iterator[Waiting]:
    """Of the person's own firms."""
    asked = FollowUp.objects.unanswered().filter(outcome__firm__in=Organisation.objects.of(user), enrolment=None)
    for one in asked.for_page().order_by("sent_at", "pk")[:MOST]:
        text = str(one.get_months_display())
        yield Waiting(one.outcome.course.title, one.get_absolute_url(), text, _("Is it used at work?"), "info")


def _to_note(user: User, on: date) -> Iterator[Waiting]:
    """One card a course, however many firms had seats."""
    runs = dict[int, list[Outcome]]()
    for outcome in Outcome.objects.brokered_by(user).to_note(on).for_listing()[:MOST]:
        assert outcome.reservation
        runs.setdefault(outcome.reservation.run_id, []).append(outcome)
    for run, outcomes in runs.items():
        firms = ngettext("%(n)d firm", "%(n)d firms", len(outcomes)) % {"n": len(outcomes)}
        ended: date = outcomes[0].last_day  # type: ignore[attr-defined]  # annotated
        text = _("Ended %(day)s, %(firms)s") % {"day": date_format(ended), "firms": firms}
        title, url = outcomes[0].course.title, reverse("run-outcome", args=[run])
        yield Waiting(title, url, text, _("Note how it went"), "warning", ended + NOTED_WITHIN)


def _to_telephone(user: User) -> Iterator[Waiting]:
    """Firms that have not answered, nor when they were reminded: what they say is noted on the page of the question."""
    silent = FollowUp.objects.given_up(timezone.now()).filter(outcome__in=Outcome.objects.brokered_by(user))
    for one in silent.for_page().order_by("sent_at", "pk")[:MOST]:
        text = f"{one.outcome.course.title}: {one.get_months_display()}"
        day = timezone.localdate(one.sent_at) + GIVEN_UP_AFTER if one.sent_at else None
        tag = _("No answer: ask by telephone what came of it")
        yield Waiting(one.outcome.firm.name, one.get_absolute_url(), text, tag, "warning", day)
