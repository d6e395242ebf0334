"""The one door: whether a file may be kept, of which kind it is, and under which name it is shown."""

import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext as _

from projects.documents import LARGEST, MEGABYTE, Checked, Refused, fingerprint, office, pdf, pictures
from projects.documents.office import OLE
from projects.documents.programs import is_program
from projects.models.documents import ContentType

ENDINGS = {
    "pdf": ContentType.PDF,
    "docx": ContentType.DOCX,
    "odt": ContentType.ODT,
    "png": ContentType.PNG,
    "jpg": ContentType.JPEG,
    "jpeg": ContentType.JPEG,
}
SIGNATURES = {
    b"%PDF-": (ContentType.PDF,),
    b"PK\x03\x04": (ContentType.DOCX, ContentType.ODT),
    b"\x89PNG\r\n\x1a\n": (ContentType.PNG,),
    b"\xff\xd8\xff": (ContentType.JPEG,),
}
LOOK: dict[ContentType, Callable[[bytes], None]] = {
    ContentType.PDF: pdf.look,
    ContentType.DOCX: office.look_at_word,
    ContentType.ODT: office.look_at_opendocument,
    ContentType.PNG: pictures.look_at_png,
    ContentType.JPEG: pictures.look_at_jpeg,
}
LONGEST_NAME = 150


def check(name: str, content: bytes) -> Checked:
    """Refused with one sentence when the file is not what it says, is broken, or could do something when opened."""
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than %(number)s MB.") % {"number": LARGEST // MEGABYTE})
    if not content:
        raise Refused(_("The file is empty."))
    if is_program(content):
        raise Refused(_("The file is a program, whatever it is called. Programs are not taken."))
    name = cleaned(name)
    kind = _kind(name, content)
    LOOK[kind](content)
    return Checked(name, content, kind, fingerprint(content))


def cleaned(name: str) -> str:
    """What the file is shown as: without folders, invisible letters and what file systems do not take."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(" " if letter.isspace() else letter for letter in name)
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*')
    stem, _dot, ending = re.sub(r" +", " ", name).strip(" .").rpartition(".")
    ending = ending.lower()
    return f"{(stem or 'document')[: LONGEST_NAME - len(ending) - 1].strip(' .')}.{ending}"


def _kind(name: str, content: bytes) -> ContentType:
    """What the bytes are; its ending must say the same."""
    called = ENDINGS.get(name.rpartition(".")[2])
    if called is None:
        raise Refused(_("Only PDF, Word (.docx), OpenDocument (.odt), PNG and JPEG files are taken."))
    if content.startswith(OLE) and called == ContentType.DOCX:
        raise Refused(_("The file is protected with a password, or of an older kind. Save it as .docx without one."))
    possible = next((kinds for start, kinds in SIGNATURES.items() if content.startswith(start)), ())
    if called not in possible:
        wrong = _("The file is called “%(name)s”, but is not a file of that kind.")
        raise Refused(wrong % {"name": name})
    return called
