"""Reports that are due or to be changed, for those who write them; and sent ones, for those who review them."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Organisation, User
from partners.waiting import Waiting
from projects.models import Project, ProjectPartner, Report, ReportingRequirement, ReportState

AHEAD = timedelta(days=30)


def waiting(user: User, on: date) -> Iterator[Waiting]:
    yield from _due(user, on)
    if user.is_county_staff:
        yield from _sent(user)
        yield from _wishes(user)


def _due(user: User, on: date) -> Iterator[Waiting]:
    """What is overdue, due within 30 days or to be changed, the most urgent first."""
    asked = ReportingRequirement.objects.of_live_projects().filter(project__in=Project.objects.led_by(user))
    near = Q(pk__in=asked.due_by(on + AHEAD).order_by().values("pk"))
    for requirement in asked.filter(near | Q(report__state=ReportState.CHANGES)).by_due().for_listing():
        day = {"day": date_format(requirement.due)}
        if requirement.is_overdue(on):
            tag, color = _("Report overdue since %(day)s") % day, "danger"
        elif requirement.report.state == ReportState.CHANGES:
            tag, color = _("Changes asked for"), "warning"
        else:
            tag, color = _("Report due %(day)s") % day, "info"
        yield _card(requirement, tag, color, requirement.due)


def reviewed_by(user: User) -> QuerySet[Project]:
    """Projects in which the person reviews reports, as in projects.report_permissions."""
    own = ProjectPartner.objects.lasting().running().of(Organisation.objects.of(user)).order_by().values("project")
    led = Project.objects.led_by(user).order_by().values("pk")
    return Project.objects.overseen_by(user).exclude(Q(pk__in=led) | Q(pk__in=own)).order_by()


def _sent(user: User) -> Iterator[Waiting]:
    reports = Report.objects.sent().filter(requirement__project__in=reviewed_by(user)).exclude(sent_by=user)
    for report in reports.select_related("requirement__project").order_by("requirement__due_on", "pk"):
        yield _card(report.requirement, _("Approve it or ask for changes"), "warning", None)


def _wishes(user: User) -> Iterator[Waiting]:
    asked = ReportingRequirement.objects.unsent().filter(project__in=reviewed_by(user), extensions__step="asked")
    for requirement in asked.distinct().for_listing():
        if wish := requirement.wished:
            yield _card(requirement, _("More time is asked for"), "warning", wish.from_on)


def _card(requirement: ReportingRequirement, tag: str, color: str, urgency: date | None) -> Waiting:
    text = str(requirement.project)
    return Waiting(requirement.title, requirement.get_absolute_url(), text, tag, color, urgency)
