"""What the pool page shows of prices: a table of class sizes, a curve, and who pays what."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pooling.costs import Costs
from pooling.models import Pool, PoolMember
from projects.money import nok


@dataclass(frozen=True)
class Size:
    """One class size: what it costs, and what is special about it."""

    seats: int
    total: Decimal
    grant: Decimal
    net: Decimal
    price: Decimal
    before: Decimal
    """Of a seat without the grant."""
    notes: list[str]
    is_shown: bool = False


@dataclass(frozen=True)
class Share:
    """Of one firm; of the seats nobody has taken when there is no member."""

    member: PoolMember | None
    seats: int
    amount: Decimal


@dataclass(frozen=True)
class Prices:
    """For a class of so many seats, of which firms have said that they want `gathered`."""

    costs: Costs
    seats: int
    gathered: int
    least: int
    most: int
    offered: Decimal | None
    """What the firms would pay for a seat; of several budgets the lowest."""

    @property
    def now(self) -> Size:
        return self._size(self.seats)

    @property
    def pays_from(self) -> int | None:
        return None if self.offered is None else self.costs.pays_from(self.offered, max(self.most, self.seats))

    @property
    def break_even(self) -> str:
        """In a sentence; empty while nobody has said what a seat may cost."""
        if self.offered is None:
            return ""
        price, seats = nok(self.offered), self.pays_from
        if seats is None:
            return _("At %(price)s a seat no class of up to %(most)d pays for itself.") % {
                "price": price,
                "most": max(self.most, self.seats),
            }
        return ngettext(
            "At %(price)s a seat the course pays for itself from %(n)d seat.",
            "At %(price)s a seat the course pays for itself from %(n)d seats.",
            seats,
        ) % {"price": price, "n": seats}

    @property
    def sizes(self) -> list[Size]:
        """The sizes that mean something here, the least first."""
        middle = (self.least + self.most) // 2
        marked = {self.least, middle, self.most, self.seats, self.gathered, self.pays_from or 0} - {0}
        return [self._size(seats) for seats in sorted(marked)]

    def _size(self, seats: int) -> Size:
        costs = self.costs
        sums = costs.total(seats), costs.grant(seats), costs.net(seats)
        prices = costs.price(seats), costs.before_grant(seats)
        return Size(seats, *sums, *prices, self._notes(seats), seats == self.seats)

    def _notes(self, seats: int) -> list[str]:
        called = {
            self.least: _("least class size"),
            self.most: _("greatest class size"),
            self.gathered: _("gathered now"),
            self.pays_from: _("break-even"),
        }
        return [note for number, note in called.items() if number == seats]

    def shares(self, members: Sequence[PoolMember]) -> list[Share]:
        """What each firm pays when the class has so many seats, to the øre; none when they want more than that."""
        empty = self.seats - sum(member.seats for member in members)
        if empty < 0:
            return []
        firms = [*members, None] if empty else list(members)
        seats = [member.seats if member else empty for member in firms]
        amounts = self.costs.shares(seats)
        return [Share(*row) for row in zip(firms, seats, amounts, strict=True)]


def prices(pool: Pool, costs: Costs | None, gathered: int, seats: int | None, offered: Decimal | None) -> Prices | None:
    """None while the costs are not known. Without a number of seats those that are gathered, at least a class."""
    if costs is None:
        return None
    wanted = seats or max(gathered, pool.min_seats)
    return Prices(costs, wanted, gathered, pool.min_seats, pool.max_seats, offered)


def price_facts(pool: Pool) -> list[tuple[str, str]]:
    """What a firm is told of the price: of a seat in the least and in the greatest class, as pairs to show."""
    costs = Costs.of(pool)
    if costs is None:
        return []
    told = _("Price a seat with %(n)d in the class")
    return [(told % {"n": size}, told_price(costs, size)) for size in dict.fromkeys((pool.min_seats, pool.max_seats))]


def told_price(costs: Costs, seats: int) -> str:
    """Of a seat, to firms: nobody has awarded the grant that somebody counts on."""
    price, net = costs.before_grant(seats), costs.price(seats)
    told = _("%(price)s; %(net)s if a grant that is not decided is awarded")
    return nok(price) if price == net else told % {"price": nok(price), "net": nok(net)}
