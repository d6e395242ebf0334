"""Opens files from outside without trusting them: how big, of what kind, in which encoding, how deep."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext_noop as _

from brokering.exchange.records import Sentence, Unreadable

LARGEST = 100 * 1024 * 1024
LARGEST_UPLOAD = 10 * 1024 * 1024
MOST_RECORDS = 100_000
MOST_UPLOADED = 10_000
DEEPEST = 100
ELEMENTS_A_RECORD = 50

_SPACE = re.compile(r"[ \t\n\r]*")
_SIGNATURES = {
    b"PK\x03\x04": "ZIP, Word or Excel",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "program",
    b"MZ": "program",
}


def read_file(path: Path) -> bytes:
    """All of a file, when it is one and not too big."""
    if not path.is_file():
        raise Unreadable(Sentence(_("There is no such file.")))
    try:
        with open(path, "rb") as file:
            return bounded(file.read(LARGEST + 1), LARGEST)
    except OSError as error:
        raise Unreadable(Sentence(_("The file cannot be opened: %(why)s."), {"why": error.strerror})) from error


def bounded(content: bytes, largest: int) -> bytes:
    if len(content) > largest:
        megabytes = largest // 1024 // 1024
        raise Unreadable(Sentence(_("The file is larger than %(megabytes)s MB."), {"megabytes": megabytes}))
    return content


def kind(content: bytes) -> str:
    """`json` or `xml`, told by what the file begins with, whatever it is called."""
    for signature, name in _SIGNATURES.items():
        if content.startswith(signature):
            raise Unreadable(Sentence(_("This is a file of another kind: %(kind)s."), {"kind": name}))
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Unreadable(Sentence(_("The file is empty.")))
    if start.lower().startswith((b"<!doctype html", b"<html")):
        raise Unreadable(Sentence(_("This is a web page, not the data behind it.")))
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "xml"
    if start.startswith((b"[", b"{")):
        return "json"
    raise Unreadable(Sentence(_("This is neither a JSON file nor an Atom feed.")))


def json_elements(content: bytes, most: int) -> Iterator[tuple[int, Any]]:
    """Each element of a JSON list of so many lists and objects at most, with the line it begins on."""
    text = _utf8(content)
    if text.count("[") + text.count("{") > most:
        raise Unreadable(Sentence(_("The file has more parts than its records could need.")))
    decoder, at = json.JSONDecoder(), _skip(text, 0)
    if text[at] != "[":
        raise Unreadable(Sentence(_("The file must be a list of offers, as utdanning.no's search gives it.")))
    at = _skip(text, at + 1)
    line = text.count("\n", 0, at) + 1
    while not text.startswith("]", at):
        value, end = _decode(decoder, text, at)
        yield line, value
        follows = _next(text, end)
        line, at = line + text.count("\n", at, follows), follows
    if _skip(text, at + 1) != len(text):
        raise Unreadable(Sentence(_("Something follows after the end of the list.")))


def _next(text: str, end: int) -> int:
    """Where the next element begins, or where the list ends."""
    at = _skip(text, end)
    if text.startswith(",", at):
        at = _skip(text, at + 1)
        if not text.startswith("]", at):
            return at
    elif text.startswith("]", at):
        return at
    raise _broken(text, at)


def _decode(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos, unterminated="Unterminated" in error.msg) from error
    except RecursionError as error:
        raise Unreadable(Sentence(_("The file is nested too deeply."))) from error
    except ValueError as error:
        raise Unreadable(Sentence(_("The file holds a number of absurd length."))) from error


def _broken(text: str, at: int, *, unterminated: bool = False) -> Unreadable:
    line = text.count("\n", 0, at) + 1
    if unterminated or at >= len(text.rstrip()):
        return Unreadable(Sentence(_("The file is cut off: it ends in the middle of a record."), {}))
    return Unreadable(Sentence(_("Line %(line)s is not valid JSON."), {"line": line}))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        told = _("The file is not in UTF-8: line %(line)s holds something else, perhaps Latin-1. Save it as UTF-8.")
        raise Unreadable(Sentence(told, {"line": line})) from error


def xml_tree(content: bytes, most: int) -> tuple[Element, dict[Element, int]]:
    """The root of an XML file of so many elements at most, its tags without namespaces, and the line each begins on.

    Neither DTD nor entities are accepted, so that nothing expands and nothing is fetched.
    """
    builder = _Builder(most)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.line = lambda: parser.parser.CurrentLineNumber
    try:
        parser.feed(content)
        return parser.close(), builder.lines
    except DefusedXmlException as error:
        told = _("The file declares entities or a document type; such files are refused.")
        raise Unreadable(Sentence(told)) from error
    except ParseError as error:
        raise _broken_xml(error) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise Unreadable(Sentence(_("The file is in an encoding that is not known here."))) from error


def _broken_xml(error: Exception) -> Unreadable:
    line = getattr(error, "position", (0, 0))[0]
    if getattr(error, "code", 0) in (3, 5):  # expat: no element found, unclosed token
        return Unreadable(Sentence(_("The file is cut off: it ends in the middle of a record."), {}))
    return Unreadable(Sentence(_("Line %(line)s is not valid XML."), {"line": line}))


class _Builder(TreeBuilder):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.depth, self.most = 0, most
        self.lines: dict[Element, int] = {}
        self.line: Callable[[], int] = lambda: 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(Sentence(_("The file is nested too deeply.")))
        if len(self.lines) >= self.most:
            raise Unreadable(Sentence(_("The file has more parts than its records could need.")))
        element = super().start(tag.rsplit("}", 1)[-1], attrs)
        self.lines[element] = self.line()
        return element

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag.rsplit("}", 1)[-1])
