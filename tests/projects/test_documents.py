"""Uploaded files: what is taken and kept byte by byte, and what is refused with one sentence that says why."""

import os
import time
from collections.abc import Iterator
from io import BytesIO
from threading import Thread
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from django.utils import translation

from projects.documents import LARGEST, Refused, office, pdf_reader
from projects.documents import pdf as pdf_check
from projects.documents.checking import check, cleaned
from projects.models import Document
from projects.models.documents import sweep
from tests.factories import UserFactory
from tests.projects.factories_agreements import document
from tests.projects.files import (
    CALM_CATALOG,
    DOS,
    EXE,
    OLE,
    archive,
    docx,
    jpeg,
    odt,
    packed_pdf,
    pdf,
    png,
    relation,
)

JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
OPENS = CALM_CATALOG.replace(b">>", b"/OpenAction 4 0 R >>")
NAMED = CALM_CATALOG.replace(b">>", b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >> >>")
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
SPLIT_DDE = FIELD.format("DD") + "<w:r><w:instrText>EAUTO c:\\\\x.exe</w:instrText></w:r>"
COMPUTED = FIELD.format(" ") + FIELD.format("QUOTE 68 68 69")
LISTENER = (
    '<office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:x"/></office:event-listeners>'
)

TAKEN = {
    "pdf": ("Avtale.pdf", pdf()),
    "packed": ("Avtale.PDF", packed_pdf()),
    "opens at its first page": ("a.pdf", pdf(catalog=CALM_CATALOG.replace(b">>", b"/OpenAction [3 0 R /Fit] >>"))),
    "goes to a page": ("a.pdf", pdf(b"<< /S /GoTo /D [3 0 R /Fit] >>", catalog=OPENS)),
    "links to the web": ("a.pdf", pdf(b"<< /Type /Annot /A << /S /URI /URI (https://nav.no) >> >>")),
    "word": ("avtale.docx", docx()),
    "a link in word": ("a.docx", docx(relations=relation("hyperlink", "https://nav.no"))),
    "a field in word": ("a.docx", docx(body=FIELD.format(' HYPERLINK "https://x.no/dde" ') + FIELD.format(" PAGE "))),
    "the writer's own template": (
        "a.docx",
        docx(
            {"word/_rels/settings.xml.rels": b""}, relations=relation("attachedTemplate", "file:///C:\\Maler\\a.dotm")
        ),
    ),
    "a picture in word": ("a.docx", docx({"word/media/image1.png": png()})),
    "opendocument": ("avtale.odt", odt()),
    "a link in opendocument": ("a.odt", odt(body='<text:a xlink:href="https://nav.no">x</text:a>')),
    "png": ("skann.png", png()),
    "jpeg": ("skann.jpg", jpeg()),
    "a telephone's two pictures": ("skann.jpeg", jpeg() + jpeg()),
}
REFUSED = {
    "empty": ("a.pdf", b"", "is empty"),
    "a program called pdf": ("avtale.pdf", EXE, "is a program"),
    "a short program called pdf": ("avtale.pdf", DOS, "is a program"),
    "a script called png": ("a.png", b"#!/bin/sh\nrm -rf /", "is a program"),
    "a program by its name": ("avtale.pdf.exe", pdf(), "Only PDF"),
    "no ending": ("avtale", pdf(), "Only PDF"),
    "a web page called pdf": ("a.pdf", b"<html><script>alert(1)</script></html>", "not a file of that kind"),
    "a drawing called pdf": ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a file of"),
    "a picture called pdf": ("a.pdf", png(), "not a file of that kind"),
    "a drawing": ("a.svg", b"<svg/>", "Only PDF"),
    "pdf called docx": ("a.docx", pdf(), "not a file of that kind"),
    "odt called docx": ("a.docx", odt(), "not a Word"),
    "docx called odt": ("a.odt", docx(), "not a OpenDocument"),
    "spreadsheet called docx": (
        "a.docx",
        docx(main=office.WORD.replace("wordprocessing", "spreadsheet")),
        "not a Word",
    ),
    "any archive called docx": ("a.docx", archive({"a.txt": b"x"}), "not a Word"),
    "cut pdf": ("a.pdf", pdf()[:200], "broken"),
    "pdf without pages": ("a.pdf", b"%PDF-1.7\nnothing\n%%EOF", "broken"),
    "cut docx": ("a.docx", docx()[:300], "broken"),
    "cut png": ("a.png", png()[:40], "broken"),
    "damaged png": ("a.png", png().replace(b"IDAT", b"IDAX"), "broken"),
    "huge png": ("a.png", png(100_000, 100_000), "200 million"),
    "cut jpeg": ("a.jpg", jpeg()[:-2], "broken"),
    "password pdf": (
        "a.pdf",
        pdf(b"<< /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >>", trailer=b"/Encrypt 4 0 R"),
        "pass",
    ),
    "password docx": ("a.docx", OLE, "password"),
    "script": ("a.pdf", pdf(JAVASCRIPT, catalog=NAMED), "JavaScript"),
    "script under an escaped name": (
        "a.pdf",
        pdf(JAVASCRIPT.replace(b"/JavaScript", b"/Java#53cript"), catalog=OPENS),
        "Jav",
    ),
    "script that is packed": ("a.pdf", packed_pdf(JAVASCRIPT, catalog=OPENS), "JavaScript"),
    "script packed outside the table": ("a.pdf", packed_pdf(JAVASCRIPT, catalog=OPENS, in_table=False), "JavaScript"),
    "opens by itself, packed": ("a.pdf", packed_pdf(b"<< /S /SetOCGState >>", catalog=OPENS), "by itself"),
    "acts on opening a page": ("a.pdf", pdf(b"<< /AA << /O << /S /Named /N /Print >> >> >>"), "by itself"),
    "starts a program": ("a.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>", catalog=OPENS), "start a program"),
    "starts one, packed": ("a.pdf", packed_pdf(b"<< /A << /S /Launch /F (cmd.exe) >> >>"), "start a program"),
    "attachment": ("a.pdf", pdf(b"<< /Type /Filespec /F (a.exe) /EF << /F 3 0 R >> >>"), "attached"),
    "attachment, packed": ("a.pdf", packed_pdf(b"<< /Type /Filespec /EF << /F 3 0 R >> >>"), "attached"),
    "xfa": ("a.pdf", packed_pdf(b"<< /Fields [] /XFA [] >>"), "XFA"),
    "sends itself": ("a.pdf", packed_pdf(b"<< /A << /S /SubmitForm /F (http://x) >> >>"), "sends data"),
    "plays media": ("a.pdf", packed_pdf(b"<< /Type /Annot /Subtype /RichMedia >>"), "plays media"),
    "a link that is a script": ("a.pdf", packed_pdf(b"<< /A << /S /URI /URI (javascript:x) >> >>"), "leads elsewhere"),
    "an unknown action": ("a.pdf", packed_pdf(b"<< /Type /Action /S /Surprise >>"), "opens other files"),
    "pdf and archive": ("a.pdf", pdf() + archive({"a.exe": EXE}), "something else"),
    "pdf and archive that ends as a pdf": ("a.pdf", pdf() + archive({"a": b"x"}, comment=b"%%EOF"), "something else"),
    "pdf and web page": ("a.pdf", pdf().replace(b"%\xe2", b"<html><script>x</script>%\xe2"), "something else"),
    "picture and archive": ("a.png", png() + archive({"a.exe": EXE}), "hidden after the end"),
    "photograph and web page": ("a.jpg", jpeg() + b"<script>x</script>", "hidden after the end"),
    "archive and something before": ("a.docx", b"PK\x03\x04" + EXE + docx(), "hidden"),
    "archive and something after": ("a.docx", docx() + b"<script>", "hidden"),
    "macros": ("a.docx", docx({"word/vbaProject.bin": OLE}), "macros"),
    "macros by their type": ("a.docx", docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    "macros by relation": ("a.docx", docx(relations=relation("vbaProject", "x.png", outside=False)), "macros"),
    "macros in opendocument": ("a.odt", odt({"Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
    "a listener in opendocument": ("a.odt", odt(body=LISTENER), "macros"),
    "program in word": ("a.docx", docx({"word/media/image1.png": EXE}), "program inside"),
    "program in opendocument": ("a.odt", odt({"Pictures/a.png": EXE}), "program inside"),
    "object in word": ("a.docx", docx({"word/embeddings/oleObject1.bin": OLE}), "another file inside"),
    "object in the text": ("a.docx", docx(body="<w:object/>"), "another program"),
    "archive in word": ("a.docx", docx({"word/embeddings/a.xlsx": docx()}), "another file inside"),
    "other kinds in word": ("a.docx", docx({"word/a.hta": b"x"}), "another file inside"),
    "template from elsewhere": ("a.docx", docx(relations=relation("attachedTemplate", "http://x/a.dotm")), "template"),
    "template on a share": ("a.docx", docx(relations=relation("attachedTemplate", "file:////x/a.dotm")), "template"),
    "picture from elsewhere": ("a.docx", docx(relations=relation("image", "http://x/a.png")), "fetches something"),
    "picture from elsewhere, odt": (
        "a.odt",
        odt(body='<draw:image xlink:href="http://x/a.png"/>'),
        "fetches something",
    ),
    "link to a script": ("a.docx", docx(relations=relation("hyperlink", "javascript:x")), "leads elsewhere"),
    "link to a share": ("a.odt", odt(body='<text:a xlink:href="file://x/a.exe">x</text:a>'), "leads elsewhere"),
    "dde in pieces": ("a.docx", docx(body=SPLIT_DDE), "field that fetches"),
    "a field made by a field": ("a.docx", docx(body=COMPUTED), "field that fetches"),
    "entities": ("a.docx", docx({"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "entities"),
    "broken part": ("a.docx", docx({"word/x.xml": b"<a><b></a>"}), "broken"),
    "nested too deeply": ("a.docx", docx({"word/x.xml": b"<a>" * 9000 + b"</a>" * 9000}), "broken"),
    "folders upwards": ("a.docx", docx({"../../x.xml": b"<a/>"}), "broken"),
    "bomb": ("a.docx", docx({"word/media/a.xml": b"\0" * 60_000_000}), "far more"),
    "bomb of many": ("a.odt", odt({f"Pictures/{n}.png": b"" for n in range(3000)}), "far more"),
}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("what", TAKEN)
def test_taken(what: str) -> None:
    name, content = TAKEN[what]
    checked = check(name, content)
    assert checked.content == content
    assert checked.name == cleaned(name)


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    name, content, why = REFUSED[what]
    with pytest.raises(Refused, match=why) as told:
        check(name, content)
    assert str(told.value).count("\n") == 0


def test_too_large() -> None:
    with pytest.raises(Refused, match="larger than 20 MB"):
        check("a.pdf", b"%PDF-" + b"\0" * LARGEST)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either() -> None:
    """The list of an archive says 10 bytes; reading stops there."""
    honest = docx({"word/media/a.xml": b"<a>" + b"\0" * 1_000_000})
    lying = honest.replace((1_000_003).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(Refused, match="broken"):
        check("a.docx", lying)


def test_a_bomb_costs_neither_time_nor_memory() -> None:
    name, content, _why = REFUSED["bomb"]
    assert len(content) < 100_000
    began = time.monotonic()
    with pytest.raises(Refused):
        check(name, content)
    assert time.monotonic() - began < 1


def test_a_part_of_millions_of_elements_is_given_up() -> None:
    with pytest.raises(Refused, match="broken"):
        check(
            "a.docx", docx({"word/x.xml": b"<a>" + b"<b/>" * 1_000_001 + os.urandom(60_000).hex().encode() + b"</a>"})
        )


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_check, "PATIENCE", 0.01)
    with pytest.raises(Refused, match="could not be looked through"):
        check("a.pdf", pdf())


def test_the_reader_has_an_end() -> None:
    """The operating system stops it by itself; so neither a spinning nor a swelling file holds the site up."""
    child = os.fork()
    if not child:
        pdf_reader.SECONDS = 1
        pdf_reader.limit()
        while True:
            pass
    assert os.waitpid(child, 0)[1] != 0


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("C:\\Users\\kari\\Avtale.PDF", "Avtale.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("avtale\u202efdp.docx", "avtalefdp.docx"),
        ("  signert \n avtale .pdf", "signert avtale.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        (".pdf", "document.pdf"),
        ("Å" * 400 + ".pdf", "Å" * 146 + ".pdf"),
    ],
)
def test_names_are_cleaned(typed: str, shown: str) -> None:
    assert cleaned(typed) == shown


@pytest.mark.django_db
class TestKept:
    def test_byte_by_byte_under_a_name_of_its_own(self) -> None:
        for name, content in TAKEN.values():
            kept = Document.keep(check(name, content), UserFactory.create())
            assert default_storage.open(str(kept.file)).read() == content
            assert kept.file.name == f"documents/{kept.sha256[:2]}/{kept.sha256}"
            assert kept.size == len(content)

    def test_the_same_bytes_once(self) -> None:
        one, two = (Document.keep(check(name, pdf()), None) for name in ("a.pdf", "b.pdf"))
        assert (one.file.name, one.name, two.name) == (two.file.name, "a.pdf", "b.pdf")

    def test_and_never_changed(self) -> None:
        Document.keep(check("a.pdf", pdf()), None)
        for change in (lambda: Document.objects.update(name="b.pdf"), lambda: Document.objects.all().delete()):
            with pytest.raises(Error, match="Cannot update or delete rows"), transaction.atomic():
                change()


def test_test_archives_are_archives() -> None:
    """So that what is refused above is refused for what it is."""
    for name, content in TAKEN.values():
        if name.endswith((".docx", ".odt")):
            with ZipFile(BytesIO(content)) as file:
                assert file.testzip() is None


@pytest.mark.django_db
def test_what_a_failed_request_left_is_swept_away_and_nothing_else() -> None:
    kept, left = document(b"%PDF kept"), f"documents/{'ab' * 32:.2}/{'ab' * 32}"
    default_storage.save(left, ContentFile(b"%PDF left"))
    assert sweep() == 1
    assert not default_storage.exists(left)
    assert kept.is_whole()


@pytest.mark.django_db(transaction=True)
def test_what_is_being_stored_now_is_not_swept_away() -> None:
    swept = list[int]()

    def work() -> None:
        swept.append(sweep())
        connection.close()

    with transaction.atomic():
        storing = document(b"%PDF now")
        worker = Thread(target=work)
        worker.start()
        worker.join()
        transaction.set_rollback(True)
    assert swept == [0]
    assert storing.is_whole()
    assert sweep() == 1
