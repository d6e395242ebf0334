"""What a course costs its firms: total, grant, price per seat, from how many seats it pays, and each firm's share.

Amounts are in NOK. Pure: what is computed is stored nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from funding.splitting import ONE_ORE, split
from pooling.models import Pool

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Costs:
    """`most` and `percent`: no more grant than that, in kroner and of the costs. None of either is no grant."""

    fixed: Decimal
    per_seat: Decimal
    most: Decimal | None = None
    percent: Decimal | None = None

    @classmethod
    def of(cls, pool: Pool) -> "Costs | None":
        return cls.known(pool.fixed_cost_nok, pool.seat_cost_nok, pool.grant_nok, pool.grant_percent)

    @classmethod
    def known(
        cls, fixed: Decimal | None, per_seat: Decimal | None, most: Decimal | None, percent: Decimal | None
    ) -> "Costs | None":
        """None while neither cost is known: that is not 0."""
        return None if fixed is None and per_seat is None else cls(fixed or ZERO, per_seat or ZERO, most, percent)

    def total(self, seats: int) -> Decimal:
        return self.fixed + self.per_seat * seats

    def grant(self, seats: int) -> Decimal:
        """In whole øre, never more than its share of the costs, and never more than they are."""
        if self.most is None and self.percent is None:
            return ZERO
        total = self.total(seats)
        share = total if self.percent is None else (total * self.percent / 100).quantize(ONE_ORE, ROUND_FLOOR)
        return min(share, total if self.most is None else self.most)

    def net(self, seats: int) -> Decimal:
        """What the firms pay together."""
        return self.total(seats) - self.grant(seats)

    def price(self, seats: int) -> Decimal:
        """Of a seat, to the nearest øre. What each firm pays to the øre is in shares()."""
        return (self.net(seats) / seats).quantize(ONE_ORE, ROUND_HALF_UP)

    def before_grant(self, seats: int) -> Decimal:
        """A seat, to the nearest øre, when no grant comes."""
        return (self.total(seats) / seats).quantize(ONE_ORE, ROUND_HALF_UP)

    def shares(self, seats: Sequence[int]) -> list[Decimal]:
        """What firms with so many seats pay, one by one: in proportion, and together exactly the net costs."""
        return split(self.net(sum(seats)), [Decimal(one) for one in seats])

    def pays_from(self, price: Decimal, up_to: int) -> int | None:
        """The fewest seats for which so much a seat covers what the firms pay. None when no class up to that does."""
        return next((seats for seats in range(1, up_to + 1) if self.net(seats) <= price * seats), None)
