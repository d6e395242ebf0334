"""Needs that people have judged offers for: one JSON object a line, offers named by the catalogue's own ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RELEVANT = 2
"""From this grade on a broker would propose the offer: 0 no, 1 touches, 2 would be proposed, 3 meets it directly."""


@dataclass(frozen=True)
class Need:
    id: str
    text: str
    style: str
    judgments: Mapping[str, int]


def read(path: Path) -> list[Need]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_need(json.loads(line)) for line in lines if line.strip()]


def _need(row: Mapping[str, object]) -> Need:
    judgments = row["judgments"]
    assert isinstance(judgments, dict)
    grades = {str(offer): int(grade) for offer, grade in judgments.items()}
    return Need(str(row["id"]), str(row["text"]), str(row.get("style", "all")), grades)
