"""Whether a PDF is only to be read: see pdf_reader.py, which looks."""

import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from projects.documents import Refused

READER = Path(__file__).with_name("pdf_reader.py")
PATIENCE = 60  # seconds; on a busy machine more than the 20 of processor time the reader has


def look(content: bytes) -> None:
    told = _told(content)
    if told != "harmless":
        raise Refused(_sentences().get(told) or _("The file could not be looked through. Save it as a PDF anew."))


def _told(content: bytes) -> str:
    """The reader's word; empty when it took too long or too much memory."""
    try:
        run = subprocess.run(  # noqa: S603 - this file's neighbour, in Python's isolated mode
            [sys.executable, "-I", READER], input=content, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return run.stdout.decode() if run.returncode == 0 else ""


def _sentences() -> dict[str, str]:
    return {
        "broken": _("The PDF is broken or cut off. Save it once more."),
        "more": _("The file is a PDF and something else at the same time. Save it as a PDF anew."),
        "password": _("The PDF is protected with a password or with restrictions. Save it without them."),
        "script": _("The PDF holds a script (JavaScript). Print it to a new PDF, which has none."),
        "launch": _("The PDF could start a program. Print it to a new PDF, which cannot."),
        "attached": _("The PDF has other files attached. Take them out, and upload each by itself."),
        "auto": _("The PDF does something by itself when it is opened. Print it to a new PDF, which does not."),
        "form": _("The PDF is a form of the kind XFA. Print it to a new PDF."),
        "action": _("The PDF plays media, sends data or opens other files. Print it to a new PDF, which does not."),
        "link": _("The PDF has a link that leads elsewhere than to the web or an e-mail address."),
    }
