"""What the worker does for projects beside the requests. Each job may be done again without harm."""

from datetime import date

from django.utils import timezone

from projects.models import GuidanceEnquiry
from projects.report_reminders import remind


def nightly(on: date | None = None) -> None:
    """Delete the enquiries whose time has come, with all that was written in them; remind of reports.

    The counts of enquiries stay.
    """
    on = on or timezone.localdate()
    GuidanceEnquiry.objects.outlived(on).delete()
    remind(on)
