"""What differs between two versions of a report, in words."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from projects.models.contents import Content, Row
from projects.models.reports import sections

SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


class Change(NamedTuple):
    """A sentence about it; for text, what was taken out and what was put in."""

    sentence: str
    removed: list[str]
    added: list[str]


def changes(before: Content, after: Content) -> list[Change]:
    return [*_figures(before.figures, after.figures), *_texts(before, after), *_adjustments(before, after)]


def _figures(before: list[Row], after: list[Row]) -> Iterator[Change]:
    was = {row["key"]: row for row in before}
    for row in after:
        old = was.get(row["key"])
        if old is None:
            yield Change(_("%(figure)s is counted as well.") % {"figure": row["label"]}, [], [])
        elif old["value"] != row["value"]:
            numbers = {name: number_format(one["value"]) for name, one in (("old", old), ("new", row))}
            yield Change(_("%(figure)s: %(old)s is now %(new)s.") % {"figure": row["label"], **numbers}, [], [])


def _texts(before: Content, after: Content) -> Iterator[Change]:
    for (label, old), (_label, new) in zip(sections(before.narrative), sections(after.narrative), strict=True):
        removed, added = _sentences(old, new)
        if removed or added:
            yield Change(_("“%(section)s” has another text.") % {"section": label}, removed, added)


def _sentences(old: str, new: str) -> tuple[list[str], list[str]]:
    """Those that are only in the old text, and those that are only in the new."""
    before, after = ([one for one in SENTENCE.split(text.strip()) if one] for text in (old, new))
    removed, added = list[str](), list[str]()
    for _kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if _kind != "equal":
            removed += before[a:b]
            added += after[c:d]
    return removed, added


def _adjustments(before: Content, after: Content) -> Iterator[Change]:
    if before.adjustments != after.adjustments:
        yield Change(_("The adjustments of earlier reports are others."), [], [])
