"""From text to terms: nynorsk becomes bokmål, words their lemma and stem, compounds also their parts.

Offers and needs go through the same steps, so that "sveisekurs", "sveising" and "sveisar" meet. Pure functions over the
dictionaries of simplemma and the word lists in brokering/lexicon/.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

VERSION = "4"
LEXICON = Path(__file__).resolve().parent.parent / "lexicon"
# A part says less than the whole word: best of 0, .3, .5, .8 on the development needs (nDCG@10 .21, .25, .27, .26).
PART_WEIGHT = 0.5
LONGEST_TERM = 60

WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
GLUED = re.compile(r"([a-zæøå.!?:])([A-ZÆØÅ][a-zæøå])")
# Spelling differences that turn a nynorsk form into a bokmål one; taken only where the result is a bokmål word.
TO_BOKMAL = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        ("^kv", "hv"),
        ("heim", "hjem"),
        ("legheit$", "lighet"),
        ("leik$", "het"),
        ("leg$", "lig"),
        ("leg(e|t)$", r"lig\1"),
        ("inga$", "ingen"),
        ("ingar$", "inger"),
        ("ar$", "er"),
        ("ar$", "ere"),
        ("ane$", "ene"),
        ("ande$", "ende"),
        ("skul", "skol"),
        ("lærar", "lærer"),
        ("sjuk", "syk"),
        ("veg", "vei"),
        ("tenest", "tjenest"),
        ("leiar", "leder"),
        ("leiing", "ledelse"),
        ("au", "ø"),
        ("øy", "ø"),
        ("ei", "e"),
        ("kj", "k"),
        ("gj", "g"),
        ("a$", "e"),
    ]
]
SUFFIXES = ("ering", "erer", "else", "ning", "ing", "ere", "het", "er", "e")
SHORTEST_STEM = 4
SHORTEST_COMPOUND = 7
SHORTEST_PART = 4
DEFINITE = ("en", "et", "n")
JOINTS = ("", "s", "e")


class Term(NamedTuple):
    """What is looked up: `text`; how much it counts beside the others; the base form it was cut from; the word said."""

    text: str
    weight: float
    base: str
    said: str


def terms(text: str) -> list[Term]:
    """Every word's terms in the order of the text, function words left out.

    >>> [term.text for term in terms("Vi treng sveisekurs")]
    ['treng', 'sveisekurs', 'sveis', 'kurs']
    """
    return [term for word in words(text) for term in of_word(word)]


def wanted(text: str) -> list[Term]:
    """The terms of a need: each once, without the words of asking ("vi trenger et kurs i")."""
    best: dict[str, Term] = {}
    for term in terms(text):
        if term.text not in asking() and term.weight > getattr(best.get(term.text), "weight", 0):
            best[term.text] = term
    return list(best.values())


def words(text: str) -> Iterator[str]:
    """Words in lower case, those of two glued sentences apart ("arbeid.Du" in scraped text)."""
    whole = GLUED.sub(r"\1 \2", unicodedata.normalize("NFC", text))
    return (word.lower() for word in WORD.findall(whole))


@lru_cache(maxsize=50_000)
def of_word(word: str) -> tuple[Term, ...]:
    """The terms of one word: the word itself, and the parts of a compound."""
    base = lemma(word)
    if len(base) < 2 or is_small(word):
        return ()
    inner = {stem(part): part for part in map(lemma, parts(base)) if part not in stopwords()}
    inner.pop(stem(base), None)
    own = Term(stem(base), 1.0, base, word)
    return (own, *(Term(text, PART_WEIGHT, part, word) for text, part in inner.items()))


def is_verb(base: str) -> bool:
    """Whether a bokmål lemma is a verb and no noun: "betale", not "leie"."""
    nb = dictionary("nb")
    return base.endswith("e") and nb.get(base + "r") == base and all(nb.get(base + end) != base for end in ("n", "ne"))


def is_small(word: str) -> bool:
    """Whether it only holds a sentence together: "og", "vårt"."""
    return bool({word, lemma(word)} & stopwords())


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """The bokmål lemma where there is one, else the English one, else the word itself.

    >>> lemma("lærarane"), lemma("rettleiing"), lemma("employees")
    ('lærer', 'veiledning', 'employee')
    """
    word = nynorsk().get(word, word)
    return (_bokmal(word) or _from_nynorsk(word) or _genitive(word) or _english(word) or word)[:LONGEST_TERM]


def _bokmal(word: str) -> str:
    """A word that is a noun stays one, though it may also be a form of a verb ("røyk", "fører")."""
    if any(dictionary("nb").get(word + ending) == word for ending in DEFINITE):
        return word
    return dictionary("nb").get(word, "").lower()


def _english(word: str) -> str:
    return dictionary("en").get(word, "").lower()


def _genitive(word: str) -> str:
    return _bokmal(word[:-1]) if word.endswith("s") else ""


def _from_nynorsk(word: str) -> str:
    own = dictionary("nn").get(word, "").lower()
    if own in nynorsk():
        return nynorsk()[own]
    return next((found for form in (own, word) if form and (found := _respelt(form))), own)


def _respelt(form: str) -> str:
    tries = [form, *(pattern.sub(new, form) for pattern, new in TO_BOKMAL)]
    return next((found for attempt in tries if (found := _bokmal(attempt))), "")


def stem(word: str) -> str:
    """Without the endings that make one root a deed, a doer or a thing (sveising, sveiser, sveise)."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def parts(word: str) -> tuple[str, ...]:
    """The parts of a compound at every depth, outer ones first; nothing for a simple word.

    >>> parts("kompetansekartlegging")
    ('kompetanse', 'kartlegging', 'kart', 'legging')
    """
    outer = split(word)
    return outer + tuple(inner for part in outer for inner in parts(part))


