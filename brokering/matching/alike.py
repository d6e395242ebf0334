"""Near-identical offers: the same course at another place, on other dates, or by another provider."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from brokering.models import CourseOffer

# What share of all their words two texts have in common, for the same title. In a catalogue of 3 354 study programmes
# those of one title lie apart: 92 pairs have .6 or more, 646 have less, nearly all of them below .4.
SAME_TEXT = 0.6
WORD = re.compile(r"\w+")
One = TypeVar("One")


def grouped(found: Iterable[One], offer_of: Callable[[One], CourseOffer]) -> list[list[One]]:
    """In the order they come, each with those that are near-identical to the first of its group."""
    groups: list[list[One]] = []
    by_title: dict[tuple[str, str], list[list[One]]] = {}
    for one in found:
        offer = offer_of(one)
        titled = by_title.setdefault((_key(offer.title), offer.level), [])
        group = next((group for group in titled if are_alike(offer_of(group[0]), offer)), None)
        if group is None:
            group = list[One]()
            titled.append(group)
            groups.append(group)
        group.append(one)
    return groups


def are_alike(one: CourseOffer, other: CourseOffer) -> bool:
    """Whether two offers of one title and level say the same; without a text, those of one provider do."""
    words, others = _words(one), _words(other)
    if not words or not others:
        return one.provider_id == other.provider_id and words == others
    return len(words & others) / len(words | others) >= SAME_TEXT


def _words(offer: CourseOffer) -> set[str]:
    return set(WORD.findall(offer.description.lower()))


def _key(title: str) -> str:
    return " ".join(WORD.findall(title.lower()))
