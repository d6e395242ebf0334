"""The demonstration region's visits to its firms, from config/demo/visits.toml."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from brokering.models import CompetenceNeed, Visit
from brokering.models.needs import Source
from partners.models import Membership, Organisation
from partners.models.roles import BROKERING_ROLES
from projects.models import Project

FILE = Path(__file__).resolve().parent / "demo" / "visits.toml"


def load(today: date) -> None:
    """Once; also where the region was loaded before there were visits."""
    if Visit.objects.filter(is_demo=True).exists():
        return
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["visit"]
    for row in rows:
        _visit(row, today)


def _visit(row: dict[str, Any], today: date) -> None:
    firm = Organisation.objects.get(key=f"demo:{row['firm']}")
    broker = Organisation.objects.brokers().filter(serves=firm.municipality_id).get()
    brokers = Membership.objects.filter(organisation=broker, role__in=BROKERING_ROLES, user__is_demo=True)
    visit = Visit.objects.create(
        firm=firm,
        handled_by=broker,
        project=Project.objects.get(key=f"demo:{row['project']}") if "project" in row else None,
        by=brokers.order_by("pk")[0].user,
        on=today + timedelta(days=row["on_days"]),
        next_follow_up=today + timedelta(days=row["follow_up_days"]) if "follow_up_days" in row else None,
        met=row.get("met", ""),
        notes=row["notes"],
        is_demo=True,
    )
    CompetenceNeed.objects.filter(employer=firm, source=Source.VISIT, is_demo=True, visit=None).update(
        visit=visit, project=visit.project
    )


def move_dates(days: timedelta) -> None:
    Visit.objects.filter(is_demo=True).update(on=F("on") + days, next_follow_up=F("next_follow_up") + days)
