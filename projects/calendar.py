"""All that has a day in a project as a calendar that other programs subscribe to (RFC 5545)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from partners.models import User
from projects.models import (
    Activity,
    Agreement,
    AgreementState,
    Milestone,
    MilestoneState,
    Project,
    ReportingRequirement,
)

REFRESHED = timedelta(hours=4)
"""How often a program is asked to look again."""


class Day(NamedTuple):
    """One whole-day entry; `last` is its last day, included."""

    uid: str
    title: str
    first: date
    last: date
    text: str
    url: str
    changed: datetime
    cancelled: bool = False


def calendar(project: Project, user: User) -> bytes:
    """The calendar in the language that is on; the same bytes as long as nothing has changed."""
    feed = Calendar()
    feed.add("PRODID", "-//Kompetansebro//kompetansebro//NO")
    feed.add("VERSION", "2.0")
    feed.add("CALSCALE", "GREGORIAN")
    feed.add("METHOD", "PUBLISH")
    feed.add("X-WR-CALNAME", project.name)
    feed.add("NAME", project.name)
    feed.add("REFRESH-INTERVAL", REFRESHED, parameters={"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", "PT4H")
    for day in days(project, user):
        feed.add_component(_event(day))
    return bytes(feed.to_ical())


def days(project: Project, user: User) -> Iterator[Day]:
    """Everything of the project that has a day and that the person may see."""
    for milestone in project.milestones.for_listing():
        yield _milestone(milestone)
    for activity in project.activities.for_listing().prefetch_related("events"):
        if activity.starts_on or activity.ends_on:
            yield _activity(activity)
    for asked in project.reporting_requirements.select_related("report").prefetch_related("extensions"):
        yield _report(asked)
    for agreement in project.agreements.visible_to(user).filter(state=AgreementState.SIGNED, valid_to__isnull=False):
        yield _agreement(agreement)


def _milestone(one: Milestone) -> Day:
    title = _("Milestone: %(title)s") % {"title": one.title}
    reached = _("Milestone, reached: %(title)s") % {"title": one.title}
    return Day(
        uid=f"milestone-{one.pk}",
        title=reached if one.state == MilestoneState.REACHED else title,
        first=one.due_on,
        last=one.due_on,
        text=_told(one, one.note),
        url=one.get_absolute_url(),
        changed=one.updated_at,
        cancelled=one.state == MilestoneState.REMOVED,
    )


def _activity(one: Activity) -> Day:
    """With one day known it stands on that day, and says which it is."""
    first, last = one.starts_on or one.ends_on, one.ends_on or one.starts_on
    assert first
    assert last
    titles = {
        (True, True): "%(title)s",
        (True, False): _("%(title)s begins"),
        (False, True): _("%(title)s ends"),
    }
    title = titles[one.starts_on is not None, one.ends_on is not None] % {"title": one.title}
    changed = max([one.updated_at, *(event.at for event in one.events.all())])
    return Day(
        f"activity-{one.pk}", title, first, last, _told(one, one.text), one.get_absolute_url(), changed, one.is_dropped
    )


def _report(asked: ReportingRequirement) -> Day:
    """By its last extension. Once it is sent the day stays, and says so."""
    due = asked.due
    title = _("Report due: %(title)s") if asked.report.is_unsent else _("Report sent: %(title)s")
    changed = max([asked.report.updated_at, *(one.at for one in asked.extensions.all())])
    url = asked.get_absolute_url()
    return Day(f"report-{asked.pk}", title % {"title": asked.title}, due, due, "", url, changed)


def _agreement(one: Agreement) -> Day:
    assert one.valid_to
    title = _("Agreement ends: %(title)s") % {"title": one.title}
    url = one.get_absolute_url()
    return Day(f"agreement-{one.pk}", title, one.valid_to, one.valid_to, "", url, one.updated_at)


def _told(one: Activity | Milestone, text: str) -> str:
    responsible = ", ".join(str(who) for who in (one.person, one.organisation) if who)
    told = _("Responsible: %(who)s") % {"who": responsible} if responsible else ""
    return "\n\n".join(part for part in (text, told) if part)


def _event(day: Day) -> Event:
    """Whole days have no zone; DTEND is the day after the last."""
    event = Event()
    event.add("UID", f"{day.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("DTSTAMP", day.changed)
    event.add("LAST-MODIFIED", day.changed)
    event.add("SEQUENCE", int(day.changed.timestamp()) - SEQUENCE_BEGINS)
    event.add("SUMMARY", day.title)
    event.add("DTSTART", day.first)
    event.add("DTEND", day.last + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    event.add("STATUS", "CANCELLED" if day.cancelled else "CONFIRMED")
    event.add("URL", settings.SITE_URL + day.url)
    if day.text:
        event.add("DESCRIPTION", day.text)
    return event


# A number that grows with each change, as SEQUENCE must: seconds since 2026 began.
SEQUENCE_BEGINS = int(datetime.fromisoformat("2026-01-01T00:00+00:00").timestamp())
