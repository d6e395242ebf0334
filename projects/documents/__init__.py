"""Files that people upload, looked through before any of it is stored.

Accepted are PDF, Word, OpenDocument text, PNG and JPEG: what agreements, minutes and reports come as, and what can be
looked through to the last part. Nothing here opens, converts or shows a file; it says only whether it may be kept.
"""

import hashlib
from typing import NamedTuple

from partners.uploads import LARGEST_UPLOAD, MEGABYTE

__all__ = ["LARGEST", "MEGABYTE", "Checked", "Refused", "fingerprint"]


# What projects take: as much as any form may.
LARGEST = LARGEST_UPLOAD


class Checked(NamedTuple):
    """A file that was looked through and may be stored: see `projects.models.Document.keep`."""

    name: str
    content: bytes
    content_type: str
    sha256: str


class Refused(Exception):  # noqa: N818 - a file is refused; nothing is in error
    """Says in one sentence why the file is not taken."""


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
