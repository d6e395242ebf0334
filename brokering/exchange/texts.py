"""Makes plain, readable text of what other systems send: HTML, entities, letters broken by a wrong encoding."""

import html
import re
import unicodedata
from collections.abc import Iterator

# The letters that Windows-1252 has where Latin-1 has control characters.
_WINDOWS = {ord(letter): byte for byte in range(0x80, 0xA0) if (letter := bytes([byte]).decode("cp1252", "ignore"))}
_FOLLOWS = "".join(map(chr, _WINDOWS))
# What æ ø å č š – ’ look like when their UTF-8 bytes were read as one of these.
_BROKEN = re.compile(rf"[ÂÃÄÅ][\u0080-\u00bf{_FOLLOWS}]|â[\u0080€]")
_TAG = re.compile(r"""</?(?P<name>[a-zA-Z][a-zA-Z0-9]*)\b(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*|[^<>]*)>|<[!?][^<>]*>""")
_RUN_TOGETHER = re.compile(r"(?<=[a-zæøå)][.!?])(?=[A-ZÆØÅ][a-zæøå])")
_UNSEEN_LETTERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200d\u2060\ufeff\ud800-\udfff]")
_SPACES = str.maketrans({"\u00a0": " ", "\u2028": "\n", "\u2029": "\n\n", "\r": "\n", "\t": " "})
_PARAGRAPHS = {"address", "article", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre"}
_PARAGRAPHS |= {"section", "table", "ul"}
_LINES = {"br", "dd", "dt", "hr", "li", "tr"}
_UNSEEN = {"script", "style", "template", "noscript", "iframe", "object"}


def one_line(text: str) -> str:
    """Readable text of a title or a name: no markup, no line breaks."""
    return " ".join(paragraphs(text).split())


def paragraphs(text: str) -> str:
    """Readable text of a description: paragraphs with an empty line between, each line of a list on its own."""
    text = without_markup(mended(text.replace("\r\n", "\n")))
    lines = [" ".join(line.split()) for line in visible(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def separated(text: str) -> str:
    """Paragraphs that lost the break between them ("… ressursar.Med master …") get it back."""
    return _RUN_TOGETHER.sub("\n\n", text)


def mended(text: str) -> str:
    """UTF-8 that was read as Latin-1 or Windows-1252 ("Ã¸") is read again; text that does not fit that story stays."""
    if not _BROKEN.search(text):
        return text
    try:
        again = text.translate(_WINDOWS).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    return mended(again)


def visible(text: str) -> str:
    """Without soft hyphens, control characters and half surrogates, which no reader sees and no database takes."""
    return unicodedata.normalize("NFC", _UNSEEN_LETTERS.sub("", text.translate(_SPACES)))


def without_markup(text: str) -> str:
    """HTML becomes text with paragraphs; a plain text that only has a "<" in it stays as it is.

    Takes time in proportion to the text, however it is broken (html.parser takes the square of it).
    """
    text = _without_comments(text)
    if tags := list(_TAG.finditer(text)):
        text = "".join(_visible_parts(text, tags))
    # What was escaped twice ("&amp;oslash;") is common in feeds.
    return html.unescape(html.unescape(text))


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)


def _visible_parts(text: str, tags: list[re.Match[str]]) -> Iterator[str]:
    at, hidden_by = 0, ""
    for tag in tags:
        name, closes = (tag["name"] or "").lower(), tag[0].startswith("</")
        if not hidden_by:
            # A line break in the source of a page is a space on it.
            yield text[at : tag.start()].replace("\n", " ")
            yield "\n\n" if name in _PARAGRAPHS else "\n" if name in _LINES and not closes else ""
        if closes and name == hidden_by:
            hidden_by = ""
        elif not closes and not hidden_by and name in _UNSEEN:
            hidden_by = name
        at = tag.end()
    if not hidden_by:
        yield text[at:].replace("\n", " ")
