"""Neither a gate nor a part nor a shortcut keeps one of the best offers out of sight."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brokering.matching import Wish, columns, competences, index, match, meaning, shortlist, vectors
from brokering.matching.shortlist import ALL, SHOWN
from brokering.matching.understanding import Reading
from brokering.matching.ways import Floats, Judged, Question
from brokering.models import CourseOffer, CourseRun
from brokering.models.choices import Level, Mode
from brokering.models.index import DIMENSIONS, OfferVector
from partners.models import Distance, Municipality
from tests.factories import CompetenceFactory, CourseOfferFactory, MunicipalityFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
OFFERS = 400
SUBJECTS = "sveising regnskap sykepleie kokkefag lastsikring ledelse programmering".split()  # noqa: SIM905
PLACES = 12
BEST = 20


@pytest.fixture
def many() -> list[Municipality]:
    """A catalogue in which hardly two offers are alike in subject, place, dates and price."""
    chance = Random(7)  # noqa: S311
    places = [MunicipalityFactory.create(number=f"{5601 + n}") for n in range(PLACES)]
    Distance.objects.bulk_create(
        Distance(origin=one, destination=other, km=40.0 * abs(i - j))
        for i, one in enumerate(places)
        for j, other in enumerate(places)
    )
    for subject in SUBJECTS:
        names = {f"name_{language}": subject.capitalize() for language in ("nb", "nn", "en", "se")}
        CompetenceFactory.create(slug=subject, description="", **names)
    competences.refresh()
    provider = OrganisationFactory.create(provider=True)
    for _ in range(OFFERS):
        _invent(chance, places, provider)
    ids = list(CourseOffer.objects.order_by("pk").values_list("pk", flat=True))
    index.refresh(ids)
    _give_vectors(ids)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a table of which nothing is known is taken for small, and read whole for each offer
    return places


def _invent(chance: Random, places: list[Municipality], provider: Any) -> None:
    words = chance.choices(SUBJECTS, k=2)
    offer = CourseOfferFactory.create(
        title=f"{words[0].capitalize()} for {chance.choice(['nye', 'erfarne', 'ledere'])}",
        description=f"Kurset handler om {' og '.join(chance.choices([*words, *SUBJECTS], k=3))}.",
        provider=provider,
        level=chance.choice(["", *Level.values]),
        language=chance.choice(["", "nb", "en"]),
        formal=chance.choice([None, True, False]),
        modes=chance.choice([[], [Mode.ONLINE], [Mode.ON_SITE], [Mode.SESSIONS]]),
        places=chance.sample(places, chance.randrange(3)),
        price_nok=chance.choice([None, 0, 2500, 9900]),
        withdrawn_at=chance.choice([None] * 9 + ["2026-01-01T00:00Z"]),
        stale_on=chance.choice([None, None, TODAY - timedelta(days=10), TODAY - timedelta(days=60)]),
    )
    for _ in range(chance.randrange(3)):
        start = chance.choice([None, TODAY + timedelta(days=chance.randrange(-60, 300))])
        CourseRun.objects.create(
            offer=offer,
            mode=chance.choice(["", Mode.ONLINE, Mode.ON_SITE]),
            municipality=chance.choice([None, *places]),
            start=start,
            end=start and start + timedelta(days=2),
            deadline=start and chance.choice([None, start - timedelta(days=14)]),
            seats=(seats := chance.choice([None, 5, 12])),
            seats_taken=chance.randint(0, seats or 0),
        )


def _give_vectors(ids: list[int]) -> None:
    chance = np.random.default_rng(7)
    every = meaning.unit(chance.normal(size=(len(ids), DIMENSIONS)).astype(np.float32)).tolist()
    version = meaning.space().version
    OfferVector.objects.bulk_create(
        OfferVector(offer_id=pk, title=vector, text=vector, space=version)
        for pk, vector in zip(ids, every, strict=True)
    )


@pytest.fixture
def by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every need has a vector, though the language model is not there."""
    read = Reading.understood
    vector = meaning.unit(np.random.default_rng(8).normal(size=(1, DIMENSIONS)).astype(np.float32))[0]
    monkeypatch.setattr(Reading, "understood", lambda self: replace(read(self), vector=vector))


