"""A report on paper: what templates/pdf/report.typ is given."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.models import Report, ReportVersion
from projects.models.contents import Content, Row
from projects.models.reports import ReportState, sections
from projects.pdf import render


def printed(report: Report, version: ReportVersion | None) -> bytes:
    """That version, in the language it was sent in; without one, the draft as it stands, marked as such."""
    language = version.language if version else translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        data = _data(version.content if version else report.content(), report, version)
        return render("report", data, language, at=version.sent_at if version else None)


def _data(content: Content, report: Report, version: ReportVersion | None) -> dict[str, Any]:
    heading = content.heading
    title, project = heading["title"], heading["project"]
    return {
        "title": f"{title} – {project}",
        "heading": title,
        "above": heading["kind"] if heading["kind"] not in title else _("Report"),
        "subtitle": project,
        "author": [one["name"] for one in heading["parties"]] or [project],
        "description": _("%(kind)s for the period %(first)s to %(last)s")
        % {"kind": heading["kind"], **_period(heading)},
        "running": f"{project}: {title}",
        "stamp": _standing(report, version),
        "footer": _("Printed by Kompetansebro"),
        "page-of": _("Page {n} of {of}"),
        "draft": version is None,
        "draft-word": pgettext("report", "Draft"),
        "draft-note": _("This is a draft. It has not been sent, and its figures may still change."),
        "none-said": _("not stated"),
        "facts": _facts(heading, report, version),
        "figures": _figures(content.figures),
        "goals": _goals(content.goals),
        "sections": [{"title": label, "text": paragraphs(text)} for label, text in sections(content.narrative)],
        "adjustments": _adjustments(content.adjustments),
        "definitions": {
            "title": _("How the figures are counted"),
            "rows": [[row["label"], row["definition"]] for row in content.figures],
        },
        "fingerprint": {
            "lead": _("Fingerprint of text and figures as they were sent (SHA-256)"),
            "text": version.sha256 if version else "",
        },
    }


def _period(heading: Row) -> dict[str, str]:
    return {name: date_format(date.fromisoformat(heading[name])) for name in ("first", "last")}


def _standing(report: Report, version: ReportVersion | None) -> str:
    """What became of that version."""
    if version is None:
        return pgettext("report", "Draft")
    if version.number < report.versions.count():
        return _("Version %(number)d, replaced by a later one") % {"number": version.number}
    told = _("Version %(number)d, approved") if report.state == ReportState.APPROVED else _("Version %(number)d, sent")
    return told % {"number": version.number}


def _facts(heading: Row, report: Report, version: ReportVersion | None) -> list[list[str]]:
    unknown = _("not stated")
    parties = "; ".join(f"{one['name']} ({one['role'].lower()})" for one in heading["parties"])
    facts = [
        [_("Programme"), heading["programme"]],
        [_("Period"), _("%(first)s to %(last)s") % _period(heading)],
        [_("Takes part"), parties],
        [_("Project leader"), heading["leader"]],
        [_("Asked for by"), heading["asked_by"]],
        [_("State"), _standing(report, version)],
    ]
    if version:
        facts.append([pgettext("report", "Sent"), f"{_day(version.sent_at)}, {version.sent_by}"])
        if report.state == ReportState.APPROVED and version.number == report.versions.count():
            event = report.events.filter(act="approve").get()
            facts.append([_("Approved"), f"{_day(event.at)}, {event.by}"])
    return [[term, fact or unknown] for term, fact in facts]


def _day(at: Any) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def _figures(rows: list[Row]) -> Row:
    return {
        "title": _("Figures"),
        "lead": _("Counted by the system from what is registered. Nobody can type them."),
        "none": _("There are no figures for this period."),
        "head": [_("Figure"), _("In the period"), _("Since the project began")],
        "rows": [[row["label"], number(row["value"]), number(row["total"])] for row in rows],
    }


def _goals(rows: list[Row]) -> Row:
    return {
        "title": _("Goals"),
        "head": [_("Goal"), _("Target"), _("Reached")],
        "rows": [[row["text"], number(row["target"]), number(row["reached"])] for row in rows],
    }


def _adjustments(rows: list[Row]) -> Row:
    return {
        "title": _("Adjustments of earlier reports"),
        "lead": _("Approved reports stay as they were. What has been corrected since is told here."),
        "head": [_("Figure"), _("Period"), _("Reported"), _("Counted now")],
        "rows": [[row["label"], row["title"], number(row["reported"]), number(row["now"])] for row in rows],
        "sentences": [f"{row['label']}: {row['sentence']}" for row in rows],
    }


def number(value: int | None) -> str:
    return _("not stated") if value is None else number_format(value, use_l10n=True, force_grouping=True)


def paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines."""
    blocks = text.replace("\r\n", "\n").strip().split("\n\n")
    return [lines for block in blocks if (lines := [line for line in block.split("\n") if line.strip()])]
