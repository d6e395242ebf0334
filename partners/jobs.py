"""What the worker does beside the requests. Each job may be done again without harm."""

from django.utils import timezone

from partners import digest
from partners.models import Digest


def hourly() -> None:
    """Write the week's digests when it is their hour, send those that wait, and forget the old ones."""
    now = timezone.now()
    digest.write_all(now)
    digest.send_due(now)
    Digest.objects.outlived(now).delete()