WISHES = {
    "anything": Wish(text="sveising og regnskap"),
    "two subjects": Wish(text="ledelse og lastsikring", headcount=4),
    "near": Wish(text="sykepleie", max_travel_km=50),
    "here": Wish(text="programmering og ledelse", max_travel_km=0, modes=(Mode.ON_SITE,)),
    "soon": Wish(text="kokkefag", earliest_start=TODAY, latest_start=TODAY + timedelta(days=20)),
    "later": Wish(text="ledelse", earliest_start=TODAY + timedelta(days=30), latest_start=TODAY + timedelta(days=60)),
    "level": Wish(text="regnskap", level=Level.SHORT_COURSE, formal="non_formal", budget_nok=Decimal(3000)),
    "language": Wish(text="lastsikring", language="en", max_travel_km=120, headcount=10),
}


def best(wish: Wish, least: float) -> list[int]:
    """As far as scores tell them apart."""
    found = match(wish, on=TODAY, limit=OFFERS, least=least)
    hits = sorted([*found.hits, *found.rest], key=lambda hit: (-hit.score, hit.offer_id))
    return [hit.offer_id for hit in hits[:BEST]]


@pytest.mark.parametrize("least", [SHOWN, ALL])
@pytest.mark.parametrize("kept", [0, vectors.KEPT])
@pytest.mark.parametrize("name", WISHES)
@pytest.mark.usefixtures("by_meaning")
def test_the_best_are_those_of_looking_at_every_offer(
    many: list[Municipality], name: str, kept: int, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where only a tenth of the catalogue is looked at, with every vector at hand and by the graph."""
    wish = replace(WISHES[name], municipality=many[3].pk)
    monkeypatch.setattr(shortlist, "OPEN", OFFERS)
    monkeypatch.setattr(shortlist, "BARRED", OFFERS)
    monkeypatch.setattr(shortlist, "COMPARED", 4 * OFFERS)
    every = best(wish, least)
    monkeypatch.setattr(shortlist, "OPEN", 30)
    monkeypatch.setattr(shortlist, "BARRED", 10)
    monkeypatch.setattr(shortlist, "AT_FIRST", 40)
    monkeypatch.setattr(shortlist, "COMPARED", 120)
    monkeypatch.setattr(shortlist, "ENOUGH", 120)
    monkeypatch.setattr(shortlist, "STANDING_OUT", 100)
    monkeypatch.setattr(vectors, "REACH", 60)
    monkeypatch.setattr(vectors, "KEPT", kept)
    assert len(set(every) & set(best(wish, least))) >= 0.99 * len(every) > 0


@pytest.mark.parametrize("kept", [0, vectors.KEPT])
@pytest.mark.usefixtures("by_meaning")
def test_only_what_could_be_shown_is_judged_whether_it_has_a_vector_or_not(
    many: list[Municipality], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "KEPT", kept)
    monkeypatch.setattr(shortlist, "OPEN", OFFERS)
    monkeypatch.setattr(shortlist, "BARRED", OFFERS)
    wish = Wish(text="sveising av aluminium og regnskap")
    accounting = CourseOffer.objects.filter(title__contains="egnskap").values_list("pk", flat=True)
    OfferVector.objects.filter(pk__in=list(accounting)).delete()  # joined, rows rolled back by others are read for each
    vectors.written(list(CourseOffer.objects.values_list("pk", flat=True)))
    every = match(wish, on=TODAY, least=ALL).judged
    likely = {hit.offer_id for hit in every if hit.parts["subject"]["value"] >= SHOWN}
    assert {hit.offer_id for hit in match(wish, on=TODAY).judged} == likely
    assert {"meaning" in hit.parts["subject"]["features"] for hit in every if hit.offer_id in likely} == {True, False}
    assert len(likely) < len(every)


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.usefixtures("by_meaning")
def test_the_columns_judge_as_the_facts_do(many: list[Municipality], name: str) -> None:
    """An offer is open in the short list exactly when no gate bars it, and its parts make as much of it."""
    begun, later = CourseRun.objects.filter(start__lte=TODAY, deadline=None), TODAY + timedelta(days=40)
    assert begun.update(deadline=later, end=later)
    index.refresh(CourseOffer.objects.values_list("pk", flat=True))
    wish = replace(WISHES[name], municipality=many[3].pk)
    found = match(wish, on=TODAY, limit=OFFERS, least=ALL)
    asked = Question(wish, found.understood, TODAY, shortlist.distances(many[3].pk))
    known = columns.current()
    slots = np.arange(len(known))
    judged = Judged.of(known, asked, slots)
    offers = known.offers(judged.slots).tolist()
    is_open = dict(zip(offers, (judged.bars == 0).tolist(), strict=True))
    factor = dict(zip(offers, np.exp(judged.parts).tolist(), strict=True))
    for hit in [*found.hits, *found.rest, *found.near]:
        assert is_open[hit.offer_id] == (not hit.gates)
    for hit in [*found.hits, *found.rest]:
        assert hit.score == pytest.approx(hit.parts["subject"]["value"] * factor[hit.offer_id], abs=0.002)
    assert is_open.keys() == set(CourseOffer.objects.published(TODAY).values_list("pk", flat=True))


MANY = np.random.default_rng(3).integers(0, 900, 6000).astype(np.float32)


@pytest.mark.parametrize("most", [0, 1, 3, 4, 9, 16, 100, 374, 376, 5999])
@pytest.mark.parametrize(
    "values", [np.array([1, 5, 1, 1, 7, 1], np.float32), MANY, np.sort(MANY), np.sort(MANY)[::-1], np.ones_like(MANY)]
)
def test_the_highest_are_as_many_as_are_asked_for(values: Floats, most: int) -> None:
    """Of equal values the first; most of a large catalogue is equal."""
    expected = np.argsort(-values, kind="stable")[:most]
    assert sorted(shortlist.highest(values, most).tolist()) == sorted(expected.tolist())


@pytest.fixture
def asked(many: list[Municipality], by_meaning: None) -> list[str]:
    """The queries of one match."""
    wish = Wish(text="sveising av aluminium og regnskap", municipality=many[3].pk, max_travel_km=100)
    match(wish, on=TODAY)
    with CaptureQueriesContext(connection) as captured:
        match(wish, on=TODAY)
    return [_plain(query["sql"]) for query in captured.captured_queries if query["sql"].startswith(("SELECT", "\n"))]


def _plain(sql: str) -> str:
    """Without what is set before it, and the COPY around it."""
    select = sql.rpartition(";")[2]
    copied = re.search(r"COPY \((.*)\) TO STDOUT", select, re.DOTALL)
    return copied[1] if copied else select


def test_a_match_asks_a_fixed_number_of_questions(asked: list[str]) -> None:
    assert len(asked) <= 14


def test_no_question_reads_a_whole_table_of_the_catalogue(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an index answers the planner has one to use; small tables are read whole only because they are small."""
    large = ("courseoffer", "courserun", "offerindex", "postingblock", "vocabulary", "offercompetence")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asked:
            cursor.execute("EXPLAIN " + sql)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            read_whole = [table for table in large if f"Seq Scan on brokering_{table} " in plan]
            assert read_whole == [], plan


def test_in_a_large_catalogue_the_nearest_are_found_by_the_graph(
    many: list[Municipality], monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = meaning.unit(np.random.default_rng(9).normal(size=(1, DIMENSIONS)).astype(np.float32))[0]
    known = columns.current()
    every = vectors.cosines(known, vector)
    exact = known.offers(np.argsort(-np.nan_to_num(every, nan=-2))[:50])
    with connection.cursor() as cursor:  # thousands of vectors that other tests have rolled back are in the graph still
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; REINDEX INDEX offer_meaning")
    monkeypatch.setattr(vectors, "KEPT", 0)
    with CaptureQueriesContext(connection) as captured:
        near = vectors.cosines(known, vector)
    found = known.offers(np.argsort(-np.nan_to_num(near, nan=-2))[:60])
    assert len(set(exact.tolist()) & set(found.tolist())) >= 45
    assert np.count_nonzero(~np.isnan(near)) == min(vectors.REACH, OFFERS)
    np.testing.assert_allclose(near[~np.isnan(near)], every[~np.isnan(near)], atol=1e-3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        (query,) = captured.captured_queries
        cursor.execute("EXPLAIN " + _plain(query["sql"]))
        assert "offer_meaning" in str(cursor.fetchall())


def test_vectors_that_are_written_anew_are_read_anew(many: list[Municipality]) -> None:
    vector = meaning.unit(np.random.default_rng(9).normal(size=(1, DIMENSIONS)).astype(np.float32))[0]
    before = vectors.cosines(columns.current(), vector)
    changed = OfferVector.objects.order_by("pk")[0]
    OfferVector.objects.filter(pk=changed.pk).update(text=vector.tolist())
    vectors.written([changed.pk])
    known = columns.current()
    after = vectors.cosines(known, vector)
    (slot,) = known.slots(np.array([changed.pk]))
    assert after[slot] == pytest.approx(1, abs=1e-3)
    assert np.array_equal(np.delete(before, slot), np.delete(after, slot), equal_nan=True)
