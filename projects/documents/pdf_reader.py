"""Looks for what a PDF could do when it is opened. A program of its own, so that its time and memory have an end.

Reads the file from standard input and prints one word: `harmless`, or what stands in the way. Every object is looked
at, those in compressed object streams too, as pypdf reads them by the file's own table; and the bytes besides, since a
viewer that finds the table broken searches the file itself.
"""

import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

SECONDS = 20
MEMORY = 1024 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024

# Actions that leave the document alone: to a place in it, to a web address, to the next page, the layers shown.
CALM = {"/GoTo", "/URI", "/Named", "/SetOCGState"}
WILD = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/GoToE": "action",
    "/GoToR": "action",
    "/ImportData": "action",
    "/SubmitForm": "action",
    "/Rendition": "action",
    "/RichMediaExecute": "action",
    "/Movie": "action",
    "/Sound": "action",
    "/RichMedia": "action",
    "/Screen": "action",
    "/3D": "action",
    "/FileAttachment": "attached",
}
_DELIMITED = rb"(?=[\x00\s/<>\[\](){}%]|$)"
_NAMES = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|GoToE|ImportData|SubmitForm|XFA)" + _DELIMITED)
_WORDS = {b"JavaScript": "script", b"Launch": "launch", b"EmbeddedFile": "attached", b"XFA": "form"}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Each letter of a name may be written by its number.
_PACKED = re.compile(
    b"/" + b"".join(rb"(?:%c|#%x)" % (letter, letter) for letter in b"ObjStm") + _DELIMITED, re.IGNORECASE
)
_STREAM = re.compile(rb"stream\r?\n")
_OTHER_FILTERS = re.compile(rb"/(ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Predictor)")


def look(content: bytes) -> str:
    return in_bytes(content) or in_objects(content) or "harmless"


def in_bytes(content: bytes) -> str:
    """What the bytes say without the file's own table: more than a PDF, and names that only active parts have."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        return "broken"
    hidden = content[end + 5 :].strip(b"\0 \t\r\n") or b"PK\x05\x06" in content[-66_000:]
    if hidden or re.search(rb"<\s*(html|script|svg|!doctype|\?php)", content[:1024], re.IGNORECASE):
        return "more"
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    return _named(plain) or in_object_streams(content)


def _named(text: bytes) -> str:
    found = _NAMES.search(text)
    return _WORDS.get(found[1], "action") if found else ""


def in_object_streams(content: bytes) -> str:
    """The same in each compressed object stream, whether or not the file's table knows of it."""
    for kind in _PACKED.finditer(content):
        start = _STREAM.search(content, kind.end())
        head = content[content.rfind(b"obj", 0, kind.start()) : start.start() if start else kind.end()]
        if start is None or b"/Filter" not in head:
            continue
        if _OTHER_FILTERS.search(head):
            return "broken"
        with suppress(zlib.error):
            unpacked = zlib.decompressobj().decompress(content[start.end() :], MOST_UNPACKED)
            plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), unpacked)
            if word := _named(plain):
                return word
    return ""


def in_objects(content: bytes) -> str:
    from pypdf import PdfReader  # after the limits are set

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        return "password"
    for thing in (reader.trailer, *objects(reader)):
        for part in dictionaries(thing):
            if word := stirs(part):
                return word
    return "" if len(reader.pages) else "broken"


def objects(reader: Any) -> Iterator[Any]:
    """Every object of the file's table."""
    from pypdf.generic import IndirectObject

    packed = [(number, 0) for number in reader.xref_objStm]
    plain = [(number, generation) for generation, places in reader.xref.items() for number in places]
    for number, generation in dict.fromkeys(packed + plain):
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def dictionaries(thing: Any) -> Iterator[dict[str, Any]]:
    """Those in an object, also in lists and in each other; what is only referred to is an object of its own."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += [dict.__getitem__(part, key) for key in part]
        elif isinstance(part, list):
            waiting += list.__iter__(part)


def stirs(part: dict[str, Any]) -> str:
    """What this dictionary could make a viewer do; empty when nothing."""
    action, kind = resolved(part, "/S"), resolved(part, "/Subtype")
    if "/JS" in part or "/JavaScript" in part:
        return "script"
    if "/EF" in part or resolved(part, "/Type") == "/EmbeddedFile":
        return "attached"
    if "/XFA" in part:
        return "form"
    if word := WILD.get(str(action)) or WILD.get(str(kind)):
        return word
    if resolved(part, "/AA") or not opens_calmly(resolved(part, "/OpenAction")):
        return "auto"
    if resolved(part, "/Type") == "/Action" and action not in CALM:
        return "action"
    return "link" if action == "/URI" and not leads_to_the_web(resolved(part, "/URI")) else ""


def resolved(part: dict[str, Any], key: str) -> Any:
    value: Any = dict.get(part, key)
    return value.get_object() if value is not None else None


def opens_calmly(opening: Any) -> bool:
    """Whether it only says at which page the document opens."""
    return not isinstance(opening, dict) or resolved(opening, "/S") in (None, "/GoTo", "/Named")


def leads_to_the_web(address: Any) -> bool:
    text = str(address).strip().lower()
    scheme = re.match(r"[a-z][a-z0-9+.-]*:", text)
    return scheme is None or scheme[0] in ("http:", "https:", "mailto:", "tel:")


def limit() -> None:
    """The operating system ends the program when it takes more."""
    import resource

    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY)):
        with suppress(ValueError, OSError):  # macOS has no limit on memory
            resource.setrlimit(kind, (most, most))


def main() -> None:
    limit()
    try:
        told = look(sys.stdin.buffer.read())
    except (Exception, RecursionError):  # whatever a broken file makes a reader do
        told = "broken"
    sys.stdout.write(told)


if __name__ == "__main__":
    main()
