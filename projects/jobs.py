"""What the worker does for projects beside the requests. Each job may be done again without harm."""

from datetime import date

from django.utils import timezone

from projects import digest
from projects.models import Activity, GuidanceEnquiry, Project
from projects.models.documents import sweep
from projects.report_reminders import remind


def nightly(on: date | None = None) -> None:
    """Delete the enquiries whose time has come, with all that was written in them; their counts stay.

    Ask anew whether what is planned or going on exists in its place: courses come and go. Remind of reports.
    Sweep away files whose upload failed.
    """
    on = on or timezone.localdate()
    GuidanceEnquiry.objects.outlived(on).delete()
    for activity in Activity.objects.unfinished().filter(project__in=Project.objects.active()).for_listing():
        activity.ask()
    remind(on)
    sweep()


def comments() -> None:
    """Tell people by e-mail what others said in their projects."""
    digest.send_all()
