"""Tells those who write a report what came of it: that it is approved, or that changes are asked for."""

from django.conf import settings
from django.utils import translation
from django_q.tasks import async_task

from partners.letters import letter
from projects.models import Report, ReportEvent
from projects.participants import keepers


def tell_keepers(report: Report) -> None:
    """A job for each, so that one whose mail fails does not have the others told again."""
    event = report.events.latest("at", "pk")
    for user in keepers(report.project):
        async_task("projects.report_mail.send_answer", event.pk, user.pk)


def send_answer(event_pk: int, user_pk: int) -> None:
    """Nothing of what was written is in it. Should it go out again, it has the same Message-ID.

    Nothing is sent when the report has moved on meanwhile, or the person keeps the project no more.
    """
    event = ReportEvent.objects.select_related("report__requirement__project").get(pk=event_pk)
    report = event.report
    user = keepers(report.project).filter(pk=user_pk).first()
    if user is None or report.state != event.to_state:
        return
    with translation.override(user.language):
        context = {"report": report, "url": settings.SITE_URL + report.get_absolute_url()}
        letter("projects/email/report_answer", context, [user.email], f"report-answer-{event.pk}-{user.pk}").send()
