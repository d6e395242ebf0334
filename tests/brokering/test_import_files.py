"""Broken and hostile files are refused with a sentence; a broken record is refused, the rest goes in."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from django.utils import translation

from brokering.exchange import files, utdanningno
from brokering.exchange.records import OfferRecord, Sentence, Unreadable
from brokering.exchange.report import Note, Report

ENTRY = """<entry><id>urn:uuid:1c97</id><title type="text">Sveisefag</title>
<link rel="alternate" href="https://utdanning.no/studiebeskrivelse/sveisefag"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Fører fram til fagbrev.</p></div></content>
<node_teaser><p>Fører fram til fagbrev.</p></node_teaser><node_body>Du lærer &lt;b&gt;å sveise&lt;/b&gt;.</node_body>
<category term="0" scheme="http://utdanning.no/schemas/CDM#evu"/></entry>"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def search(**fields: Any) -> dict[str, Any]:
    """A record of the site search, with these fields changed."""
    plain = {
        "entity_id": "uit.no___1",
        "title": "Biologi",
        "description": "Lær om livet.",
        "larested": "UiT",
        "stedsnavn": "Alta, Tromsø",
        "url": "/utdanning/uit.no/biologi",
        "site": "https://utdanning.no/",
        "organisasjon": "Universitet og høgskole",
    }
    return plain | fields


def feed(entries: str = ENTRY, before: str = "") -> bytes:
    opening = f'<?xml version="1.0" encoding="utf-8"?>{before}\n<feed xmlns="http://www.w3.org/2005/Atom">'
    return f"{opening}<title>Utdanning.no</title>{entries}</feed>".encode()


def read(content: bytes) -> tuple[list[OfferRecord], Report]:
    report = Report("file")
    return utdanningno.read(content, report), report


def zipped() -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.json", "[]")
    return archive.getvalue()


WHOLE = json.dumps([search(), search(entity_id="uit.no___2")], ensure_ascii=False, indent=1).encode()
LAUGHS = "<!DOCTYPE feed [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {letter} '{f'&{before};' * 10}'>" for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
)
EXTERNAL = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

BROKEN = {
    "empty": (b" \n", "The file is empty."),
    "cut off": (WHOLE[:-200], "The file is cut off: it ends in the middle of a record."),
    "cut off between records": (WHOLE[:-2], "The file is cut off: it ends in the middle of a record."),
    "not JSON": (b'[{"entity_id": 1},\n{entity: 2}]', "Line 2 is not valid JSON."),
    "two lists": (WHOLE + WHOLE, "Something follows after the end of the list."),
    "an object": (b'{"offers": []}', "The file must be a list of offers, as utdanning.no's search gives it."),
    "other things": (b'[{"name": "Alta"}]', "No record has an “entity_id”: this is not a list of offers"),
    "numbers": (b"[1, 2, 3]", "No record has an “entity_id”: this is not a list of offers"),
    "deep": (b"[" * 100_000, "The file is nested too deeply."),
    "deep objects": (b'[{"a":' * 100_000, "The file is nested too deeply."),
    "a long number": (b"[" + b"9" * 5000 + b"]", "The file holds a number of absurd length."),
    "Latin-1": (WHOLE.decode().encode("latin-1"), "The file is not in UTF-8: line 5 holds something else"),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "This is neither a JSON file nor an Atom feed."),
    "binary": (bytes(range(256)), "This is neither a JSON file nor an Atom feed."),
    "ZIP": (zipped(), "This is a file of another kind: ZIP, Word or Excel."),
    "PDF": (b"%PDF-1.7", "This is a file of another kind: PDF."),
    "a web page": (b"<!DOCTYPE html><html></html>", "This is a web page, not the data behind it."),
    "billion laughs": (feed(before=LAUGHS + "]>"), "The file declares entities or a document type"),
    "external entity": (feed("<entry><id>&x;</id></entry>", EXTERNAL), "The file declares entities or a document type"),
    "XML cut off": (feed()[:-30], "The file is cut off: it ends in the middle of a record."),
    "not XML": (feed("<entry></feed>"), "Line 2 is not valid XML."),
    "deep XML": (feed("<a>" * 100_000), "The file is nested too deeply."),
    "other XML": (b"<rss><channel/></rss>", "This XML is not an Atom feed: it begins with “rss”."),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><feed/>', "The file is in an encoding"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_a_sentence(name: str) -> None:
    content, told = BROKEN[name]
    with pytest.raises(Unreadable) as why:
        read(content)
    assert str(why.value).startswith(told)


