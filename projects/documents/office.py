"""Whether a Word or OpenDocument file is only text and pictures.

Both are ZIP archives of XML. The archive is bounded before anything is unpacked, unpacked in pieces, and each part of
it is looked at: an XML part by its elements, any other by how it begins.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _

from projects.documents import Refused
from projects.documents.archives import opened, pieces
from projects.documents.elements import OpenDocumentPart, Part, WordPart
from projects.documents.programs import is_program

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"%PDF-", b"BZh", b"\xfd7zXZ")
# Text, pictures, fonts, and what has no ending (OpenDocument's own small parts); nothing else belongs in a document.
PARTS = {
    *("xml", "rels", "rdf", "vml", "txt", "odttf", "ttf", "otf"),
    *("png", "jpg", "jpeg", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svm", "svg", "wdp", "webp"),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OPENDOCUMENT = b"application/vnd.oasis.opendocument.text"


def look_at_word(content: bytes) -> None:
    with opened(content) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
            raise _not_this("Word (.docx)")
        look = WordPart()
        _look_through(archive, look)
    if look.main != WORD:
        raise _not_this("Word (.docx)")


def look_at_opendocument(content: bytes) -> None:
    with opened(content) as archive:
        first = archive.infolist()[0]
        if first.filename != "mimetype" or archive.read(first)[:100].strip() != OPENDOCUMENT:
            raise _not_this("OpenDocument (.odt)")
        if "content.xml" not in archive.namelist():
            raise _not_this("OpenDocument (.odt)")
        if any(name.startswith(("Basic/", "Scripts/")) and name[-1] != "/" for name in archive.namelist()):
            raise macros()
        _look_through(archive, OpenDocumentPart())


def _look_through(archive: ZipFile, look: Part) -> None:
    try:
        for entry in archive.infolist():
            _look_at(archive, entry, look)
    except DefusedXmlException as error:
        raise Refused(_("The file declares a document type or entities. Save it anew, or as a PDF.")) from error
    except (ParseError, LookupError, UnicodeError, ValueError) as error:
        raise Refused(_("The file is broken: a part of it cannot be read. Save it once more.")) from error


def _look_at(archive: ZipFile, entry: ZipInfo, look: Part) -> None:
    name = entry.filename.lower()
    if "vbaproject" in name or "vbadata" in name:
        raise macros()
    ending = name.rpartition("/")[2].rpartition(".")[2] if "." in name.rpartition("/")[2] else ""
    parts = pieces(archive, entry)
    head = next(parts, b"")
    _look_at_start(head, entry.filename)
    if ending and ending not in PARTS:
        raise inside(entry.filename)
    look.read(entry.filename, _together(head, parts), is_xml=ending in {"xml", "rels", "rdf", "vml"})


def _together(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _look_at_start(head: bytes, name: str) -> None:
    if is_program(head):
        raise Refused(_("The file has a program inside it (%(name)s).") % {"name": name[:80]})
    if head.startswith((OLE, *ARCHIVES)):
        raise inside(name)


def macros() -> Refused:
    return Refused(_("The file has macros. Save it without them, or as a PDF."))


def inside(name: str) -> Refused:
    told = _("The file has another file inside it (%(name)s). Take it out, or save the document as a PDF.")
    return Refused(told % {"name": name[:80]})


def _not_this(kind: str) -> Refused:
    return Refused(_("The file is not a %(kind)s document.") % {"kind": kind})
