"""What is asked for and what of it can be reached, need by need, as matching and the people who judged it left it.

In six queries, whatever the number of needs and courses.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, F, FloatField, Min, Q, Sum, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from brokering.models import CompetenceNeed, CourseOffer, Match
from brokering.models.choices import Mode
from brokering.models.matches import Band, MatchQuerySet
from pooling.models import Reservation
from pooling.proposing.asking import ASSUMED_REACH_KM
from pooling.subjects import mostly_about

HELD_SOMEWHERE = {Mode.ON_SITE, Mode.SESSIONS, Mode.HYBRID}


class Wanted(NamedTuple):
    """A need: who asks, where, for what, and how they could take part."""

    need: int
    firm: int
    """Units of one firm are one firm."""
    place: str
    competence: str
    """Empty where it is not known well enough."""
    people: int
    reach_km: int
    on_site: bool
    online: bool
    since: datetime


@dataclass(frozen=True)
class Supply:
    """The courses that surely fit the needs: strong matches that nobody has said no to, and what somebody said fits."""

    endless: frozenset[int]
    """Needs with a course that does not say how many seats it has."""
    runs: Mapping[int, list[int]]
    """Need → runs with a known number of seats, the best fitting first."""
    left: Mapping[int, int]
    """Run → free seats."""
    reserved: Mapping[int, int]
    """Need → seats that are kept for it."""
    only_in: Mapping[int, str]
    """Need → the municipality where all of its courses are held, where that is one."""
    farther_km: Mapping[int, int]
    """Need → by how many kilometres the nearest of the courses is too far away that are nothing but that."""


def wanted() -> list[Wanted]:
    """The needs that count, in the order in which they were registered.

    Open and shared, from a known place, and held against the courses at least once.
    """
    needs = CompetenceNeed.objects.open().shared().exclude(municipality=None).exclude(index=None)
    rows: Iterable[Any] = needs.order_by("created_at", "pk").values_list(
        *("pk", "employer", "employer__parent", "municipality", "index__subjects", "headcount"),
        *("max_travel_km", "modes", "created_at"),
    )
    return [
        Wanted(
            need=pk,
            firm=parent or firm,
            place=place,
            competence=mostly_about(subjects),
            people=people,
            reach_km=ASSUMED_REACH_KM if km is None else km,
            on_site=not modes or bool(HELD_SOMEWHERE.intersection(modes)),
            online=not modes or Mode.ONLINE in modes,
            since=at,
        )
        for pk, firm, parent, place, subjects, people, km, modes, at in rows
    ]


def supply(on: date) -> Supply:
    fits = Match.objects.sure().not_refused().filter(offer__in=CourseOffer.objects.published(on))
    endless = frozenset(fits.filter(run__seats=None).order_by().values_list("need", flat=True).distinct())
    runs, left = _seats(fits.exclude(need__in=endless))
    kept = Reservation.objects.held().ahead(on).exclude(need=None).order_by().values_list("need")
    reserved: Iterable[Any] = kept.annotate(Sum("seats"))
    return Supply(
        endless=endless,
        runs=runs,
        left=left,
        reserved=dict(reserved),
        only_in=_only_in(fits),
        farther_km=_too_far(Match.objects.not_refused().filter(offer__in=CourseOffer.objects.published(on))),
    )


def _seats(fits: MatchQuerySet) -> tuple[dict[int, list[int]], dict[int, int]]:
    runs, left = defaultdict[int, list[int]](list), dict[int, int]()
    limited = fits.filter(run__seats__isnull=False).order_by("need", "rank")
    rows: Iterable[Any] = limited.values_list("need", "run", F("run__seats") - F("run__seats_taken"))
    for need, run, free in rows:
        runs[need].append(run)
        left[run] = free
    return runs, left


def _only_in(fits: MatchQuerySet) -> dict[int, str]:
    """What is online, or has no run, has no place."""
    place = Case(When(~Q(run__mode=Mode.ONLINE), then="run__municipality"), output_field=CharField())
    places: Iterable[Any] = fits.order_by().values_list("need").annotate(places=ArrayAgg(place, distinct=True))
    return {need: held[0] for need, held in places if len(held) == 1 and held[0]}


def _too_far(found: MatchQuerySet) -> dict[int, int]:
    """Of near misses that are barred by their distance alone."""
    bar = KeyTransform(0, "gates")
    far = found.filter(band=Band.NEAR, gates__0__gate="reach", gates__1__isnull=True)
    short = Cast(KeyTextTransform("km", bar), FloatField()) - Cast(KeyTextTransform("limit", bar), FloatField())
    nearest: Iterable[Any] = far.order_by().values_list("need").annotate(nearest=Min(short))
    return {need: max(1, round(km)) for need, km in nearest}