@lru_cache(maxsize=50_000)
def split(word: str) -> tuple[str, ...]:
    """The words that make up a compound, joined by nothing, -s- or -e-: as few and as long as may be.

    Nynorsk parts are looked for where no bokmål ones are found.
    """
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_TERM or word in simple():
        return ()
    return _divided(word, is_part) or (() if _bokmal(word) else _divided(word, is_nynorsk_part))


def _divided(word: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    found = [
        head + tail
        for place in range(3, len(word) - 2)
        for tail in _tails(word[place:], is_known)
        for head in _heads(word[:place], is_known)
    ]
    return min(found, key=lambda pieces: (len(pieces), -min(map(len, pieces))), default=())


def _tails(rest: str, is_known: Callable[[str], bool]) -> list[tuple[str, ...]]:
    return [(rest,)] if is_known(rest) else [inner] if (inner := split(rest)) else []


def _heads(start: str, is_known: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    for joint in JOINTS:
        head = start.removesuffix(joint)
        if start.endswith(joint) and is_known(head):
            yield (head,)


def is_part(piece: str) -> bool:
    """Whether a compound may have it as a part: a bokmål word, not too short and not a mere ending."""
    if len(piece) < SHORTEST_PART:
        return piece in short_parts()
    return bool(_bokmal(piece)) and piece not in endings() and piece not in stopwords()


def is_nynorsk_part(piece: str) -> bool:
    """A bokmål part, or a nynorsk word that is one in bokmål ("vegar", "tenester")."""
    return is_part(piece) or (len(piece) > SHORTEST_PART and is_part(_from_nynorsk(piece)))


def is_word(word: str) -> bool:
    """Whether any of the dictionaries knows it, whole or as a compound."""
    return is_listed(word) or bool(split(lemma(word)))


def is_listed(word: str) -> bool:
    """Whether any of the dictionaries has it as it is, not only its parts."""
    base = lemma(word)
    return any(base in dictionary(language) for language in ("nb", "nn", "en"))


@cache
def dictionary(language: str) -> Mapping[str, str]:
    return _dictionaries().get_dictionary(language)


@cache
def _dictionaries() -> TrieDictionaryFactory:
    """Kept as tries in var/, made on first use: a tenth of the memory of dictionaries."""
    return TrieDictionaryFactory(cache_max_size=3, disk_cache_dir=str(settings.VAR_DIR / "words"))


@cache
def nynorsk() -> dict[str, str]:
    return dialect() | dict(line.split() for line in lines("nynorsk.txt"))


@cache
def dialect() -> dict[str, str]:
    return dict(line.split() for line in lines("dialect.txt"))


@cache
def stopwords() -> frozenset[str]:
    return frozenset(_listed("stopwords.txt"))


@cache
def asking() -> frozenset[str]:
    """As terms, so that every form of the words counts."""
    return frozenset(stem(lemma(word)) for word in _listed("asking.txt"))


@cache
def short_parts() -> frozenset[str]:
    return frozenset(_listed("parts.txt"))


@cache
def simple() -> frozenset[str]:
    return frozenset(_listed("simple.txt"))


@cache
def endings() -> frozenset[str]:
    return frozenset(_listed("endings.txt"))


def _listed(name: str) -> Iterable[str]:
    return (word for line in lines(name) for word in line.split())


def lines(name: str) -> list[str]:
    """Of a file of the lexicon, without its comments."""
    text = (LEXICON / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
