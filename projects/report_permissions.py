"""Who may do what with reports. An empty answer means yes; a sentence says why not.

Those who lead the project write and send its reports; county staff of an organisation that takes part ask for them,
give more time, ask for changes and approve. Nobody does both in one project, and no county reviews what it carries out
itself, whoever of its staff wrote it.
"""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from projects.models import Report
from projects.models.reports import APPROVE, ASK_CHANGES, SEND, ReportState
from projects.permissions import Actions, Participation


def requirement_actions(participation: Participation | None) -> Actions:
    """Whether the person may ask the project for reports."""
    if why_not := _not_reviewing(participation):
        return {"require": why_not}
    ended = participation is not None and participation.project.has_ended
    return {"require": _("The project has ended.") if ended else ""}


def report_actions(participation: Participation | None, report: Report, on: date | None = None) -> Actions:
    """For each act on a report, for reading it and for seeing the text before it is sent."""
    on = on or timezone.localdate()
    return {
        **_reading(participation, report),
        **_writing(participation, report, on),
        **_reviewing(participation, report),
    }


def _reading(participation: Participation | None, report: Report) -> Actions:
    """What was sent is read by all who take part; what is not, by those who write it; what is public, by everybody."""
    inside = participation is not None and participation.takes_part
    writes = participation is not None and participation.leads
    only = _("Only those who take part in the project see this.")
    return {
        "see_inside": "" if inside else only,
        "read": "" if inside or report.is_public else only,
        "see_draft": "" if writes else _("The report is not sent yet."),
    }


def _writing(participation: Participation | None, report: Report, on: date) -> Actions:
    if participation is None or not participation.leads:
        return dict.fromkeys(("edit", "send", "ask_time"), _("Only those who carry the project out can do this."))
    if not report.is_unsent:
        return dict.fromkeys(("edit", "send", "ask_time"), _wrong_state(report))
    waiting = _("More time is asked for already.") if report.requirement.wished else ""
    return {"edit": "", "send": _hindrance(report, on), "ask_time": waiting}


def _hindrance(report: Report, on: date) -> str:
    """What keeps a report from being sent."""
    if report.requirement.last_day > on:
        day = date_format(report.requirement.last_day)
        return _("The period ends on %(day)s; its figures are not complete before.") % {"day": day}
    if report.state == ReportState.PLANNED:
        return _("Nothing is written yet.")
    return " ".join(report.missing()) or ("" if SEND.possible_from(report.state) else _wrong_state(report))


def _reviewing(participation: Participation | None, report: Report) -> Actions:
    names = ("ask_changes", "approve", "extend", "remove")
    if why_not := _not_reviewing(participation):
        return dict.fromkeys(names, why_not)
    wrong = _wrong_state(report)
    own = _("You sent it yourself.") if participation and report.sent_by == participation.user else ""
    return {
        "ask_changes": "" if ASK_CHANGES.possible_from(report.state) else wrong,
        "approve": own or ("" if APPROVE.possible_from(report.state) else wrong),
        "extend": "" if report.is_unsent else wrong,
        "remove": "" if report.state == ReportState.PLANNED else _("The report is begun already."),
    }


def _not_reviewing(participation: Participation | None) -> str:
    if participation is None or not participation.oversees:
        return _("Only county staff of an organisation that takes part in the project can do this.")
    concerned = participation.leads or participation.runs
    return _("Those who carry the project out do not review its reports.") if concerned else ""


def _wrong_state(report: Report) -> str:
    return _("Not possible while the report is “%(state)s”.") % {"state": report.get_state_display()}
