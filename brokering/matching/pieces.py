"""From text to the pieces of words that the language model knows, those that are most probable together.

Unigram language model (Kudo 2018, https://aclanthology.org/P18-1007), as SentencePiece applies it: characters are
replaced by the model's own table, words marked at their beginning, and the pieces of each found by Viterbi.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from math import inf

import marisa_trie
import numpy as np

from brokering.matching.modelfile import ModelFile

MARK = "▁"
WORD = re.compile(f"{MARK}[^{MARK}]*")
SPACES = re.compile(" {2,}")
PENALTY = 10.0
"""An unknown character costs so much more than the least probable piece."""


class Pieces:
    def __init__(self, weights: ModelFile) -> None:
        pieces = weights.pieces()
        self._known = marisa_trie.Trie(pieces)
        places = np.array([self._known[piece] for piece in pieces])
        self._numbers, self._scores = np.empty(len(pieces), np.int32), np.empty(len(pieces), np.float32)
        self._numbers[places], self._scores[places] = np.arange(len(pieces)), weights.scores
        self._lowest = float(weights.scores.min()) - PENALTY
        self._begin, self._end, self._unknown = weights.begin, weights.end, weights.unknown
        self._replaced = weights.replaced
        self.of_word = lru_cache(maxsize=8192)(self._of_word)

    def of(self, text: str) -> list[int]:
        """Numbers of the pieces, with those that mark the beginning and the end of a text."""
        told = SPACES.sub(" ", text.translate(self._replaced))
        marked = (told if told.startswith(" ") else f" {told}").replace(" ", MARK)
        return [self._begin, *(number for word in WORD.findall(marked) for number in self.of_word(word)), self._end]

    def _of_word(self, word: str) -> tuple[int, ...]:
        best: list[tuple[float, int, int]] = [(0.0, 0, 0), *[(-inf, 0, 0)] * len(word)]
        for begin in range(len(word)):
            score = best[begin][0]
            for end, number, own in self._from(word, begin):
                if score + own > best[end][0]:
                    best[end] = (score + own, number, begin)
        found, end = [], len(word)
        while end:
            _score, number, end = best[end]
            found.append(number)
        return tuple(reversed(found))

    def _from(self, word: str, begin: int) -> Iterator[tuple[int, int, float]]:
        """Where each piece that begins here ends, its number and its score; last the character as an unknown one."""
        for piece, place in self._known.iter_prefixes_with_ids(word[begin:]):
            yield begin + len(piece), int(self._numbers[place]), float(self._scores[place])
        yield begin + 1, self._unknown, self._lowest
