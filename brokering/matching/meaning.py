"""The space in which meanings are compared: what tells one competence from another, and nothing else.

The vectors of the language model differ by language, length and tone at least as much as by subject. Linear
discriminant analysis (Fisher 1936) over the words of the competence tree finds the directions in which texts of one
competence agree and those of different ones differ: the names, jargon, description and sentences of a leaf are a class.
On the development needs this lifts nDCG@10 of the vectors alone from .24 to .36, and the leaves themselves become a
bridge from a firm's words to a course's (brokering.matching.competences).

What is learned is kept in lexicon/meaning.npz; `manage.py learn_competences` learns it anew when the tree has changed.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brokering.matching import embedding
from brokering.matching.embedding import Vectors
from brokering.models import Competence
from brokering.models.index import DIMENSIONS

LEARNED = Path(__file__).resolve().parent.parent / "lexicon" / "meaning.npz"
# Share of the mean variance that is added to every direction: best of .1, .3, 1, 3, all within .02 of one another.
RIDGE = 0.3
NEED, TITLE, TEXT = 0, 1, 2
_finding = ThreadPoolExecutor(1, thread_name_prefix="meaning")


@dataclass(frozen=True)
class Space:
    means: Vectors
    """(3, 384): of needs, titles and texts."""
    transform: Vectors
    """(384, 128)"""
    leaves: Vectors
    """(n, 128) unit vectors, one a competence."""
    slugs: tuple[str, ...]

    @cached_property
    def version(self) -> str:
        """Vectors of different spaces cannot be compared."""
        return sha256(self.transform.tobytes() + self.means.tobytes()).hexdigest()[:16]

    def place(self, vectors: Vectors, kind: int) -> Vectors:
        """(n, 384) of the model → (n, 128) unit vectors."""
        return unit((vectors - self.means[kind]) @ self.transform)


def of_needs(texts: Sequence[str]) -> Vectors:
    return space().place(embedding.queries(texts), NEED)


def being_found(need: str) -> Future[Vectors]:
    """(128,), while something else is done: the language model needs no database, and hardly Python's lock."""
    return _finding.submit(lambda: of_needs([need])[0])


def of_titles(titles: Sequence[str]) -> Vectors:
    return space().place(embedding.passages(titles), TITLE)


def of_texts(texts: Sequence[str]) -> Vectors:
    return space().place(embedding.passages(texts), TEXT)


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)


@cache
def space() -> Space:
    with np.load(LEARNED) as kept:
        means, transform, leaves = (kept[name].astype(np.float32) for name in ("means", "transform", "leaves"))
        return Space(means, transform, leaves, tuple(str(slug) for slug in kept["slugs"]))


def keep(learned: Space) -> None:
    """In half precision: 140 kB, and no figure changes."""
    np.savez(
        LEARNED,
        means=learned.means.astype(np.float16),
        transform=learned.transform.astype(np.float16),
        leaves=learned.leaves.astype(np.float16),
        slugs=np.array(learned.slugs),
    )
    space.cache_clear()


@dataclass(frozen=True)
class Examples:
    """Texts of one kind with the number of the leaf each belongs to."""

    vectors: Vectors
    leaf: NDArray[np.int64]


def learn(competences: Sequence[Competence]) -> Space:
    """Four to five minutes for 150 leaves with some 6 000 words and sentences."""
    sentences = [(i, text) for i, one in enumerate(competences) for text in one.sentences]
    jargon = [(i, text) for i, one in enumerate(competences) for text in one.jargon]
    names = [(i, text) for i, one in enumerate(competences) for text in titles(one)]
    texts = [(i, f"{one.name_nb}. {one.description}") for i, one in enumerate(competences)]
    asked = [_examples(embedding.queries, rows) for rows in (sentences, jargon, names)]
    answering = [_examples(embedding.passages, rows) for rows in (names, texts)]
    transform, leaves = discriminant([*asked, *answering], len(competences))
    means = np.vstack([one.vectors.mean(axis=0) for one in (asked[0], *answering)])
    return Space(means, transform, leaves, tuple(one.pk for one in competences))


def titles(competence: Competence) -> list[str]:
    own = [competence.name_nb, competence.name_nn, competence.name_en]
    return list(dict.fromkeys([*own, *competence.synonyms]))


def _examples(form: Callable[[Sequence[str]], Vectors], rows: Sequence[tuple[int, str]]) -> Examples:
    return Examples(form([text for _leaf, text in rows]), np.array([leaf for leaf, _text in rows], np.int64))


def discriminant(kinds: Sequence[Examples], leaves: int) -> tuple[Vectors, Vectors]:
    """The (384, 128) transform, and each leaf's place in it. A kind of text counts the same however many there are."""
    vectors = np.vstack([kind.vectors - kind.vectors.mean(axis=0) for kind in kinds])
    leaf = np.concatenate([kind.leaf for kind in kinds])
    weight = np.concatenate([np.full(len(kind.leaf), 1 / len(kind.leaf) / len(kinds)) for kind in kinds])
    membership = np.zeros((leaves, len(leaf)), np.float32)
    membership[leaf, np.arange(len(leaf))] = weight
    centres = membership @ vectors / membership.sum(axis=1, keepdims=True)
    spread = vectors - centres[leaf]
    within = (spread * weight[:, None]).T @ spread
    whitening = _whitening(within)
    apart = centres - centres.mean(axis=0)
    _values, directions = np.linalg.eigh(whitening.T @ (apart.T @ apart / leaves) @ whitening)
    transform = np.asarray(whitening @ directions[:, ::-1][:, :DIMENSIONS], np.float32)
    return transform, unit(apart @ transform)


def _whitening(within: Vectors) -> Vectors:
    values, directions = np.linalg.eigh(within + RIDGE * np.trace(within) / len(within) * np.eye(len(within)))
    return np.asarray(directions * values**-0.5, np.float32)
