"""What stands in a plan as plain data: what the grid, the spreadsheet, the comparison and the database all read.

Amounts are Decimal in NOK, and nothing typed is not 0: a year without an amount is not there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Self
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from funding.models.plan_lines import (
    CostKind,
    CostLine,
    CostYear,
    FinancingKind,
    FinancingLine,
    FinancingYear,
)
from funding.models.plans import PlanVersion, Years
from projects.money import HUNDREDTH

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cost:
    """`years` are hours when there is a rate, else NOK."""

    text: str
    kind: str = CostKind.OTHER
    rate: Decimal | None = None
    eligible: bool = True
    note: str = ""
    years: Years = field(default_factory=dict)
    key: UUID = field(default_factory=uuid4)

    @property
    def values(self) -> Years:
        """In NOK."""
        return self.years if self.rate is None else {year: self._worth(hours) for year, hours in self.years.items()}

    @property
    def total(self) -> Decimal:
        return sum(self.values.values(), NOTHING)

    def _worth(self, hours: Decimal) -> Decimal:
        return (hours * (self.rate or NOTHING)).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Financing:
    """At most one of commitment, application and agreement says what it builds on; all are keys of rows."""

    text: str
    kind: str = FinancingKind.GRANT
    organisation: int | None = None
    commitment: int | None = None
    application: int | None = None
    agreement: int | None = None
    confirmed: bool = False
    years: Years = field(default_factory=dict)
    key: UUID = field(default_factory=uuid4)

    @property
    def values(self) -> Years:
        return self.years

    @property
    def total(self) -> Decimal:
        return sum(self.years.values(), NOTHING)


@dataclass(frozen=True)
class Contents:
    costs: Sequence[Cost] = ()
    financing: Sequence[Financing] = ()

    @classmethod
    def of(cls, version: PlanVersion) -> Self:
        """As they are stored now."""
        return cls(
            [_cost(line) for line in version.costs.prefetch_related("years")],
            [_financing(line) for line in version.financing.prefetch_related("years")],
        )

    @property
    def lines(self) -> "list[Cost | Financing]":
        return [*self.costs, *self.financing]

    @property
    def years(self) -> list[int]:
        """Those that something is in."""
        return sorted({year for line in self.lines for year in line.years})

    @property
    def costs_by_year(self) -> Years:
        return _sums(self.costs)

    @property
    def eligible_by_year(self) -> Years:
        return _sums(line for line in self.costs if line.eligible)

    @property
    def financing_by_year(self) -> Years:
        return _sums(self.financing)

    @property
    def differences(self) -> Years:
        """Costs less financing, of every year; 0 where the plan adds up."""
        costs, financing = self.costs_by_year, self.financing_by_year
        return {year: costs.get(year, NOTHING) - financing.get(year, NOTHING) for year in self.years}

    def with_gap(self) -> "Contents":
        """What is not financed stands as a line of its own, so that the plan adds up.

        Where there is more financing than costs, that line shrinks; beyond that nothing can be said for the person.
        """
        gaps = [line for line in self.financing if line.kind == FinancingKind.GAP]
        gap = gaps[0] if gaps else Financing(_("Not financed"), FinancingKind.GAP)
        years = {year: gap.years.get(year, NOTHING) + lack for year, lack in self.differences.items()}
        filled = replace(gap, years={year: amount for year, amount in years.items() if amount > 0})
        if not filled.years:
            return replace(self, financing=[line for line in self.financing if line.key != gap.key])
        others = [filled if line.key == gap.key else line for line in self.financing]
        return replace(self, financing=others if gaps else [*self.financing, filled])

    def store(self, version: PlanVersion) -> None:
        """Instead of the lines that the version has. The database refuses it when the version is no draft."""
        version.costs.all().delete()
        version.financing.all().delete()
        costs = CostLine.objects.bulk_create(
            CostLine(
                version=version,
                key=line.key,
                order=order,
                text=line.text,
                kind=line.kind,
                rate=line.rate,
                eligible=line.eligible,
                note=line.note,
            )
            for order, line in enumerate(self.costs)
        )
        CostYear.objects.bulk_create(
            CostYear(line=stored, year=year, **{"amount" if line.rate is None else "hours": value})
            for stored, line in zip(costs, self.costs, strict=True)
            for year, value in sorted(line.years.items())
        )
        self._store_financing(version)
        version.save(update_fields=["updated_at"])

    def _store_financing(self, version: PlanVersion) -> None:
        lines = FinancingLine.objects.bulk_create(
            FinancingLine(
                version=version,
                key=line.key,
                order=order,
                text=line.text,
                kind=line.kind,
                organisation_id=line.organisation,
                commitment_id=line.commitment,
                application_id=line.application,
                agreement_id=line.agreement,
                confirmed=line.confirmed,
            )
            for order, line in enumerate(self.financing)
        )
        FinancingYear.objects.bulk_create(
            FinancingYear(line=stored, year=year, amount=amount)
            for stored, line in zip(lines, self.financing, strict=True)
            for year, amount in sorted(line.years.items())
        )


def _cost(line: CostLine) -> Cost:
    years = {one.year: one.amount if one.hours is None else one.hours for one in line.years.all()}
    known = {year: value for year, value in years.items() if value is not None}
    return Cost(line.text, line.kind, line.rate, line.eligible, line.note, known, line.key)


def _financing(line: FinancingLine) -> Financing:
    return Financing(
        line.text,
        line.kind,
        line.organisation_id,
        line.commitment_id,
        line.application_id,
        line.agreement_id,
        line.confirmed,
        {one.year: one.amount for one in line.years.all()},
        line.key,
    )


def _sums(lines: Iterable[Cost | Financing]) -> Years:
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        for year, value in line.values.items():
            sums[year] += value
    return dict(sorted(sums.items()))
