"""What an import did, in counts and sentences; the same for the command, the page and what is kept of it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext

from brokering.exchange.records import OfferRecord, Sentence

# More than a person reads; the counts are right all the same.
KEPT = 1000
# So many titles tell whether it is the right file.
SHOWN = 10


@dataclass(frozen=True)
class Note:
    """Something to be said of one record: where it stands in the file (number, line), and a sentence."""

    number: int
    line: int
    title: str
    sentence: Sentence

    @property
    def place(self) -> str:
        where = {"number": self.number, "line": self.line, "title": self.title}
        return gettext("record %(number)s, line %(line)s, “%(title)s”") % where

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

    `touched` are the keys of the offers created and updated, `mentioned` the source's ids of rejected records,
    `created_titles` and `updated_titles` the first few; `schools` are those that a provider's own file names beside
    the provider, the most frequent first.
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
    created_titles: list[str] = field(default_factory=list)
    updated_titles: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
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

    @property
    def preview(self) -> dict[str, Any]:
        titles = {"created": self.created_titles, "updated": self.updated_titles}
        return titles | {"schools": len(self.schools), "such_as": self.schools[:3]}

    def reject(self, number: int, line: int, title: str, sentence: Sentence) -> None:
        self.rejected.append(Note(number, line, title, sentence))

    def remark(self, record: OfferRecord, sentence: Sentence) -> None:
        self.remarks.append(Note(record.number, record.line, record.title, sentence))

    def kept(self, notes: list[Note]) -> list[dict[str, Any]]:
        return [asdict(note) for note in notes[:KEPT]]


def gathered(notes: Iterable[Note]) -> list[tuple[str, list[Note]]]:
    """Each sentence once, the most frequent first, with all that it is said of."""
    said: dict[str, list[Note]] = {}
    for note in notes:
        said.setdefault(str(note.sentence), []).append(note)
    return sorted(said.items(), key=lambda one: -len(one[1]))
