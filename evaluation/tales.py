"""Whether a need is found in a long story: what it is about, and which level it asks for, as the writer meant it.

Nobody has judged courses for these; each names the competences that a broker would say it is about, and some the level
that is asked for, or that the level which the story mentions is not.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from brokering.matching import Wish, match
from evaluation import report

HEADS = ("half", "tales", "likeliest competence is right", "one of three", "level is right", "have a course")


@dataclass(frozen=True)
class Tale:
    half: str
    text: str
    leaves: tuple[str, ...]
    level: str | None
    """None where the text names none."""


def read(path: Path) -> list[Tale]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Tale(row["half"], row["text"], tuple(row["leaves"]), row.get("level")) for row in rows]


@dataclass(frozen=True)
class Heard:
    """What was understood of a tale, each right or not."""

    first: bool
    among_three: bool
    level: bool | None
    courses: bool


def hear(tale: Tale) -> Heard:
    matching = match(Wish(text=tale.text))
    likeliest = sorted(matching.understood.subjects, key=lambda found: -found.strength)
    slugs = [found.slug for found in likeliest[:3]]
    return Heard(
        first=bool(slugs) and slugs[0] in tale.leaves,
        among_three=bool({*slugs} & {*tale.leaves}),
        level=None if tale.level is None else matching.understood.level == tale.level,
        courses=bool(matching.hits),
    )


def measure(path: Path) -> Iterator[str]:
    """A table by half."""
    tales = read(path)
    heard = [(tale, hear(tale)) for tale in tales]
    halves = sorted({tale.half for tale in tales})
    yield report.table(HEADS, [_row(half, [found for tale, found in heard if tale.half == half]) for half in halves])


def _row(half: str, heard: Sequence[Heard]) -> list[str]:
    levels = [found.level for found in heard if found.level is not None]
    counts = [sum(found.first for found in heard), sum(found.among_three for found in heard)]
    return [
        half,
        str(len(heard)),
        *map(str, counts),
        f"{sum(levels)} of {len(levels)}",
        str(sum(f.courses for f in heard)),
    ]
