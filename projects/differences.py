"""What is different between two texts, so that people can read it: words that went and words that came."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# Longer passages are told line by line: word by word would take too long and say too little.
MOST_WORDS = 2_000


class Passage(NamedTuple):
    """`kind` is same, gone or new."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Passage]:
    """The whole of both texts, in order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_passages(old, new, by_words=True)))


def _passages(old: list[str], new: list[str], *, by_words: bool) -> Iterator[Passage]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if what == "equal":
            yield Passage("same", gone)
        elif by_words and gone and came and len(gone) + len(came) < 8 * MOST_WORDS:
            yield from _passages(_words(gone), _words(came), by_words=False)
        else:
            yield from (Passage(kind, text) for kind, text in (("gone", gone), ("new", came)) if text)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _joined(passages: Iterator[Passage]) -> Iterator[Passage]:
    """Neighbours of one kind become one."""
    held: Passage | None = None
    for passage in passages:
        if held and held.kind == passage.kind:
            held = Passage(held.kind, held.text + passage.text)
        else:
            if held:
                yield held
            held = passage
    if held:
        yield held
