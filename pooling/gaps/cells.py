"""The table of gaps: the published groups added up by place and subject."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pooling.gaps.figure import Share
from pooling.gaps.geography import Geography
from pooling.gaps.grouping import Cell
from pooling.models import Gap

WEEK = 7


@dataclass
class Row:
    """What is asked for in one place of one subject."""

    cell: Cell
    place: str
    subject: str
    share: Share = field(default_factory=Share)
    firms: int = 0
    """That lack seats. A firm in several municipalities is one in each."""
    person_days: int = 0
    proposal: str = ""
    begin: str = ""
    """Where a broker finds the pool that is proposed for it, or begins one (pooling.gaps.gathering)."""

    @property
    def weeks(self) -> int:
        """For how long they have lacked a seat, on an average over the people."""
        return round(self.person_days / self.share.unmet / WEEK) if self.share.unmet else 0

    @property
    def query(self) -> str:
        """By which the needs behind it are found."""
        return urlencode({name: value for name, value in self.cell._asdict().items() if value})

    def add(self, gap: Gap) -> None:
        self.share += Share.of([gap])
        if not gap.is_met:
            self.firms += gap.firms
            self.person_days += gap.person_days


def cell_of(gap: Gap) -> Cell:
    return Cell(
        gap.county_id,
        gap.region_id or "",
        gap.municipality_id or "",
        gap.competence_id or "",
        gap.area_id or "",
    )


def rows(gaps: Iterable[Gap], there: Geography) -> list[Row]:
    """The largest gaps first."""
    found = dict[Cell, Row]()
    for gap in gaps:
        cell = cell_of(gap)
        if cell not in found:
            found[cell] = Row(cell, there.place_of(cell), there.subject_of(cell))
        found[cell].add(gap)
    return sorted(found.values(), key=lambda row: (-row.share.unmet, -row.share.wanted, row.place, row.subject))


def by_subject(gaps: Iterable[Gap], there: Geography) -> list[Row]:
    """Wherever in the county, the largest gaps first, then what is of no one competence."""
    found = dict[Cell, Row]()
    for gap in gaps:
        cell = Cell(gap.county_id, competence=gap.competence_id or "", area=gap.area_id or "")
        found.setdefault(cell, Row(cell, "", there.subject_of(cell))).add(gap)
    return sorted(found.values(), key=lambda row: (not row.cell.competence, -row.share.unmet, row.subject))
