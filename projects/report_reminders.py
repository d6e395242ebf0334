"""Reminds those who carry a project out of its reports by e-mail: 30 and 7 days before they are due, and when late."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation

from partners.letters import letter
from partners.models import User
from projects.models import ReportingRequirement
from projects.participants import keepers

EARLY, NEAR, LATE = 30, 7, -1


def remind(on: date) -> None:
    """Once each a person and due date, however often it is called."""
    due = ReportingRequirement.objects.of_live_projects().due_by(on + timedelta(days=EARLY))
    for requirement in due.for_listing():
        for user in keepers(requirement.project):
            _remind(requirement, user, stage(requirement.due, on))


def stage(due: date, on: date) -> int:
    left = (due - on).days
    return LATE if left < 0 else NEAR if left <= NEAR else EARLY


@transaction.atomic
def _remind(requirement: ReportingRequirement, user: User, days: int) -> None:
    """What was sent is noted first; should the mail fail, so does the note, and the next night tries again."""
    _note, is_new = requirement.reminders.get_or_create(user=user, due=requirement.due, days=days)
    if is_new:
        with translation.override(user.language):
            url = settings.SITE_URL + requirement.get_absolute_url()
            context = {"requirement": requirement, "url": url, "late": days == LATE}
            name = f"report-{requirement.pk}-{requirement.due:%Y%m%d}-{days}-{user.pk}"
            letter("projects/email/report_due", context, [user.email], name).send()
