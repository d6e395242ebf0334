"""What stands in a report: the leader's text, and what the system counts by itself, so that nobody can mistype it.

Everything is plain data (texts, whole numbers, ISO dates), so that it can be stored, hashed and printed as it was.
"""

import hashlib
import json
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.knowledge import knowledge

if TYPE_CHECKING:
    from projects.models.requirements import ReportingRequirement

Row = dict[str, Any]


class Content(NamedTuple):
    heading: Row
    narrative: dict[str, str]
    figures: list[Row]
    """key, label, definition, value (of the period), total (since the project began)."""
    goals: list[Row]
    """text, is_main, indicator, measured_by, target, reached; what is unknown is None."""
    adjustments: list[Row]
    """report, title, first, last, key, label, reported (with earlier adjustments), now, sentence."""

    @property
    def sha256(self) -> str:
        """Of the content alone: the same words and figures have the same fingerprint."""
        plain = json.dumps(self._asdict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def collect(requirement: "ReportingRequirement", narrative: dict[str, str]) -> Content:
    """Counted now, in the language that is on. Asks for figures twice, and once for each earlier approved report."""
    figures = _figures(requirement)
    return Content(_heading(requirement), narrative, figures, _goals(requirement, figures), _adjustments(requirement))


def _heading(requirement: "ReportingRequirement") -> Row:
    project = requirement.project
    parties = [
        {"name": one.organisation.name, "role": one.get_role_display()}
        for one in project.partners.select_related("organisation")
    ]
    return {
        "project": project.name,
        "programme": project.programme.name if project.programme else "",
        "leader": str(project.leader) if project.leader else "",
        "title": requirement.title,
        "kind": requirement.get_kind_display(),
        "first": requirement.first_day.isoformat(),
        "last": requirement.last_day.isoformat(),
        "asked_by": requirement.asked_by.name if requirement.asked_by else "",
        "parties": parties,
    }


def _figures(requirement: "ReportingRequirement") -> list[Row]:
    project, first, last = requirement.project, requirement.first_day, requirement.last_day
    period = project.period()
    since = min(period[0], first) if period else first
    totals = {figure.key: figure.value for figure in knowledge().figures(project, since, last)}
    return [
        {
            "key": str(one.key),
            "label": str(one.label),
            "definition": str(one.definition),
            "value": one.value,
            "total": totals[one.key],
        }
        for one in knowledge().figures(project, first, last)
    ]


def _goals(requirement: "ReportingRequirement", figures: list[Row]) -> list[Row]:
    totals = {figure["key"]: figure["total"] for figure in figures}
    return [
        {
            "text": goal.text,
            "is_main": goal.is_main,
            "indicator": goal.get_indicator_display() if goal.indicator else "",
            "measured_by": goal.measured_by,
            "target": goal.target,
            "reached": totals.get(goal.indicator) if goal.indicator else goal.counted,
        }
        for goal in requirement.project.goals.all()
    ]


def _adjustments(requirement: "ReportingRequirement") -> list[Row]:
    """What earlier approved reports told otherwise than what is counted now, less what was adjusted already."""
    from projects.models.reports import Report  # it holds contents, and comes after them

    others = (
        Report.objects.of(requirement.project).exclude(requirement=requirement).filter(state__in=["sent", "approved"])
    )
    versions = {report: report.versions.all()[len(report.versions.all()) - 1] for report in _with_versions(others)}
    adjusted: dict[tuple[int, str], int] = defaultdict(int)
    for version in versions.values():
        for row in version.adjustments:
            adjusted[row["report"], row["key"]] += row["now"] - row["reported"]
    mine = (requirement.last_day, requirement.pk)
    return [
        row
        for report, version in versions.items()
        if report.state == "approved" and (report.requirement.last_day, report.requirement_id) < mine
        for row in _differences(report, version.figures, adjusted)
    ]


def _with_versions(reports: Any) -> Any:
    return reports.select_related("requirement__project").prefetch_related("versions")


def _differences(report: Any, figures: list[Row], adjusted: dict[tuple[int, str], int]) -> list[Row]:
    asked = report.requirement
    now = {one.key: one for one in knowledge().figures(asked.project, asked.first_day, asked.last_day)}
    rows = []
    for figure in figures:
        key = figure["key"]
        told = figure["value"] + adjusted[report.pk, key]
        if key in now and now[key].value != told:
            rows.append(
                {
                    "report": report.pk,
                    "title": asked.title,
                    "first": asked.first_day.isoformat(),
                    "last": asked.last_day.isoformat(),
                    "key": key,
                    "label": str(now[key].label),
                    "reported": told,
                    "now": now[key].value,
                    "sentence": _sentence(asked, now[key].value - told),
                }
            )
    return rows


def _sentence(asked: "ReportingRequirement", change: int) -> str:
    """Which period it belongs to, and by how much."""
    if change > 0:
        told = ngettext(
            "%(count)d more than reported for the period %(period)s.",
            "%(count)d more than reported for the period %(period)s.",
            change,
        )
    else:
        told = ngettext(
            "%(count)d fewer than reported for the period %(period)s.",
            "%(count)d fewer than reported for the period %(period)s.",
            -change,
        )
    return told % {"count": abs(change), "period": period_label(asked.first_day, asked.last_day)}


def period_label(first: date, last: date) -> str:
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    return _("%(first)s–%(last)s") % {"first": formats.date_format(first), "last": formats.date_format(last)}
