"""Makes plain, readable text of what other systems send: HTML, entities, letters broken by a wrong encoding."""

import html
import re
import unicodedata
from html.parser import HTMLParser

# The letters that Windows-1252 has where Latin-1 has control characters.
_WINDOWS = {ord(letter): byte for byte in range(0x80, 0xA0) if (letter := bytes([byte]).decode("cp1252", "ignore"))}
_FOLLOWS = "".join(map(chr, _WINDOWS))
# What æ ø å č š – ’ look like when their UTF-8 bytes were read as one of these.
_BROKEN = re.compile(rf"[ÂÃÄÅ][\u0080-\u00bf{_FOLLOWS}]|â[\u0080€]")
_MARKUP = re.compile(r"<(?:[a-zA-Z/!])|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_RUN_TOGETHER = re.compile(r"(?<=[a-zæøå)][.!?])(?=[A-ZÆØÅ][a-zæøå])")
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_UNENDING = str.maketrans({"\u00a0": " ", "\u2028": "\n", "\u2029": "\n\n", "\r": "\n", "\t": " "})
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
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE).translate(_UNENDING))
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"})


def without_markup(text: str) -> str:
    """HTML becomes text with paragraphs; a plain text that only has a "<" in it stays as it is."""
    if not _MARKUP.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    # What was escaped twice ("&amp;oslash;") is common in feeds.
    return html.unescape("".join(reader.parts))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        self.parts.append("\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))
        self.parts.append("\n\n" if tag in _PARAGRAPHS else "")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            # A line break in the source of a page is a space on it.
            self.parts.append(data.replace("\n", " "))
