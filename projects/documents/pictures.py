"""Whether a picture is whole and nothing but a picture: its parts are walked from the first to the last."""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from projects.documents import Refused

MOST_PIXELS = 200_000_000
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END = 0xD9


def look_at_png(content: bytes) -> None:
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise _broken()
    if b"IDAT" not in {kind for kind, _data in chunks}:
        raise _broken()
    width, height = (int.from_bytes(chunks[0][1][at : at + 4], "big") for at in (0, 4))
    _of_a_size(width, height)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != zlib.crc32(kind + data).to_bytes(4, "big"):
            raise _broken()
        yield kind, data
        at += 12 + length
        if kind == b"IEND" and at < len(content):
            raise _more()


def look_at_jpeg(content: bytes) -> None:
    """A telephone's picture may hold further ones after the first, which begin where it ends."""
    at = 0
    while content.startswith(b"\xff\xd8\xff", at):
        at = _end_of_jpeg(content, at + 2)
    if content[at:].strip(b"\0"):
        raise _more()


def _end_of_jpeg(content: bytes, at: int) -> int:
    """Where the picture ends whose segments begin at `at`."""
    framed = False
    while found := _MARKER.search(content, at) if framed else _MARKER.match(content, at):
        marker, at = found[1][0], found.end()
        if marker == _END and framed:
            return at
        length = int.from_bytes(content[at : at + 2], "big")
        if length < 2 or at + length > len(content):
            break
        if marker in _FRAMES:
            _of_a_size(*(int.from_bytes(content[at + 3 + skip : at + 5 + skip], "big") for skip in (2, 0)))
            framed = True
        at += length
    raise _broken()


def _of_a_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise Refused(_("The picture has no size, or more than 200 million points."))


def _broken() -> Refused:
    return Refused(_("The picture is broken or cut off. Save it once more."))


def _more() -> Refused:
    return Refused(_("Something else lies hidden after the end of the picture. Save it once more, or as a PDF."))
