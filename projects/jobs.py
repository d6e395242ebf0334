"""What the worker does for projects beside the requests. Each job may be done again without harm."""

from datetime import date

from django.utils import timezone

from projects.models import GuidanceEnquiry


def nightly(on: date | None = None) -> None:
    """Delete the enquiries whose time has come, with all that was written in them. Their counts stay."""
    GuidanceEnquiry.objects.outlived(on or timezone.localdate()).delete()
