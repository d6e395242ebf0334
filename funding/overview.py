"""Budget frames as they stand on a day: what there is, what is promised out of it and how surely, what is paid.

What counts is in the database's rule (funding/models/limits/frames.py); here it is summed up for people. A day that
has passed is answered from the events.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from funding.models import (
    ApplicationEvent,
    ApplicationState,
    ApplicationYear,
    BudgetFrame,
    CommitmentEvent,
    DisbursementRequest,
    DisbursementState,
    FrameEntry,
    Strength,
    Tranche,
    TrancheEvent,
    TrancheState,
)
from funding.models.commitment_states import FRAMED
from funding.models.frames import sizes
from funding.models.tranche_states import BINDING, STRENGTHS
from projects.money import STRENGTH_COLORS, Cell, percent
from projects.money import Sum as Known

NOTHING = Decimal(0)
APPLIED = (ApplicationState.SUBMITTED, ApplicationState.REVIEW, ApplicationState.ASKED)


class Year(NamedTuple):
    """A year of a commitment as it stood a day, with what is paid of it and what came back; both None for nothing."""

    year: Any
    label: str
    color: str


class FrameRow(NamedTuple):
    """A frame in sums. `size` is None where nobody has said how large it is, and then nothing is known to be left."""

    frame: BudgetFrame
    size: Decimal | None
    by_strength: dict[str, Known]
    applied: Known
    paid: Known
    left: Decimal | None

    @property
    def cells(self) -> list[Cell]:
        """The bar: what is firm, conditional and held out, of the frame or of all of it when that is more."""
        whole = max(self.size or NOTHING, sum((one.known for one in self.by_strength.values()), NOTHING))
        cells, before = list[Cell](), NOTHING
        for strength in Strength:
            part = self.by_strength[strength]
            start, length = (percent(one, whole) if whole else NOTHING for one in (before, part.known))
            cells.append(Cell(strength.value, str(strength.label), part, f"{start}%", f"{length}%"))
            before += part.known
        return cells

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to draw."""
        return self.size is not None or any(one.known for one in self.by_strength.values())

    @property
    def edge(self) -> str:
        """Where on the bar the frame ends, in per cent; "" when all of the bar is the frame's, or nobody knows."""
        promised = sum((one.known for one in self.by_strength.values()), NOTHING)
        return f"{percent(self.size, promised)}%" if self.size is not None and promised > self.size else ""

    @property
    def lacking(self) -> Decimal | None:
        """So much more is promised on conditions than is left for it; None when it is enough, or not known."""
        if self.left is None or self.by_strength[Strength.CONDITIONAL].known <= self.left:
            return None
        return self.by_strength[Strength.CONDITIONAL].known - self.left


def frames(of: Iterable[BudgetFrame], on: date) -> list[FrameRow]:
    """Each frame in sums, as that day ended. Four queries, however many frames and promises there are."""
    rows = list(of)
    entries = _grouped(_entries(rows, on).values_list("frame", "on").annotate(Sum("amount")))
    promised = _promised(rows, on)
    paid = dict(_paid(on).filter(tranche__frame__in=rows).values_list("tranche__frame").annotate(Sum("approved")))
    applied = {(source, year): amount for source, year, amount in _applied(rows, on)}
    return [
        _row(one, entries[one.pk], promised[one.pk], applied.get((one.source_id, one.year)), paid.get(one.pk), on)
        for one in rows
    ]


def _row(
    frame: BudgetFrame,
    entries: list[tuple[date, Decimal]],
    promised: dict[str, Known],
    applied: Decimal | None,
    paid: Decimal | None,
    on: date,
) -> FrameRow:
    size, least = sizes(entries, on)
    rest = None if size is None else least - promised[Strength.FIRM].known
    return FrameRow(frame, size, promised, Known(applied or NOTHING, 0), Known(paid or NOTHING, 0), rest)


def left(frame: BudgetFrame, on: date) -> Decimal:
    """What can still be promised firmly, as the database counts it (I7). NOK; two queries.

    A cut that is entered for a later day counts already; money that comes later does not.
    """
    bound = frame.tranches.filter(state__in=BINDING, commitment__state__in=FRAMED).aggregate(sum=Sum("amount"))["sum"]
    return sizes(frame.entries.values_list("on", "amount"), on)[1] - (bound or NOTHING)


