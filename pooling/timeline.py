"""What has happened in a pool, and what is to happen, by day."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pooling.models import MemberEvent, Pool, PoolEvent, PoolState
from pooling.models.pools import SHRINK, START


@dataclass(frozen=True)
class Moment:
    """`at`: a moment that was, `day`: a day that comes."""

    text: str
    at: datetime | None = None
    day: date | None = None
    who: str = ""
    why: str = ""

    @property
    def when(self) -> str:
        if self.at:
            return date_format(timezone.localtime(self.at), "DATETIME_FORMAT")
        return date_format(self.day) if self.day else ""

    @property
    def is_past(self) -> bool:
        return self.at is not None


def timeline(pool: Pool, *, with_firms: bool) -> list[Moment]:
    """The past first. What firms said is told to whoever brokers the pool only. Three queries."""
    past = [_of_pool(event, with_why=with_firms) for event in pool.events.select_related("by")]
    if with_firms:
        events = MemberEvent.objects.filter(member__pool=pool).select_related("by", "member__need__employer")
        past += [_of_member(event) for event in events]
        past += [
            Moment(_("Alarm: %(seats)d of %(least)d seats") % {"seats": one.seats, "least": one.min_seats}, one.at)
            for one in pool.alarms.all()
        ]
    if not any(event.text == str(START.label) for event in past):
        past.append(Moment(_("The pool was begun"), pool.created_at, who=str(pool.created_by or "")))
    return sorted(past, key=lambda one: one.at or pool.created_at) + to_come(pool)


def _of_pool(event: PoolEvent, *, with_why: bool) -> Moment:
    """A reason may name a firm that has not agreed to be seen."""
    named = {act.name: act.label for act in (START, SHRINK)}
    label = str(named.get(event.act, PoolState(event.to_state).label))
    return Moment(label, event.at, who=str(event.by or ""), why=event.why if with_why else "")


def _of_member(event: MemberEvent) -> Moment:
    text = f"{event.member.need.employer}: {event.label}"
    return Moment(text, event.at, who=str(event.by or ""), why=event.why)


def to_come(pool: Pool) -> list[Moment]:
    if not pool.is_live:
        return []
    days = [
        (pool.answer_by if pool.state == PoolState.GATHERING else None, _("The firms answer")),
        (
            pool.run.start if pool.run else pool.earliest_start,
            _("The course starts") if pool.run else _("Earliest start"),
        ),
        (pool.run.end if pool.run else pool.latest_start, _("The course ends") if pool.run else _("Latest start")),
    ]
    return [Moment(text, day=day) for day, text in sorted((day, text) for day, text in days if day)]
