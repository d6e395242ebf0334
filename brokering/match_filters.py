"""Which matches of a need a page shows, and which run of each is as one filters."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from operator import methodcaller
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.http import QueryDict

from brokering.filters import Narrow, OfferFacets
from brokering.models import CourseOffer, CourseRun, Match
from brokering.models.choices import Mode
from brokering.models.matches import Band
from brokering.models.offers import CourseOfferQuerySet
from brokering.models.runs import ATTENDABLE

OF_A_RUN = {"mode", "place", "start"}


class MatchFacets(OfferFacets):
    """Of the offers that a need was matched with. How, where and when are asked of one and the same run.

    Those that fit are counted; a value that only near misses have gives none.
    """

    def __init__(self, data: QueryDict, matches: Collection[Match]) -> None:
        super().__init__(data, CourseOffer.objects.published().filter(pk__in=[found.offer_id for found in matches]))
        self.counted = Q(pk__in=[found.offer_id for found in matches if found.band != Band.NEAR])
        judged = Q(pk__in=[found.run_id for found in matches])
        runs = CourseRun.objects.with_state().filter(judged | Q(state__in=ATTENDABLE), offer__in=self.queryset)
        self.runs = runs.select_related("municipality")

    def meeting(self) -> dict[int, list[CourseRun]]:
        """The runs that meet what is asked of a run, if anything is, by offer; the earliest first."""
        met = defaultdict[int, list[CourseRun]](list)
        for run in self._narrowed(self.runs, OF_A_RUN) if self._asks(OF_A_RUN) else ():
            met[run.offer_id].append(run)
        return met

    def filter_queryset(self, _offers: CourseOfferQuerySet) -> CourseOfferQuerySet:
        return self._without("")

    def _without(self, name: str, instead: Narrow | None = None) -> CourseOfferQuerySet:
        rest, asked = self.filters.keys() - OF_A_RUN - {name}, OF_A_RUN - {name}
        offers: CourseOfferQuerySet = self._narrowed(self.queryset, rest).order_by()
        if not (instead or self._asks(asked)):
            return offers
        runs = self._narrowed(self.runs, asked, instead)
        unscheduled = self._narrowed(offers.filter(runs=None), asked, instead)
        return offers.filter(Q(pk__in=runs.values("offer")) | Q(pk__in=unscheduled.values("pk")))

    def _asks(self, names: Collection[str]) -> bool:
        return any(self.form.cleaned_data.get(name) for name in names)

    def _by_mode(self) -> Iterator["QuerySet[Any, Any]"]:
        for mode in Mode.values:
            yield self._count("mode", self._without("mode", methodcaller("held_as", mode)), Value(mode))
