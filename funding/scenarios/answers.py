"""What a scenario answers, and the same as JSON, where amounts and shares are text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from funding.scenarios.facts import Amount, TrancheFact, Year

ENGINE = 1
"""Goes up when the same facts may get another answer."""
NEVER = 10**9
"""A break-even that no factor reaches, in ten-thousandths."""


class Risk(NamedTuple):
    """So much money is known, and so many amounts are not."""

    known: Decimal
    unknown: int = 0

    @classmethod
    def of(cls, amounts: "list[Amount]") -> "Risk":
        known = [amount for amount in amounts if amount is not None]
        return cls(sum(known, Decimal(0)), len(amounts) - len(known))


@dataclass(frozen=True)
class Cause:
    """Why a tranche falls. What it is about is said by keys, years and amounts; words.py makes a sentence of it."""

    code: str
    of: tuple[int | str | None, ...] = ()


@dataclass(frozen=True)
class Strain:
    """Something that makes a tranche fall as soon as fewer ten-thousandths are left than this."""

    least: int
    cause: Cause


@dataclass(frozen=True)
class Outcome:
    tranche: int
    project: int
    commitment: int
    funder: int
    year: Year
    state: str
    before: Amount
    after: Amount
    falls: bool
    causes: tuple[Cause, ...]
    break_even: Decimal | None
    """The least factor at which it stands: over 1 when it is not covered today, None when no factor saves it."""

    @classmethod
    def of(
        cls, tranche: TrancheFact, after: Amount, causes: tuple[Cause, ...], least: int, *, falls: bool
    ) -> "Outcome":
        one = tranche
        where = (one.key, one.project, one.commitment, one.funder, one.year, one.state)
        break_even = Decimal(least).scaleb(-4) if least < NEVER else None
        return cls(*where, one.amount, after, falls, causes, break_even)

    @property
    def lost(self) -> Amount:
        """None when nobody knows."""
        return None if self.before is None or self.after is None else self.before - self.after


@dataclass(frozen=True)
class ShareAfter:
    """What a funder with a cap pays of a project, in per cent with two decimals; None of nothing."""

    funder: int
    cap: Decimal
    today: Decimal | None
    share: Decimal | None
    is_bound: bool
    """Whether the cap takes money beyond what falls by itself."""
    is_over_today: bool
    """Then the cap is not reckoned with: the rest of the financing is not known here."""


@dataclass(frozen=True)
class ProjectOutcome:
    project: int
    gap: Risk
    least_fill: Risk
    back: Decimal
    """Paid already, beyond what a cap lets the funder pay."""
    shares: tuple[ShareAfter, ...]


@dataclass(frozen=True)
class Answer:
    outcomes: tuple[Outcome, ...]
    """Of projects that the change reaches; also their tranches that stand."""
    projects: tuple[ProjectOutcome, ...]
    at_risk: Risk
    engine: int = ENGINE

    @property
    def fallen(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.falls]


def as_json(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = _texts(asdict(answer))
    return found


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value


def from_json(stored: Mapping[str, Any]) -> Answer:
    outcomes = tuple(_outcome(one) for one in stored["outcomes"])
    projects = tuple(_project(one) for one in stored["projects"])
    return Answer(outcomes, projects, risk(stored["at_risk"]), stored["engine"])


def _outcome(stored: Mapping[str, Any]) -> Outcome:
    causes = tuple(Cause(one["code"], tuple(one["of"])) for one in stored["causes"])
    amounts = {name: _amount(stored[name]) for name in ("before", "after", "break_even")}
    return Outcome(**{**stored, "causes": causes, **amounts})


def _project(stored: Mapping[str, Any]) -> ProjectOutcome:
    shares = tuple(_share(one) for one in stored["shares"])
    risks = {name: risk(stored[name]) for name in ("gap", "least_fill")}
    return ProjectOutcome(stored["project"], back=Decimal(stored["back"]), shares=shares, **risks)


def _share(stored: Mapping[str, Any]) -> ShareAfter:
    parts = {name: _amount(stored[name]) for name in ("today", "share")}
    return ShareAfter(**{**stored, "cap": Decimal(stored["cap"]), **parts})


def _amount(stored: str | None) -> Amount:
    return None if stored is None else Decimal(stored)


def risk(stored: list[Any]) -> Risk:
    return Risk(Decimal(stored[0]), stored[1])
