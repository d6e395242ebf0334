"""Reads what utdanning.no gives: the JSON of its site search, and the Atom feed of its education descriptions.

An entry of the feed describes an education in general and names no school, so its provider is utdanning.no itself.
"""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, tostring

from django.utils.translation import gettext_noop as _

from brokering.exchange import wording
from brokering.exchange.files import ELEMENTS_A_RECORD, MOST_RECORDS, json_elements, kind, xml_tree
from brokering.exchange.records import OfferRecord, Rejected, Sentence, Unreadable
from brokering.exchange.report import Report
from brokering.exchange.texts import one_line, paragraphs, separated
from brokering.models import CourseOffer
from brokering.models.choices import Level

SOURCE = "utdanning.no"
SITE = "https://utdanning.no/"
DESCRIPTIONS = "utdanning.no – beskrivelser av utdanninger"
LONGEST_TEXT = 50_000

_SCATTERED = re.compile(r"tilb\w+ på (\d+) \w+", re.IGNORECASE)
_TITLE = CourseOffer._meta.get_field("title").max_length or 0
_ID = CourseOffer._meta.get_field("source_id").max_length or 0
_URL = CourseOffer._meta.get_field("url").max_length or 0
_AUDIENCE = CourseOffer._meta.get_field("audience").max_length or 0
_PROVIDER = 180
_GRANTS_CREDITS = {"universitet og høgskole", "fagskole"}
_LEVEL_OF_NUS = {
    "3": Level.UPPER_SECONDARY,
    "4": Level.UPPER_SECONDARY,
    "5": Level.VOCATIONAL_COLLEGE,
    "6": Level.BACHELOR,
    "7": Level.MASTER,
    "8": Level.DOCTORATE,
}
_PREFIX = {
    "uit.no": re.compile(r"(B|M|EM|PH)-"),
    "nmbu.no": re.compile(r"(B|M)-"),
    "uio.no": re.compile(r"(?:HF|JF|MF|MN|OD|SV|TF|UV)(B|M2|M5|1)-"),
}
_DEGREE = {
    "1": Level.BACHELOR,
    "B": Level.BACHELOR,
    "M": Level.MASTER,
    "M2": Level.MASTER,
    "M5": Level.MASTER,
    "EM": Level.MASTER,
    "PH": Level.DOCTORATE,
}


def read(content: bytes, report: Report, most: int = MOST_RECORDS) -> list[OfferRecord]:
    """The offers of a file in either format; what cannot be an offer goes into the report.

    Raises Unreadable when the file as a whole is broken.
    """
    return (read_feed if kind(content) == "xml" else read_search)(content, report, most)


def read_search(content: bytes, report: Report, most: int) -> list[OfferRecord]:
    elements = []
    for line, value in json_elements(content, most * ELEMENTS_A_RECORD):
        elements.append((line, value))
        _bounded(len(elements), most)
    if elements and not any(isinstance(value, dict) and "entity_id" in value for _line, value in elements):
        raise Unreadable(Sentence(_("No record has an “entity_id”: this is not a list of offers from utdanning.no.")))
    return list(_understood(_of_search, elements, report))


def read_feed(content: bytes, report: Report, most: int) -> list[OfferRecord]:
    root, lines = xml_tree(content, most * ELEMENTS_A_RECORD)
    if root.tag != "feed":
        raise Unreadable(Sentence(_("This XML is not an Atom feed: it begins with “%(tag)s”."), {"tag": root.tag[:40]}))
    entries = root.findall("entry")
    _bounded(len(entries), most)
    return list(_understood(_of_entry, [(lines[entry], entry) for entry in entries], report))


def _bounded(records: int, most: int) -> None:
    if records > most:
        raise Unreadable(Sentence(_("The file has more than %(most)s records."), {"most": most}))


def _understood(understand: Any, values: list[tuple[int, Any]], report: Report) -> Iterator[OfferRecord]:
    for number, (line, value) in enumerate(values, start=1):
        try:
            record: OfferRecord = _checked(understand(value))
        except Rejected as why:
            title, source_id = _known_by(value)
            report.mentioned.add(source_id)
            report.reject(number, line, title, why.sentence)
        else:
            record.number, record.line = number, line
            yield record
        report.progress(number, len(values))


def _known_by(value: Any) -> tuple[str, str]:
    """Title and id by which a rejected record can be recognised."""
    if isinstance(value, Element):
        return one_line((value.findtext("title") or "")[:_TITLE]), _uuid(value)
    known = [value.get(name) if isinstance(value, dict) else "" for name in ("title", "entity_id")]
    title, source_id = (text if isinstance(text, str) else "" for text in known)
    return one_line(title[:_TITLE]), source_id


def _checked(record: OfferRecord) -> OfferRecord:
    if not record.source_id:
        raise Rejected(Sentence(_("The record has no id.")))
    if not record.title:
        raise Rejected(Sentence(_("The record has no title.")))
    for text, longest, told in (
        (record.source_id, _ID, _("The id is longer than %(longest)s characters.")),
        (record.title, _TITLE, _("The title is longer than %(longest)s characters.")),
        (record.provider, _PROVIDER, _("The provider's name is longer than %(longest)s characters.")),
        (record.description, LONGEST_TEXT, _("The description is longer than %(longest)s characters.")),
    ):
        if len(text) > longest:
            raise Rejected(Sentence(told, {"longest": longest}))
    if "\ufffd" in record.title + record.description:
        record.remarks.append(Sentence(_("Letters were lost on the way: the text holds “�”.")))
    return record


