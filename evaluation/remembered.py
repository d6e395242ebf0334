"""Vectors of the language model, computed once and kept in var/: the same texts are compared in every variant."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import numpy as np

from brokering.matching import embedding
from brokering.matching.embedding import Vectors

Encode = Callable[[Sequence[str]], Vectors]


@contextmanager
def remembered(file: Path) -> Iterator[None]:
    """While inside, the door to the model looks the vectors up before it computes them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # Needs are encoded in a thread of their own, one at a time.
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60, check_same_thread=False)) as kept:
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        queries, passages = (_looked_up(kept, form) for form in (embedding.queries, embedding.passages))
        with patch.object(embedding, "queries", queries), patch.object(embedding, "passages", passages):
            yield


def _looked_up(kept: sqlite3.Connection, encode: Encode) -> Encode:
    def look_up(texts: Sequence[str]) -> Vectors:
        keys = [_key(encode.__name__, text) for text in texts]
        found = {key: vector for key in set(keys) if (vector := _known(kept, key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        new = dict(zip(missing, encode(list(missing.values())), strict=True))
        kept.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", [(key, v.tobytes()) for key, v in new.items()])
        return np.array([(found | new)[key] for key in keys], np.float32).reshape(len(texts), embedding.DIMENSIONS)

    return look_up


def _key(form: str, text: str) -> bytes:
    return sha256("\0".join([embedding.MODEL, form, text[: embedding.LONGEST]]).encode()).digest()


def _known(kept: sqlite3.Connection, key: bytes) -> Vectors | None:
    row = kept.execute("SELECT vector FROM vectors WHERE key = ?", [key]).fetchone()
    return None if row is None else np.frombuffer(row[0], np.float32)
