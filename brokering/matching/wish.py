"""What is asked for, in the form that matching reads: from a saved need, or just typed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brokering.models import CompetenceNeed


@dataclass(frozen=True)
class Wish:
    """Everything but the text may be left out; what is left out neither excludes nor lowers any offer."""

    text: str = ""
    municipality: str | None = None
    """The number of the municipality one travels from."""
    competences: tuple[str, ...] = ()
    """Slugs."""
    level: str = ""
    headcount: int | None = None
    earliest_start: date | None = None
    latest_start: date | None = None
    modes: tuple[str, ...] = ()
    """The accepted ones; empty means any."""
    max_travel_km: int | None = None
    language: str = ""
    budget_nok: Decimal | None = None
    """A person."""
    formal: str = ""
    """formal, non_formal or empty."""

    @classmethod
    def of(cls, need: CompetenceNeed) -> "Wish":
        """An unsaved need has no competences yet."""
        return cls(
            text=need.text,
            municipality=need.municipality_id,
            competences=tuple(need.competences.values_list("pk", flat=True)) if need.pk else (),
            level=need.level,
            headcount=need.headcount,
            earliest_start=need.earliest_start,
            latest_start=need.latest_start,
            modes=tuple(need.modes),
            max_travel_km=need.max_travel_km,
            language=need.language,
            budget_nok=need.budget_nok,
            formal=need.formal,
        )
