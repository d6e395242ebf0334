"""How much state aid of small amounts an undertaking has got in three years, and how much more it may get (I18)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from funding.models import AidAward, AidCeiling, Undertaking
from projects.money import percent


class Meter(NamedTuple):
    """In EUR, to one day. Without a ceiling for that day `ceiling_eur` and `left_eur` are unknown."""

    on: date
    used_eur: Decimal
    ceiling_eur: Decimal | None
    left_eur: Decimal | None
    awards: list[AidAward]
    """Those that count, the latest first."""

    @property
    def is_over(self) -> bool:
        """What was told by the applicant may be more than is allowed."""
        return self.left_eur is not None and self.left_eur < 0

    @property
    def share(self) -> str:
        """So much of the ceiling is used, at most all of it, for a picture: “12.50”."""
        if not self.ceiling_eur:
            return "0"
        return str(percent(min(self.used_eur, self.ceiling_eur), self.ceiling_eur))


def aid_meter(undertaking: Undertaking | None, on: date) -> Meter:
    """Two queries. None is one of which nothing is known."""
    awards = list(AidAward.objects.filter(undertaking=undertaking).counting(on)) if undertaking else []
    used = sum((award.amount_eur for award in awards), Decimal(0))
    ceiling = AidCeiling.objects.on(on)
    most = ceiling.amount_eur if ceiling else None
    return Meter(on, used, most, None if most is None else most - used, awards)
