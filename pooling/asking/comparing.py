"""Bids side by side: the same questions to each, and how well each answers them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from brokering.models.choices import Mode
from partners.models import Distance
from pooling.asking.choosing import Wanted
from pooling.models import Bid, CourseRequest
from projects.money import nok


class Cell(NamedTuple):
    """What a bid says to a question. `fit`: good, fair, poor or unknown, as templates/components/part.html shows it."""

    text: str
    fit: str = ""
    note: str = ""


class Row(NamedTuple):
    term: str
    cells: list[Cell]


class Travel(NamedTuple):
    """How far the participants travel to a bid's place, in a straight line."""

    longest: float
    mean: float
    is_whole: bool
    """Whether it is known of all whose home is: bids are compared by such only."""


@dataclass(frozen=True)
class Comparison:
    request: CourseRequest
    bids: Sequence[Bid]
    wanted: Wanted
    travel: Mapping[int, Travel]

    @property
    def seats(self) -> int:
        return sum(seats for _need, seats in self.wanted) or self.request.seats

    @property
    def rows(self) -> list[Row]:
        """A question on which no bid has an answer is left out."""
        questions: list[tuple[str, Callable[[Bid], Cell]]] = [
            (_("When"), self._when),
            (_("Where"), self._where),
            (_("Travel"), self._travel),
            (_("Price for %(n)d") % {"n": self.seats}, self._total),
            (pgettext("price", "A person"), self._a_person),
            (_("The price is"), lambda bid: Cell(bid.price_label)),
            (_("Participants"), self._sizes),
            (_("It depends on"), lambda bid: Cell(bid.conditions)),
            (_("Valid until"), lambda bid: Cell(date_format(bid.valid_until) if bid.valid_until else "")),
            (_("They add"), lambda bid: Cell(bid.comment)),
        ]
        rows = [Row(term, [ask(bid) for bid in self.bids]) for term, ask in questions]
        return [row for row in rows if any(cell.text for cell in row.cells)]

    def _when(self, bid: Bid) -> Cell:
        text = ", ".join(filter(None, [bid.dates, bid.get_times_display()]))
        if not bid.start or not self.request.window:
            return Cell(text)
        early = self.request.earliest_start and bid.start < self.request.earliest_start
        late = self.request.latest_start and bid.start > self.request.latest_start
        if early or late:
            return Cell(text, "poor", _("earlier than asked for") if early else _("later than asked for"))
        return Cell(text, "good", _("when it was asked for"))

    def _where(self, bid: Bid) -> Cell:
        text = ", ".join(filter(None, [bid.where, bid.get_mode_display() if bid.mode != Mode.ONLINE else ""]))
        if bid.mode and self.request.modes and bid.mode not in self.request.modes:
            return Cell(text, "poor", _("not how it was asked for"))
        return Cell(text)

    def _travel(self, bid: Bid) -> Cell:
        if bid.mode == Mode.ONLINE:
            return Cell(_("none"), "good")
        if bid.pk not in self.travel:
            return Cell("")
        longest, mean, is_whole = self.travel[bid.pk]
        means = [round(one.mean) for one in self.travel.values() if one.is_whole]
        text = _("%(mean)d km on average, %(longest)d at most") % {"mean": round(mean), "longest": round(longest)}
        shortest = is_whole and round(mean) == min(means) < max(means)
        return Cell(text, "good" if shortest else "", _("shortest") if shortest else "")

    def _total(self, bid: Bid) -> Cell:
        total, totals = bid.total(self.seats), [one.total(self.seats) for one in self.bids]
        cheapest = total == min(totals) < max(totals)
        return Cell(nok(total), "good" if cheapest else "", _("lowest") if cheapest else "")

    def _a_person(self, bid: Bid) -> Cell:
        return Cell(nok(bid.a_person(self.seats)))

    def _sizes(self, bid: Bid) -> Cell:
        if self.seats < (bid.min_seats or 0):
            return Cell(bid.sizes, "poor", _lacking((bid.min_seats or 0) - self.seats))
        if self.seats > (bid.max_seats or 0):
            return Cell(bid.sizes, "poor", _too_many(self.seats - (bid.max_seats or 0)))
        return Cell(bid.sizes, "good", _("room for all"))


def _lacking(people: int) -> str:
    return ngettext("%(n)d person too few", "%(n)d people too few", people) % {"n": people}


def _too_many(people: int) -> str:
    return ngettext("%(n)d person too many", "%(n)d people too many", people) % {"n": people}


def compare(request: CourseRequest, bids: Sequence[Bid], wanted: Wanted) -> Comparison:
    """One query, for the distances."""
    return Comparison(request, bids, wanted, _travels(bids, wanted))


def _travels(bids: Sequence[Bid], wanted: Wanted) -> dict[int, Travel]:
    """Weighted by people, of bids with a place; without the firms of which it is not known how far they have."""
    places = {bid.municipality_id for bid in bids if bid.municipality_id}
    homes = {need.municipality_id for need, _seats in wanted if need.municipality_id}
    rows = Distance.objects.filter(origin__in=homes, destination__in=places).values_list("origin", "destination", "km")
    km = {(origin, destination): far for origin, destination, far in rows}
    found = dict[int, Travel]()
    for bid in bids:
        place = bid.municipality_id if bid.mode != Mode.ONLINE else None
        fars = [(_far(km, need.municipality_id, place), seats) for need, seats in wanted if need.municipality_id]
        each = [(far, seats) for far, seats in fars if far is not None]
        if each:
            people = sum(seats for _far, seats in each)
            mean = sum(far * seats for far, seats in each) / people
            found[bid.pk] = Travel(max(far for far, _seats in each), mean, is_whole=len(each) == len(fars))
    return found


def _far(km: Mapping[tuple[str, str], float], home: str | None, place: str | None) -> float | None:
    if not home or not place:
        return None
    return 0.0 if home == place else km.get((home, place))
