"""The demonstration region's courses that are over, with what came of them, from config/demo/effect.toml."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from brokering.models import CompetenceNeed, CourseOffer, CourseRun
from brokering.models.needs import COVER, OPEN, SUBMIT, Source
from partners.models import Membership, Organisation
from partners.models.roles import BROKERING_ROLES
from pooling.models import Outcome, Reservation
from pooling.models.followups import REMINDED_AFTER, Months
from projects.models import Project
from projects.models.guidance import after_months

FILE = Path(__file__).resolve().parent / "demo" / "effect.toml"
Row = dict[str, Any]


def load(today: date) -> None:
    """Once; what has come of a course stays on its days."""
    if Outcome.objects.filter(project__key__startswith="demo:").exists():
        return
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["course"]:
        run = CourseRun.objects.create(
            offer=CourseOffer.objects.get(source="demo", source_id=row["offer"]),
            municipality_id=row["municipality"],
            place=row["place"],
            start=today + timedelta(days=row["start_days"]),
            end=today + timedelta(days=row["end_days"]),
            seats=row["seats"],
        )
        project = Project.objects.get(key=f"demo:{row['project']}")
        for firm in row["firm"]:
            _firm(firm, run, project, today)


def _firm(row: Row, run: CourseRun, project: Project, today: date) -> None:
    assert run.start
    assert run.end
    need = _need(row, project, run)
    kept = Reservation.objects.take(run, need.employer, row["seats"], need=need, by=need.created_by, on=run.start)
    outcome = Outcome.objects.of_seats(kept)
    Outcome.objects.filter(pk=outcome.pk).update(told_at=_at(run.start - timedelta(days=30)))
    for number, name in enumerate(row.get("people", []), 1):
        address = f"deltaker{number}@{need.employer.key}.example.no".replace("demo:", "")
        outcome.enrolments.create(name=name, email=address, may_ask=True)
    if "completed" in row:
        outcome.note(row["started"], row["completed"], run.end, need.created_by)
        for months in Months:
            _asked(outcome, months, row.get(f"after_{months}"), today)


def _need(row: Row, project: Project, run: CourseRun) -> CompetenceNeed:
    firm = Organisation.objects.get(key=f"demo:{row['employer']}")
    broker = Organisation.objects.brokers().filter(serves=firm.municipality_id).first()
    brokers = Membership.objects.filter(organisation=broker, role__in=BROKERING_ROLES, user__is_demo=True)
    need = CompetenceNeed.objects.create(
        employer=firm,
        handled_by=broker,
        municipality_id=firm.municipality_id,
        project=project,
        text=row["text"],
        headcount=row["seats"],
        source=Source.VISIT,
        consent_to_share=True,
        created_by=brokers.order_by("pk")[0].user,
        is_demo=True,
    )
    need.competences.set(run.offer.competences.all())
    for act in (SUBMIT, OPEN, COVER):
        need.carry_out(act, need.created_by)
    return need


def _asked(outcome: Outcome, months: Months, said: Row | None, today: date) -> None:
    """On its day, and reminded; answered a week later by those who did."""
    assert outcome.ended_on
    day = after_months(outcome.ended_on, months)
    if day > today:
        return
    answer: Row = {"reminded_at": _at(day + REMINDED_AFTER)}
    if said:
        answer = {"answered_at": _at(day + timedelta(days=7)), **said}
    facts = {"due_on": day, "seats": outcome.completed, "sent_at": _at(day)}
    outcome.follow_ups.create(months=months, **facts, **answer)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