@pytest.mark.parametrize("content", [feed("<a/>" * 100), b"[" + b"[]," * 100 + b"[]]"])
def test_a_file_of_countless_parts_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="more parts than its records could need"):
        utdanningno.read(content, Report("file"), most=1)


def test_a_file_on_one_line_is_read_in_one_pass() -> None:
    began = process_time()
    records, _report = read(
        json.dumps([search(entity_id=str(n), description="x" * 2000) for n in range(2000)]).encode()
    )
    assert (len(records), records[-1].line) == (2000, 1)
    assert process_time() - began < 5


def test_a_file_that_is_too_big_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "LARGEST", 1024 * 1024)
    (tmp_path / "big.json").write_bytes(b"[" * (1024 * 1024 + 1))
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        files.read_file(tmp_path / "big.json")


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_what_is_no_file_is_told_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="There is no such file"):
        files.read_file(tmp_path / name)


@pytest.mark.parametrize("content", [WHOLE, feed(ENTRY * 2)])
def test_too_many_records_are_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="more than 1 records"):
        utdanningno.read(content, Report("file"), most=1)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (17, "The record is not an object with fields."),
        (search(entity_id=" "), "“Biologi”: The record has no id."),
        (search(title="<p></p>"), "“<p></p>”: The record has no title."),
        (search(title=None), "The record has no title."),
        (search(title=["x"]), "The field “title” is not text."),
        (search(larested=""), "“Biologi”: The record does not say who offers it."),
        (search(title="x" * 301), "The title is longer than 300 characters."),
        (search(entity_id="x" * 201), "“Biologi”: The id is longer than 200 characters."),
        (search(description="x" * 60_000), "“Biologi”: The description is longer than 50000 characters."),
        (search(description="x" * 200_000), "“Biologi”: The field “description” is far too long."),
    ],
)
def test_a_broken_record_is_rejected_and_the_rest_goes_in(record: Any, told: str) -> None:
    records, report = read(json.dumps([search(), record], indent=1).encode())
    assert [one.source_id for one in records] == ["uit.no___1"]
    (note,) = report.rejected
    assert (note.number, note.line) == (2, 12)
    assert note.told.removeprefix(f"“{'x' * 300}”: ") == told.replace("“<p></p>”: ", "")


def test_a_search_record_is_understood() -> None:
    ((record,), _report) = read(json.dumps([search()]).encode())
    assert record == OfferRecord(
        source_id="uit.no___1",
        title="Biologi",
        provider="UiT",
        description="Lær om livet.",
        formal=True,
        url="https://utdanning.no/utdanning/uit.no/biologi",
        places=("Alta", "Tromsø"),
        number=1,
        line=1,
    )


def test_an_entry_of_the_feed_is_understood() -> None:
    ((record,), _report) = read(feed())
    assert record == OfferRecord(
        source_id="1c97",
        title="Sveisefag",
        provider=utdanningno.DESCRIPTIONS,
        description="Fører fram til fagbrev.\n\nDu lærer å sveise.",
        level="upper_secondary",
        formal=True,
        url="https://utdanning.no/studiebeskrivelse/sveisefag",
        number=1,
        line=2,
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://[broken", 'https://x.no/"onload=', "data:,x"])
def test_an_address_that_is_none_is_left_out_with_a_remark(url: str) -> None:
    ((record,), _report) = read(json.dumps([search(url=url)]).encode())
    assert record.url == ""
    assert "cannot be used" in str(record.remarks[0])


def test_places_that_the_source_does_not_name_are_remarked() -> None:
    ((record,), _report) = read(json.dumps([search(stedsnavn="Tilbys på 7 studiesteder")]).encode())
    assert record.places == ()
    assert str(record.remarks[0]) == "Held at 7 places that the source does not name."


def test_letters_that_were_lost_are_remarked() -> None:
    ((record,), _report) = read(json.dumps([search(title="L\ufffdring")]).encode())
    assert "Letters were lost" in str(record.remarks[0])


def test_a_note_survives_being_kept() -> None:
    report = Report("file")
    report.reject(3, 40, "Biologi", Sentence("The title is longer than %(longest)s characters.", {"longest": 300}))
    (kept,) = report.kept(report.rejected)
    assert Note.from_json(json.loads(json.dumps(kept))) == report.rejected[0]
