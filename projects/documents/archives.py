"""Opens a ZIP archive without trusting it: how many parts, how big unpacked, how tightly packed."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from projects.documents import MEGABYTE, Refused

MOST_ENTRIES = 2_000
MOST_UNPACKED = 60 * MEGABYTE
# A Word file of nothing but text is packed to a twentieth; a bomb to a thousandth.
TIGHTEST = 100
SMALL = MEGABYTE
PIECE = 256 * 1024


@contextmanager
def opened(content: bytes) -> Iterator[ZipFile]:
    """The archive, bounded; Refused when it is a bomb or broken, also when that shows while it is read."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _bounded(archive, content)
            yield archive
    # What zipfile raises for broken files: also for kinds of packing it does not know (NotImplementedError).
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError, OSError) as error:
        raise _broken() from error


def pieces(archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """What the part unpacks to; never more than the archive says it is."""
    if not entry.is_dir():
        with archive.open(entry) as part:
            while piece := part.read(PIECE):
                yield piece


def _bounded(archive: ZipFile, content: bytes) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > max(SMALL, TIGHTEST * len(content)):
        raise Refused(_("The file unpacks to far more than it is. Such files are not taken."))
    if any(entry.file_size > max(SMALL, TIGHTEST * entry.compress_size) for entry in entries):
        raise Refused(_("The file unpacks to far more than it is. Such files are not taken."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(_("The file is protected with a password. Save it without one."))
    names = {entry.filename for entry in entries}
    strange = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    known = all(entry.compress_type in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    if strange or not known or not entries or len(names) < len(entries):
        raise _broken()
    _is_nothing_else(archive, content)


def _is_nothing_else(archive: ZipFile, content: bytes) -> None:
    """The archive begins with its first part and ends with its list of them: nothing before, after or as a comment."""
    ends = len(content) - 22 == content.rfind(b"PK\x05\x06")
    if not ends or archive.comment or min(entry.header_offset for entry in archive.infolist()):
        raise Refused(_("Something else lies hidden in the file. Save it anew, or as a PDF."))


def _broken() -> Refused:
    return Refused(_("The file is broken or cut off. Save it once more."))
