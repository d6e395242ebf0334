"""What a scenario starts from: the money as it stands, and what is asked. Amounts are NOK in whole øre, never floats.

A key is the primary key of the row that a fact was read from.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

GRID = 10_000
"""Factors have four decimals; inside, they are counted in ten-thousandths."""
Amount = Decimal | None
"""None when nobody has said how much."""
Year = int | None
"""None for what is not split on years."""


class Fit(StrEnum):
    """Who gets what is left of a frame, among the equally sure."""

    PRIORITY = "priority"
    PRO_RATA = "pro_rata"
    OLDEST = "oldest"


class Costs(StrEnum):
    """What a project does about money that falls."""

    KEEP = "keep"
    CUT = "cut"


@dataclass(frozen=True)
class ConditionFact:
    key: int
    kind: str
    state: str
    source: int | None = None
    """For an allocation: the source that is to stay at its level."""
    baseline: Amount = None
    tolerance: Decimal = Decimal(0)
    """How much of the baseline may be lacking, as a share."""
    supports: int | None = None
    """For co-financing: the commitment that is to be there."""
    text: str = ""


@dataclass(frozen=True)
class TrancheFact:
    key: int
    project: int
    commitment: int
    funder: int
    amount: Amount
    state: str
    year: Year = None
    scheme: int | None = None
    frame: int | None = None
    source: int | None = None
    paid: Decimal = Decimal(0)
    priority: int = 3
    decided_on: date | None = None
    conditions: tuple[ConditionFact, ...] = ()


@dataclass(frozen=True)
class FrameFact:
    key: int
    source: int
    year: int
    size: Amount
    """None when nothing is allocated to it yet."""


@dataclass(frozen=True)
class CapFact:
    """The funder pays at most this share of the project's costs."""

    project: int
    funder: int
    share: Decimal


@dataclass(frozen=True)
class Facts:
    tranches: tuple[TrancheFact, ...]
    frames: tuple[FrameFact, ...] = ()
    caps: tuple[CapFact, ...] = ()
    costs: Mapping[int, Decimal] = field(default_factory=dict)
    """What each project costs by its approved plan, less what the plan says nobody pays. Not there: without a plan."""
    owners: Mapping[int, int] = field(default_factory=dict)
    """Who commits the money of each source."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What things are called, by kind and key: “project:7”."""

    def sha256(self) -> str:
        return hashlib.sha256(canonical(self).encode()).hexdigest()


@dataclass(frozen=True)
class Selection:
    """Which money falls: what is in every list that is not empty."""

    frames: frozenset[int] = frozenset()
    schemes: frozenset[int] = frozenset()
    sources: frozenset[int] = frozenset()
    funders: frozenset[int] = frozenset()
    years: frozenset[Year] = frozenset()

    def has(self, tranche: TrancheFact) -> bool:
        return all(
            not chosen or value in chosen
            for chosen, value in (
                (self.frames, tranche.frame),
                (self.schemes, tranche.scheme),
                (self.sources, tranche.source),
                (self.funders, tranche.funder),
                (self.years, tranche.year),
            )
        )

    def has_all_of(self, source: int, owner: int | None, frame: int | None, year: Year) -> bool:
        """Whether all that the source has for the year falls, not only what one scheme gives of it."""
        return not self.schemes and all(
            not chosen or value in chosen
            for chosen, value in (
                (self.frames, frame),
                (self.sources, source),
                (self.funders, owner),
                (self.years, year),
            )
        )


@dataclass(frozen=True)
class Inputs:
    selection: Selection
    factor: Decimal
    """What is left of the money that falls: 0.8 after a fall of 20 %. From 0 to 1, with at most four decimals."""
    fit: Fit = Fit.PRIORITY
    costs: Costs = Costs.KEEP

    @property
    def left(self) -> int:
        """The factor in ten-thousandths. ValueError when it has more decimals, or is not from 0 to 1."""
        left = self.factor * GRID
        if left != left.to_integral_value() or not 0 <= left <= GRID:
            raise ValueError("A factor is from 0 to 1, with at most four decimals.")
        return int(left)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(canonical(self))
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Inputs":
        selection = Selection(**{name: frozenset(keys) for name, keys in stored["selection"].items()})
        return cls(selection, Decimal(stored["factor"]), Fit(stored["fit"]), Costs(stored["costs"]))


def ore(amount: Amount) -> int:
    """As whole øre; what is not known counts as nothing here."""
    return 0 if amount is None else int(amount.scaleb(2))


def kroner(ore: int) -> Decimal:
    return Decimal(ore).scaleb(-2)


def canonical(value: Any) -> str:
    """The same text for the same facts: keys in order, amounts as text."""
    return json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return vars(value)
    if isinstance(value, frozenset):
        return sorted(value, key=lambda one: (one is None, one or 0))
    return str(value)