def promises(on: date) -> QuerySet[Any]:
    """Years of what was decided by the end of that day, with `then` and `worth`: their state and amount then."""
    if on >= timezone.localdate():
        decided = Tranche.objects.filter(commitment__state__in=FRAMED)
        return decided.annotate(then=F("state"), worth=F("amount"))
    known = {"at__lt": _end_of(on)}
    last = TrancheEvent.objects.filter(tranche=OuterRef("pk"), **known).order_by("-pk")
    promise = CommitmentEvent.objects.filter(commitment=OuterRef("commitment"), **known).order_by("-pk")
    return Tranche.objects.annotate(
        then=Subquery(last.values("to_state")[:1]),
        worth=Subquery(last.values("amount")[:1]),
        promise=Subquery(promise.values("to_state")[:1]),
    ).filter(promise__in=FRAMED, then__isnull=False)


def years_of(frame: BudgetFrame, on: date) -> QuerySet[Any]:
    """The years of commitments that a frame pays, as they stood that day, with `paid` and `back`."""
    paid = _paid(on).filter(tranche=OuterRef("pk")).values("tranche").annotate(sum=Sum("approved"))
    returned = FrameEntry.objects.filter(tranche=OuterRef("pk"), on__lte=on).order_by().values("tranche")
    back = returned.annotate(sum=Sum("amount"))
    years = promises(on).filter(frame=frame).exclude(then=TrancheState.LAPSED)
    joined = years.select_related("commitment__project", "commitment__recipient")
    summed = joined.annotate(paid=Subquery(paid.values("sum")), back=Subquery(back.values("sum")))
    ordered: QuerySet[Any] = summed.order_by("commitment__project__name", "commitment", "pk")
    return ordered


def shown(year: Any) -> Year:
    strength = STRENGTHS[year.then]
    return Year(year, str(TrancheState(year.then).label), STRENGTH_COLORS[strength])


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _entries(frames: Sequence[BudgetFrame], on: date) -> QuerySet[FrameEntry]:
    """With those of later days, unless the day has passed: what came after it was not known."""
    entries = FrameEntry.objects.filter(frame__in=frames).order_by("frame", "on")
    return entries if on >= timezone.localdate() else entries.filter(on__lte=on)


def _grouped(rows: Iterable[tuple[int, date, Decimal]]) -> defaultdict[int, list[tuple[date, Decimal]]]:
    grouped = defaultdict[int, list[tuple[date, Decimal]]](list)
    for key, day, amount in rows:
        grouped[key].append((day, amount))
    return grouped


def _promised(frames: Sequence[BudgetFrame], on: date) -> defaultdict[int, dict[str, Known]]:
    """By frame and strength. What has lapsed is nowhere."""
    sums = defaultdict[int, dict[str, Known]](lambda: dict.fromkeys(Strength.values, Known(NOTHING, 0)))
    unknown = Count("pk", filter=Q(worth=None))
    asked = promises(on).filter(frame__in=frames).order_by().values_list("frame", "then")
    for frame, state, known, unstated in asked.annotate(known=Sum("worth"), unknown=unknown):
        if strength := STRENGTHS.get(state):
            before = sums[frame][strength]
            sums[frame][strength] = Known(before.known + (known or NOTHING), before.unknown + unstated)
    return sums


def _paid(on: date) -> QuerySet[DisbursementRequest]:
    return DisbursementRequest.objects.filter(state=DisbursementState.PAID, paid_on__lte=on).order_by()


def _applied(frames: Sequence[BudgetFrame], on: date) -> Iterable[tuple[int, int, Decimal]]:
    """By source and year: what is asked for of its schemes, and not answered yet."""
    asked = ApplicationYear.objects.filter(application__scheme__source__in={one.source_id for one in frames})
    if on >= timezone.localdate():
        asked = asked.filter(application__state__in=APPLIED)
    else:
        events = ApplicationEvent.objects.filter(application=OuterRef("application"), at__lt=_end_of(on))
        asked = asked.annotate(then=Subquery(events.order_by("-pk").values("to_state")[:1])).filter(then__in=APPLIED)
    return asked.order_by().values_list("application__scheme__source", "year").annotate(Sum("amount"))
