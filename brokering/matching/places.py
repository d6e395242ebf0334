"""The places that a need names: they say where, not what, and so are kept out of what is looked for.

A name that is no word of any language is a place wherever it stands ("kirkenes"). One that is a word too ("Ski",
"Alta") must look like a name: a capital after "i" or "fra", or else no other meaning that the catalogue knows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from uuid import uuid4

from django.core.cache import caches

from brokering.matching import analysis
from brokering.models.index import CompetencePosting, Vocabulary
from partners.models import County, Municipality
from partners.places import capitalised, official_names

MOST_WORDS = 3
BRIEF = 3
"""Words of a text that is typed without small words: "regnskap tana"."""
BEFORE = frozenset(
    "i på til fra frå ved nær utenfor utanfor rundt omkring in at to from near around outside".split()  # noqa: SIM905
)
AFTER = frozenset(("kommune", "kommunen", "kommuna", "municipality", "suohkan", "gielda"))
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Place:
    """A place in a text: from and to which letter, its municipality's number (empty when that is not one), its name."""

    start: int
    end: int
    number: str
    name: str


@dataclass(frozen=True)
class Name:
    number: str = ""
    """Empty for a county, and for a name that two municipalities share."""
    is_official: bool = True
    """Of a municipality, its centre or a county, not just of a settlement."""


def named(text: str) -> list[Place]:
    """The places in the order of the text.

    >>> [place.name for place in named("Vi er et lite verksted i Kirkenes")]  # doctest: +SKIP
    ['Kirkenes']
    """
    found = list(_spelt(text, names()))
    doubtful = {text[at:end].lower() for at, end, _name in found if _is_word(text[at:end].lower())}
    spoken = _spoken_of(doubtful) if doubtful else frozenset()
    return [
        Place(at, end, name.number, capitalised(text[at:end]))
        for at, end, name in found
        if text[at:end].lower() not in doubtful or _looks_like_a_name(text, at, end, name, spoken)
    ]


def without(text: str, places: Iterable[Place]) -> str:
    """The text but for these places and the small words before them ("i Tana")."""
    for place in reversed(list(places)):
        before = text[: place.start]
        words = list(analysis.WORD.finditer(before))
        if words and words[-1][0].lower() in BEFORE and not before[words[-1].end() :].strip():
            before = before[: words[-1].start()]
        text = before + text[place.end :]
    return text


def names() -> Mapping[str, Name]:
    """Every name in lower case, its words parted by single spaces; read anew each hour."""
    return _loaded(caches["local"].get_or_set("names-of-places", uuid4, KEPT_SECONDS))


@lru_cache(maxsize=1)
def _loaded(_until_forgotten: object) -> Mapping[str, Name]:
    """The cache keeps a mark only: to read all names out of it takes 2 ms."""
    return _load()


def _load() -> dict[str, Name]:
    """A municipality's own name goes before a settlement's in another."""
    counties = [(name, Name()) for county in County.objects.all() for name in (county.name, county.name_se)]
    municipalities = list(Municipality.objects.all())
    official = [(name, Name(one.pk)) for one in municipalities for name in official_names(one)]
    settlements = [(name, Name(one.pk, is_official=False)) for one in municipalities for name in one.settlements]
    return _keyed(settlements) | _keyed([*counties, *official])


def _keyed(rows: Iterable[tuple[str, Name]]) -> dict[str, Name]:
    keyed: dict[str, Name] = {}
    for written, name in rows:
        key = _key(written)
        if key and keyed.setdefault(key, name).number != name.number:
            keyed[key] = Name(is_official=name.is_official)
    return keyed


def _key(written: str) -> str:
    return " ".join(analysis.WORD.findall(written.lower()))


def _spelt(text: str, known: Mapping[str, Name]) -> Iterator[tuple[int, int, Name]]:
    """Where a name is spelt, the longest at each word; from, to, and the name."""
    words = list(analysis.WORD.finditer(text))
    at = 0
    while at < len(words):
        length = next((n for n in range(MOST_WORDS, 0, -1) if _joined(text, words[at : at + n], n) in known), 0)
        if length:
            last = words[at + length - 1]
            yield words[at].start(), last.end(), known[_joined(text, words[at : at + length], length)]
        at += length or 1


def _joined(text: str, words: list[re.Match[str]], length: int) -> str:
    """The key of so many words in a row; empty where more than a space or a hyphen parts them."""
    gaps = [text[one.end() : other.start()] for one, other in pairwise(words)]
    if len(words) < length or any(gap not in (" ", "-", "–") for gap in gaps):
        return ""
    return " ".join(word[0].lower() for word in words)


def _is_word(name: str) -> bool:
    """Whether it is also a form of an ordinary word."""
    return any(name in analysis.dictionary(language) for language in ("nb", "nn", "en"))


def _spoken_of(words: Iterable[str]) -> frozenset[str]:
    """Those whose ordinary meaning the offers or the competences use: "ski", "strand", not "tana" nor "alta"."""
    terms = {word: analysis.stem(analysis.lemma(word)) for word in words}
    offered = Vocabulary.objects.filter(term__in=terms.values()).values_list("term", flat=True)
    taught = CompetencePosting.objects.filter(term__in=terms.values()).values_list("term", flat=True)
    known = {*offered, *taught}
    return frozenset(word for word, term in terms.items() if term in known - analysis.asking())


def _looks_like_a_name(text: str, at: int, end: int, name: Name, spoken: frozenset[str]) -> bool:
    written, before, after = text[at:end], _before(text[:at]), _after(text[end:])
    is_capital = written[:1].isupper() and not written[1:].isupper()
    if is_capital and (before or after in AFTER):
        return True
    is_short = len(analysis.WORD.findall(text)) <= BRIEF
    return name.is_official and written.lower() not in spoken and (is_capital or bool(before) or is_short)


def _before(start: str) -> str:
    """The small word before a name; one with a capital only where the text begins with it ("Kurs I Malm")."""
    words = analysis.WORD.findall(start)
    if not words or not start.endswith(" ") or words[-1].lower() not in BEFORE:
        return ""
    return words[-1] if words[-1].islower() or len(words) == 1 else ""


def _after(rest: str) -> str:
    word = analysis.WORD.match(rest.removeprefix(" "))
    return word[0].lower() if word else ""
