"""What the XML parts of office files say that could make an office program fetch, run or open something."""

import re
from collections.abc import Iterator
from typing import Protocol

from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from projects.documents import Refused

DEEPEST = 500
# Fields that fetch or start something, and those whose kind another field works out. Their code may be cut into
# several runs, hence the joining; a zero byte stands where a field begins.
FIELDS = re.compile(r"\0\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b|\0\s*(\0)", re.IGNORECASE)
MOST_ELEMENTS = 1_000_000  # in a file; a book of a thousand pages has fewer
WEB = ("http://", "https://", "mailto:", "tel:", "#")
OWN_DISK = re.compile(r"^(file:///)?[a-z]:[\\/]", re.IGNORECASE)
# Relations of a Word file to what it must not have, by the last word of their type.
ACTIVE = {
    "oleobject": "file",
    "package": "file",
    "attachedcomponent": "file",
    "afchunk": "file",
    "subdocument": "file",
    "control": "control",
    "activexcontrolbinary": "control",
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "keymapcustomizations": "macros",
    "frame": "outside",
}


class Part(Protocol):
    def read(self, name: str, pieces: Iterator[bytes], *, is_xml: bool) -> None: ...


class _Target:
    """Gathers nothing: each element is looked at as it passes, so that a large part takes no memory."""

    def __init__(self, part: "_Part") -> None:
        self.part, self.depth, self.tag = part, 0, ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.part.count += 1
        if self.depth > DEEPEST or self.part.count > MOST_ELEMENTS:
            raise ValueError("nested too deeply, or more elements than a document has")
        self.tag = tag.rpartition("}")[2]
        self.part.element(self.tag, {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def data(self, text: str) -> None:
        self.part.text(self.tag, text)

    def close(self) -> None:
        return None


class _Part:
    def __init__(self) -> None:
        self.name, self.count = "", 0

    def read(self, name: str, pieces: Iterator[bytes], *, is_xml: bool) -> None:
        """Reads to the end in any case: what is broken shows there."""
        self.name = name
        parser = DefusedXMLParser(target=_Target(self), forbid_dtd=True)
        found = False
        for piece in filter(None, pieces):
            found = True
            if is_xml:
                parser.feed(piece)
        if is_xml and found:  # LibreOffice writes some parts empty
            parser.close()
        self.done()

    def element(self, tag: str, attributes: dict[str, str]) -> None: ...

    def text(self, tag: str, text: str) -> None: ...

    def done(self) -> None: ...


class WordPart(_Part):
    """`main` is the type of the main part, as the archive's own list of types says."""

    def __init__(self) -> None:
        super().__init__()
        self.main, self.fields = "", list[str]()

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        if self.name == "[Content_Types].xml" and tag in {"Override", "Default"}:
            self._type(attributes.get("PartName", ""), attributes.get("ContentType", ""))
        elif tag == "Relationship" and self.name.endswith(".rels"):
            self._relation(attributes)
        elif tag in {"object", "control", "altChunk", "subDoc", "OLEObject"} and self.name.startswith("word/"):
            raise embedded()
        elif tag == "fldSimple":
            self.text("instrText", f"\0{attributes.get('instr', '')}")
        elif tag == "fldChar" and attributes.get("fldCharType") == "begin":
            self.text("instrText", "\0")

    def text(self, tag: str, text: str) -> None:
        if tag in {"instrText", "delInstrText"}:
            self.fields.append(text)

    def done(self) -> None:
        found = FIELDS.search("".join(self.fields))
        self.fields.clear()
        if found:
            told = _("The document has a field that fetches something from elsewhere (%(field)s). Save it as a PDF.")
            raise Refused(told % {"field": found[1] or "…"})

    def _type(self, part: str, kind: str) -> None:
        if "macroEnabled" in kind or "vba" in kind.lower():
            raise Refused(_("The file has macros. Save it without them, or as a PDF."))
        if kind.endswith(".main+xml") and "wordprocessingml" in kind and part:
            self.main = kind

    def _relation(self, attributes: dict[str, str]) -> None:
        word = attributes.get("Type", "").rpartition("/")[2].lower()
        target = attributes.get("Target", "").strip()
        kind = ACTIVE.get(word)
        if kind == "macros":
            raise Refused(_("The file has macros. Save it without them, or as a PDF."))
        if kind:
            raise embedded()
        if attributes.get("TargetMode", "").lower() == "external":
            self._outside(word, target)

    def _outside(self, word: str, target: str) -> None:
        """A template on the writer's own disk is only a name here; one elsewhere would be fetched."""
        if word == "hyperlink":
            if not target.lower().startswith(WEB) and re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", target.lower()):
                raise Refused(_("The document has a link that leads elsewhere than to the web or an e-mail address."))
        elif word == "attachedtemplate":
            if not OWN_DISK.match(target):
                raise Refused(_("The document fetches its template from elsewhere. Save it as a PDF."))
        else:
            raise Refused(_("The document fetches something from elsewhere when it is opened. Save it as a PDF."))


class OpenDocumentPart(_Part):
    def element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"event-listener", "script", "library-embedded", "module"}:
            raise Refused(_("The file has macros. Save it without them, or as a PDF."))
        if tag == "encryption-data":
            raise Refused(_("The file is protected with a password. Save it without one."))
        if tag in {"object-ole", "plugin", "applet", "floating-frame", "dde-source", "dde-connection-decl"}:
            raise embedded()
        if address := attributes.get("href", "").strip().lower():
            self._address(tag, address)

    def _address(self, tag: str, address: str) -> None:
        """Links to the web may be followed by a reader; what is fetched at once must lie in the file itself."""
        outside = bool(re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", address))
        if tag == "a":
            if outside and not address.startswith(WEB):
                raise Refused(_("The document has a link that leads elsewhere than to the web or an e-mail address."))
        elif tag == "template":
            if outside and not OWN_DISK.match(address):
                raise Refused(_("The document fetches its template from elsewhere. Save it as a PDF."))
        elif outside or address.startswith("../"):
            raise Refused(_("The document fetches something from elsewhere when it is opened. Save it as a PDF."))


def embedded() -> Refused:
    return Refused(_("The document has an object of another program inside it. Take it out, or save it as a PDF."))
