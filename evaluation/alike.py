"""Whether pools are proposed of needs that one course meets: `python -m evaluation --alike`.

All needs are firms in one place who can begin at any time, so that only what they are about decides. Two are alike when
they share an offer that meets both directly (grade 3), or say the same in other words (`needs_alike.jsonl`); not alike
when no offer would be proposed for both. What lies between counts for neither.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from brokering.matching import Wish
from brokering.matching.understanding import understand
from evaluation import needs
from evaluation.needs import RELEVANT, Need
from pooling.proposing.asking import LEAST_SHARED, Asking
from pooling.proposing.bars import Places
from pooling.proposing.grouping import edges, groups

DIRECTLY = 3
PLACE = "0000"


@dataclass(frozen=True)
class Said:
    """A need, and which need it says in other words: its own id where it is none's."""

    need: Need
    root: str
    file: str


def read(files: Sequence[Path], in_other_words: Path) -> list[Said]:
    judged = [Said(need, need.id, file.stem) for file in files for need in needs.read(file)]
    known = {said.need.id: said.need for said in judged}
    rows = [json.loads(line) for line in in_other_words.read_text(encoding="utf-8").splitlines() if line.strip()]
    return judged + [
        Said(Need(row["id"], row["text"], "said anew", known[row["like"]].judgments), row["like"], in_other_words.stem)
        for row in rows
        if row["like"] in known
    ]


def measure(said: Sequence[Said]) -> Iterator[str]:
    """Precision and recall over pairs in one proposal: of all, and of those with a need of each file."""
    asking = [_asking(number, one) for number, one in enumerate(said)]
    here = Places.of([PLACE], {(PLACE, PLACE): 0.0})
    linked = edges(asking, here, date(2026, 11, 23))
    made = groups(asking, linked, here, most=len(asking))
    together = {pair for group in made for pair in combinations(sorted(group.needs), 2)}
    labels = dict(_labels(said))
    yield "| pairs with a need of | alike | proposed | precision | recall |\n|---|---|---|---|---|"
    for name in ("all", *dict.fromkeys(one.file for one in said)):
        its = {pair: alike for pair, alike in labels.items() if name in ("all", *(said[place].file for place in pair))}
        yield _row(name, its, together)


def _row(name: str, labels: Mapping[tuple[int, int], bool], together: set[tuple[int, int]]) -> str:
    proposed = [alike for pair, alike in labels.items() if pair in together]
    right, alike = sum(proposed), sum(labels.values())
    return f"| {name} | {alike} | {len(proposed)} | {right / max(1, len(proposed)):.2f} | {right / max(1, alike):.2f} |"


def _labels(said: Sequence[Said]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Pairs that count, with whether they are alike."""
    for (one, first), (other, second) in combinations(enumerate(said), 2):
        a, b = first.need.judgments, second.need.judgments
        if first.root == second.root or _shared(a, b, DIRECTLY):
            yield (one, other), True
        elif not _shared(a, b, RELEVANT):
            yield (one, other), False


def _shared(one: Mapping[str, int], other: Mapping[str, int], grade: int) -> bool:
    return any(value >= grade and other.get(offer, 0) >= grade for offer, value in one.items())


def _asking(number: int, said: Said) -> Asking:
    understood = understand(Wish(text=said.need.text))
    return Asking(
        need=number,
        firm=number,
        broker=1,
        seats=1,
        subjects={found.slug: found.strength for found in understood.subjects if found.strength >= LEAST_SHARED},
        terms={asked.term: asked.weight for asked in understood.terms},
        vector=understood.vector,
        level=understood.level,
        home=PLACE,
    )
