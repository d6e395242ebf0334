"""What an import did, in counts and sentences; the same for the command, the page and what is kept of it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext

from brokering.exchange.records import OfferRecord, Sentence

# More than a person reads; the counts are right all the same.
KEPT = 1000


@dataclass(frozen=True)
class Note:
    """Something to be said of one record: where it stands in the file (number, line), and a sentence."""

    number: int
    line: int
    title: str
    sentence: Sentence

    @property
    def told(self) -> str:
        if not self.title:
            return str(self.sentence)
        return gettext("“%(title)s”: %(sentence)s") % {"title": self.title, "sentence": self.sentence}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Note":
        return cls(**{**stored, "sentence": Sentence(**stored["sentence"])})


@dataclass
class Report:
    """Of one file. `repeated` are records that said again what an earlier one of the same import had said.

    `touched` are the keys of the offers created and updated, `mentioned` the source's ids of rejected records;
    `progress` is called with the number of records done and the number of all.
    """

    file: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    repeated: int = 0
    rejected: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    error: Sentence | None = None
    touched: list[int] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
    progress: Callable[[int, int], None] = lambda done, of: None

    @property
    def records(self) -> int:
        return self.created + self.updated + self.unchanged + self.repeated + len(self.rejected)

    @property
    def changes(self) -> int:
        return self.created + self.updated + self.withdrawn

    @property
    def counts(self) -> dict[str, int]:
        names = ("created", "updated", "unchanged", "repeated", "withdrawn")
        return {name: getattr(self, name) for name in names} | {"rejected": len(self.rejected)}

    def reject(self, number: int, line: int, title: str, sentence: Sentence) -> None:
        self.rejected.append(Note(number, line, title, sentence))

    def remark(self, record: OfferRecord, sentence: Sentence) -> None:
        self.remarks.append(Note(record.number, record.line, record.title, sentence))

    def kept(self, notes: list[Note]) -> list[dict[str, Any]]:
        return [asdict(note) for note in notes[:KEPT]]
