"""Files that people upload, looked through before any of it is stored."""

import hashlib
from typing import NamedTuple


class Checked(NamedTuple):
    """A file that was looked through and may be stored: see `projects.models.Document.keep`."""

    name: str
    content: bytes
    content_type: str
    sha256: str


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
