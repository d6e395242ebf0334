"""What is understood of one offer in a file, before any of it is looked up in the database."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True)
class Sentence:
    """A message id with its values, so that each reader sees it in their own language."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.text) % self.values if self.values else gettext(self.text)


class Unreadable(Exception):  # noqa: N818 - an outcome, no fault of the program
    """Why a file as a whole cannot be read; its first argument is a Sentence."""

    @property
    def sentence(self) -> Sentence:
        sentence: Sentence = self.args[0]
        return sentence

    def __str__(self) -> str:
        return str(self.sentence)


class Rejected(Exception):  # noqa: N818 - an outcome, no fault of the program
    """Why one record cannot become an offer; its first argument is a Sentence."""

    @property
    def sentence(self) -> Sentence:
        sentence: Sentence = self.args[0]
        return sentence


@dataclass
class OfferRecord:
    """`provider` and `places` are names as the source writes them; `remarks` what was understood only in part."""

    source_id: str
    title: str
    provider: str
    description: str = ""
    audience: str = ""
    level: str = ""
    formal: bool | None = None
    language: str = ""
    modes: list[str] = field(default_factory=list)
    credits: Decimal | None = None
    url: str = ""
    places: tuple[str, ...] = ()
    number: int = 0
    line: int = 0
    remarks: list[Sentence] = field(default_factory=list)
