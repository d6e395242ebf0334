"""What is known of an offer when it is matched: plain values, read in one query by brokering.matching.candidates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Way:
    """One way to attend an offer: a run of it, or the offer itself while no run is registered. None is unknown."""

    run_id: int | None = None
    state: str = ""
    """A RunState; empty for an offer without runs."""
    modes: tuple[str, ...] = ()
    place: str = ""
    km: float | None = None
    """Straight line from the one who asks."""
    start: date | None = None
    """The first day on which one can begin."""
    until: date | None = None
    """The last one, of a run that has begun and still takes people."""
    seats_left: int | None = None
    price_nok: Decimal | None = None


@dataclass(frozen=True)
class Signals:
    """How the words and the meaning of an offer meet those of the need; None where there are no vectors."""

    words: float = 0.0
    """BM25, as a share of the most that the need's terms can give: 0..1."""
    meaning: float | None = None
    """Cosine in the space of meanings: about -0.3..0.8."""
    competence: float = 0.0
    """How likely it is that they are about the same competence: 0..1."""


@dataclass(frozen=True)
class Offer:
    pk: int
    signals: Signals
    level: str = ""
    is_long: bool = False
    language: str = ""
    formal: bool | None = None
    ways: tuple[Way, ...] = (Way(),)
    shared_words: tuple[str, ...] = ()
    shared_competences: tuple[str, ...] = ()
    provider: int = 0
