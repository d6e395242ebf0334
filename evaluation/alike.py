"""Whether pools are proposed of needs that one course meets: `python -m evaluation --alike`.

All needs are firms in one place who can begin at any time, so that only what they are about decides. Two are alike when
they share an offer that meets both directly (grade 3), or say the same in other words (`needs_alike.jsonl`); not alike
when no offer would be proposed for both. What lies between counts for neither.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from brokering.matching import Wish, embedding
from brokering.matching.understanding import understand
from evaluation import needs
from evaluation.figures import Numbers
from evaluation.needs import RELEVANT, Need
from pooling.proposing import alike
from pooling.proposing.asking import LEAST_SHARED, Asking, Meaning, of_subject
from pooling.proposing.bars import Places
from pooling.proposing.grouping import Edge, components, edges, groups

DIRECTLY = 3
PLACE = "0000"
HERE = Places.of([PLACE], {(PLACE, PLACE): 0.0})
ANY_DAY = date(2026, 11, 23)
LEAST = 1e-6
"""Nearly no probability: with this as the border every two that nothing keeps apart are looked at."""


@dataclass(frozen=True)
class Said:
    """A need, and which need it says in other words: its own id where it is none's."""

    need: Need
    root: str
    file: str


def read(files: Sequence[Path], in_other_words: Path) -> list[Said]:
    judged = [Said(need, need.id, file.stem) for file in files for need in needs.read(file)]
    known = {said.need.id: said for said in judged}
    rows = [json.loads(line) for line in in_other_words.read_text(encoding="utf-8").splitlines() if line.strip()]
    return judged + [
        Said(Need(row["id"], row["text"], "said anew", like.need.judgments), like.root, in_other_words.stem)
        for row in rows
        if (like := known.get(row["like"]))
    ]


@dataclass(frozen=True)
class Labels:
    """Pairs that count: where their needs stand, whether they are alike, and of which topic each need is."""

    one: NDArray[np.intp]
    other: NDArray[np.intp]
    alike: NDArray[np.bool_]
    topic: NDArray[np.intp]
    """Of every need: those that are alike, or hang together by others that are, have one."""

    @classmethod
    def of(cls, said: Sequence[Said]) -> "Labels":
        found = list(_labels(said))
        one, other = (np.array([pair[side] for pair, _alike in found], np.intp) for side in (0, 1))
        joined = [Edge(*pair, 1.0) for pair, is_so in found if is_so]
        return cls(one, other, np.array([is_so for _pair, is_so in found]), np.array(components(len(said), joined)))


def _labels(said: Sequence[Said]) -> Iterator[tuple[tuple[int, int], bool]]:
    for (one, first), (other, second) in combinations(enumerate(said), 2):
        a, b = first.need.judgments, second.need.judgments
        if first.root == second.root or _shared(a, b, DIRECTLY):
            yield (one, other), True
        elif not _shared(a, b, RELEVANT):
            yield (one, other), False


def _shared(one: Mapping[str, int], other: Mapping[str, int], grade: int) -> bool:
    return any(value >= grade and other.get(offer, 0) >= grade for offer, value in one.items())


class Engine:
    """The engine that proposes pools, over all needs at once, with weights and a border that can be tried."""

    def __init__(self, said: Sequence[Said], *, has_model: bool = True) -> None:
        with nullcontext() if has_model else patch.object(embedding, "available", bool):
            self.asking = [_asking(number, one) for number, one in enumerate(said)]
        with patch.object(alike, "ALIKE", LEAST):
            open_ = edges(self.asking, HERE, ANY_DAY)
        self.pairs = [(edge.one, edge.other) for edge in open_]
        rows = [alike.signals(self.asking[one], self.asking[other]) for one, other in self.pairs]
        self.names = tuple(rows[0])
        self.signals = np.array([list(row.values()) for row in rows])

    def shipped(self) -> Mapping[str, float]:
        return alike.WITH_MEANING if "meaning" in self.names else alike.WITHOUT_MEANING

    def of(self, one: Iterable[int], other: Iterable[int]) -> Numbers:
        """The signals of any pairs, also of those that something keeps apart."""
        rows = (alike.signals(self.asking[a], self.asking[b]) for a, b in zip(one, other, strict=True))
        return np.array([list(row.values()) for row in rows])

    def together(self, weights: Mapping[str, float], border: float) -> NDArray[np.bool_]:
        """(n, n): whether two needs are in one proposal."""
        odds = self.signals @ [weights[name] for name in self.names]
        sure = np.flatnonzero(odds >= alike.logit(border))
        linked = [Edge(*self.pairs[at], float(1 / (1 + np.exp(-odds[at])))) for at in sure]
        found = np.zeros((len(self.asking), len(self.asking)), bool)
        for group in groups(self.asking, linked, HERE, most=len(self.asking)):
            members = [one.need for one in group.members]
            found[np.ix_(members, members)] = True
        return found


def _asking(number: int, said: Said) -> Asking:
    understood = understand(Wish(text=said.need.text))
    return Asking(
        need=number,
        firm=number,
        broker=1,
        seats=1,
        subjects={found.slug: found.strength for found in understood.subjects if found.strength >= LEAST_SHARED},
        terms=of_subject((asked.term, asked.weight, asked.base) for asked in understood.terms),
        meaning=None if understood.vector is None else Meaning.of(understood.vector),
        level=understood.level,
        home=PLACE,
    )