def _of_search(value: Any) -> OfferRecord:
    if not isinstance(value, dict):
        raise Rejected(Sentence(_("The record is not an object with fields.")))
    title, description = one_line(_text(value, "title")), separated(paragraphs(_text(value, "description")))
    record = OfferRecord(
        source_id=one_line(_text(value, "entity_id")),
        title=title,
        provider=re.sub(r" ?/ ?", " / ", one_line(_text(value, "larested"))),
        description=description,
        level=wording.level(title, description) or _level_of_id(_text(value, "entity_id")),
        language=wording.language(title, description),
        modes=wording.modes(title, description),
        credits=wording.credits_of(title, description),
    )
    if not record.provider:
        raise Rejected(Sentence(_("The record does not say who offers it.")))
    record.formal = True if _text(value, "organisasjon").lower() in _GRANTS_CREDITS or record.credits else None
    record.url = _address(_text(value, "url"), _text(value, "site") or SITE, record)
    record.places = _places(one_line(_text(value, "stedsnavn")), record)
    return record


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Rejected(Sentence(_("The field “%(field)s” is not text."), {"field": name}))
    if len(text) > 2 * LONGEST_TEXT:
        raise Rejected(Sentence(_("The field “%(field)s” is far too long."), {"field": name}))
    return text


def _level_of_id(entity_id: str) -> str:
    """Three universities begin the codes of their programmes with the degree: B-BY, M-SF, PH-HEL; HFM2-ARK, MNB-BIO."""
    site, _kind, code = [*entity_id.split("___"), "", ""][:3]
    prefix = _PREFIX[site].match(code) if site in _PREFIX else None
    return _DEGREE[prefix[1]].value if prefix else ""


def _address(url: str, site: str, record: OfferRecord) -> str:
    if not url.strip():
        return ""
    try:
        address = urljoin(site, url.strip())
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(address) <= _URL
    except ValueError:
        usable = False
    if usable and not re.search(r"[\s<>\"\x00-\x1f]", address):
        return address
    record.remarks.append(Sentence(_("The address “%(url)s” cannot be used."), {"url": url[:100]}))
    return ""


def _places(text: str, record: OfferRecord) -> tuple[str, ...]:
    if scattered := _SCATTERED.match(text):
        told = _("Held at %(number)s places that the source does not name.")
        record.remarks.append(Sentence(told, {"number": scattered[1]}))
        return ()
    return tuple(dict.fromkeys(place.strip() for place in text.split(",") if place.strip()))


def _of_entry(entry: Element) -> OfferRecord:
    title = one_line(_markup(entry, "title"))
    bodies = [paragraphs(_markup(entry, name)) for name in ("node_teaser", "content", "node_body")]
    description = "\n\n".join(dict.fromkeys(body for body in bodies if body))
    asked = one_line(_markup(entry, "field_formal_prerequisites"))
    record = OfferRecord(
        source_id=_uuid(entry),
        title=title,
        provider=DESCRIPTIONS,
        description=description if len(asked) <= _AUDIENCE else f"{description}\n\n{asked}".strip(),
        audience=asked if len(asked) <= _AUDIENCE else "",
        level=_level_of_entry(entry, title, description),
        formal=None if _terms(entry, "#evu") == ["1"] else True,
        language=wording.language(title, description),
        modes=wording.modes(title, description),
    )
    links = [link.get("href", "") for link in entry.findall("link") if link.get("rel", "alternate") == "alternate"]
    record.url = _address(links[0] if links else "", SITE, record)
    return record


def _uuid(entry: Element) -> str:
    return (entry.findtext("id") or "").strip().removeprefix("urn:uuid:")


def _markup(entry: Element, name: str) -> str:
    """What a child holds as HTML, whether it is embedded XHTML or escaped text."""
    child = entry.find(name)
    if child is None:
        return ""
    if len(child) == 0:
        return child.text or ""
    within = (tostring(one, encoding="unicode", method="html") for one in child)
    return html.escape(child.text or "") + "".join(within)


def _level_of_entry(entry: Element, title: str, description: str) -> str:
    """A trade ends with a trade certificate; else NUS2000 begins with the level, the lowest being the way in."""
    if re.search(r"\b(?:fagbrev|svennebrev|yrkeskompetanse)\b", description):
        return Level.UPPER_SECONDARY.value
    codes = sorted(term[0] for term in _terms(entry, "#NUS2000") if term)
    stated = next((_LEVEL_OF_NUS[code] for code in codes if code in _LEVEL_OF_NUS), None)
    if _terms(entry, "#evu") == ["1"] and stated in {Level.BACHELOR, Level.MASTER, Level.DOCTORATE}:
        return Level.FURTHER_EDUCATION.value
    return stated.value if stated else wording.level(title)


def _terms(entry: Element, scheme: str) -> list[str]:
    return [one.get("term", "") for one in entry.findall("category") if one.get("scheme", "").endswith(scheme)]
