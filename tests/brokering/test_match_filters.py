"""What the filters leave of a need's matches: how many fit is what is counted, and a run that fits them is shown."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CompetenceNeed, CourseRun, Match
from brokering.models.choices import Mode
from brokering.models.matches import Band
from partners.models import Distance, Municipality, Organisation, User
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseRunFactory,
    MatchFactory,
    MunicipalityFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
FAR = {"gate": "reach", "km": 230, "limit": 50, "place": "Alta"}


@pytest.fixture
def place() -> Municipality:
    here = MunicipalityFactory.create()
    Distance.objects.create(origin=here, destination=here, km=0)
    return here


@pytest.fixture
def need(broker: User, agency: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency)


def url(need: CompetenceNeed) -> str:
    return reverse("need-matches", args=[need.pk])


def judged(need: CompetenceNeed, **facts: Any) -> Match:
    """By a run on site in sixty days."""
    match = MatchFactory.create(need=need, offer__modes=[Mode.ON_SITE, Mode.ONLINE], **facts)
    Match.objects.filter(pk=match.pk).update(run=CourseRunFactory.create(offer=match.offer))
    return match


def online(match: Match, days: int = 90, **facts: Any) -> CourseRun:
    start = timezone.localdate() + timedelta(days=days)
    return CourseRunFactory.create(offer=match.offer, mode=Mode.ONLINE, municipality=None, start=start, **facts)


def shown(client: Client, need: CompetenceNeed, **query: Any) -> dict[Match, CourseRun | None]:
    """The rows, those that fit and near misses, each with the other run that it names."""
    context = client.get(url(need), query).context
    return {found: found.other_run for found in [*context["page"], *context["near"]]}


class TestRuns:
    def test_the_run_that_is_as_one_filters_is_named_where_another_was_judged(
        self, client: Client, need: CompetenceNeed
    ) -> None:
        match = judged(need)
        run = online(match)
        assert shown(client, need, mode="online") == {match: run}
        assert shown(client, need, mode="on_site") == shown(client, need) == {match: None}
        page = client.get(url(need), {"mode": "online"}).content.decode()
        assert f"Another run is as you filter: {run}." in page
        assert "What is said below is about the run above." in page

    def test_an_offer_without_such_a_run_is_not_shown_whatever_it_says_of_itself(
        self, client: Client, need: CompetenceNeed
    ) -> None:
        match = judged(need)
        assert shown(client, need, mode="online") == {}
        online(match, seats=8, seats_taken=8)
        assert shown(client, need, mode="online") == {}

    def test_how_where_and_when_are_asked_of_one_and_the_same(
        self, client: Client, need: CompetenceNeed, place: Municipality
    ) -> None:
        match = judged(need)
        CourseRun.objects.update(municipality=place)
        run = online(match, days=120)
        for query in ({"mode": "online", "start": "90"}, {"mode": "online", "place": "Kirkenes"}):
            assert shown(client, need, **query) == {}
        assert shown(client, need, place="Kirkenes", start="90") == {match: None}
        assert shown(client, need, mode="online", start="180") == {match: run}

    def test_a_run_that_says_nothing_is_as_its_offer_and_so_is_an_offer_without_runs(
        self, client: Client, need: CompetenceNeed, place: Municipality
    ) -> None:
        silent, alone = (MatchFactory.create(need=need, offer__modes=[Mode.ONLINE]) for _ in range(2))
        MatchFactory.create(need=need, offer__modes=[Mode.ON_SITE])
        for match in (silent, alone):
            match.offer.municipalities.set([place])
        Match.objects.filter(pk=silent.pk).update(
            run=CourseRunFactory.create(offer=silent.offer, mode="", municipality=None)
        )
        assert shown(client, need, mode="online", place="Kirkenes") == {silent: None, alone: None}
        assert shown(client, need, mode="online", start="90") == {silent: None}

    def test_a_near_miss_is_found_by_the_run_that_is_barred(self, client: Client, need: CompetenceNeed) -> None:
        match = judged(need, band=Band.NEAR, gates=[{"gate": "runs", "state": "full"}])
        CourseRun.objects.update(seats_taken=12)
        assert shown(client, need, mode="on_site", start="90") == {match: None}

    def test_what_is_closed_since_it_began_does_not_start_soon(self, client: Client, need: CompetenceNeed) -> None:
        match = judged(need, band=Band.NEAR, gates=[{"gate": "runs", "state": "running"}])
        today = timezone.localdate()
        CourseRun.objects.update(start=today - timedelta(days=9), end=today + timedelta(days=9), deadline=None)
        assert shown(client, need, start="90") == {}
        assert shown(client, need, mode="on_site") == {match: None}

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, need: CompetenceNeed, queries: Queries
    ) -> None:
        online(judged(need))
        one = queries(f"{url(need)}?mode=online&start=180")
        for _ in range(9):
            online(judged(need))
        # One more than without filters: the runs that meet them.
        assert queries(f"{url(need)}?mode=online&start=180") == one == queries(url(need)) + 1


class TestCounts:
    def counts(self, client: Client, need: CompetenceNeed, **query: Any) -> dict[str, dict[str, int]]:
        facets = client.get(url(need), query).context["filter"].facets
        return {facet.name: {choice.value: choice.count for choice in facet.choices} for facet in facets}

    def test_what_fits_is_counted_and_a_near_miss_is_not(self, client: Client, need: CompetenceNeed) -> None:
        online(judged(need))
        for _ in range(2):
            online(judged(need, band=Band.NEAR, gates=[FAR]))
        MatchFactory.create(need=need, offer__modes=[Mode.HYBRID], band=Band.NEAR, gates=[FAR])
        assert self.counts(client, need)["mode"] == {"on_site": 1, "online": 1, "hybrid": 0}
        Match.objects.update(band=Band.NEAR)
        assert self.counts(client, need)["mode"] == {"on_site": 0, "online": 0, "hybrid": 0}

    @pytest.mark.parametrize("near", [{}, {"place": "Kirkenes"}, {"mode": "on_site", "start": "90"}])
    def test_each_count_is_how_many_fit_when_it_is_chosen(
        self, client: Client, need: CompetenceNeed, place: Municipality, near: dict[str, str]
    ) -> None:
        for number in range(6):
            match = judged(
                need, offer__level=["bachelor", "master"][number % 2], band=[Band.STRONG, Band.NEAR][number % 3 == 0]
            )
            match.offer.competences.add(CompetenceFactory.create())
            if number % 2:
                online(match, days=40 * number)
        CourseRun.objects.filter(mode=Mode.ON_SITE).update(municipality=place)
        found = self.counts(client, need, **near)
        assert {"mode", "level", "start", "competence", "provider"} <= found.keys()
        for facet, counted in found.items():
            chosen = {value: client.get(url(need), near | {facet: value}).context["every"] for value in counted}
            assert counted == chosen
