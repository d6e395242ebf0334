"""One need against an invented catalogue of any size, beside BM25 alone in plain SQL over the same postings."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from random import Random
from typing import Any
from unittest.mock import patch

from django.db import connection

from benchmarks import exhaustive, filling, served
from benchmarks.clock import Times
from benchmarks.synthetic import TODAY
from brokering.matching import Wish, candidates, embedding, index, match, postings, shortlist, vectors
from brokering.matching import understanding as reading
from brokering.models import Competence, CompetenceNeed, CourseOffer
from brokering.models.choices import Mode
from config.allocator import settle
from partners.models import Municipality

NEEDS, RECALLED = 240, 4
SLICE = 1_000
"""Offers that are indexed by the way the product does it."""
BM25 = """
    SELECT offer, sum(impact * weight) AS score FROM bench_posting
    JOIN unnest(%s::int[], %s::float8[]) AS asked (term, weight) USING (term)
    GROUP BY offer ORDER BY score DESC LIMIT 100
"""
PROCESSOR = "processor"
STAGES: dict[str, tuple[Any, str]] = {
    "encoding (language model)": (embedding, "queries"),
    "postings, read": (postings, "read"),
    "words and competences, added up": (candidates, "_said"),
    "vectors of those that stand out": (vectors, "of"),
    "shortlist (with the graph of vectors, and those that stand out)": (shortlist, "best"),
    "facts of the shortlist": (candidates, "_offers"),
}


def measure(size: int) -> None:
    _use(f"bench_{size}")
    filling.fill(size)
    needs, others = invented_needs(NEEDS), invented_needs(2 * NEEDS, seed=2)
    for act, other in zip(_bm25(others), others, strict=True):  # a server that has run for a day
        act()
        match(other, on=TODAY)
    settle()
    print(f"\n{CourseOffer.objects.count()} offers, {len(needs)} needs\n\n| | p50 ms | p95 ms |\n|---|---|---|")
    for name, taken in _times(needs):
        print(f"| {name} | {taken.p50:.1f} | {taken.p95:.1f} |", flush=True)
    print("\n| | |\n|---|---|")
    parts = (exhaustive.recall(needs[::RECALLED]), _building(), served.memory(), _disk())
    for name, figure in chain.from_iterable(parts):
        print(f"| {name} | {figure} |", flush=True)


def _times(needs: Sequence[Wish]) -> Iterator[tuple[str, Times]]:
    peer = _each(_bm25(needs))
    yield "BM25 alone, in SQL", peer
    stages: dict[str, list[float]] = defaultdict(list)
    whole = _each([partial(match, need, on=TODAY) for need in needs])
    _each([_timed(need, stages) for need in needs])
    yield f"match: {whole.p50 / peer.p50:.1f} × BM25 at p50, {whole.p95 / peer.p95:.1f} × at p95", whole
    yield "… time of a processor, encoding included, without the database's", _quantiles(stages.pop(PROCESSOR))
    for name, taken in stages.items():
        if len(taken) > 1:
            yield f"… {name}", _quantiles(taken)


def _use(name: str) -> None:
    """A copy of the real catalogue's database, made once."""
    base = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_there = cursor.fetchone()
    connection.close()
    if not is_there:
        connection.settings_dict["NAME"] = "postgres"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {base}")
        connection.close()
    connection.settings_dict["NAME"] = name


def invented_needs(count: int, seed: int = 1) -> list[Wish]:
    """What firms say: sentences of the competence tree and needs of the demonstration, with limits at random."""
    chance = Random(seed)  # noqa: S311  # the same each time
    said = [sentence for one in Competence.objects.order_by("pk") for sentence in one.sentences]
    said += [word for one in Competence.objects.order_by("pk") for word in one.jargon]
    said += [need.text for need in CompetenceNeed.objects.filter(is_demo=True).order_by("pk")]
    places = list(Municipality.objects.order_by("pk").values_list("pk", flat=True))
    return [
        _limited(Wish(text=" ".join(chance.sample(said, chance.choice((1, 1, 2))))), chance, places)
        for _ in range(count)
    ]


def _limited(wish: Wish, chance: Random, places: Sequence[str]) -> Wish:
    """A third without limits, a third with some, a third with narrow ones."""
    kind = chance.randrange(3)
    if not kind:
        return wish
    start = TODAY + timedelta(days=chance.randint(0, 120))
    wish = replace(wish, municipality=chance.choice(places), headcount=chance.randint(1, 10))
    if kind == 1:
        return replace(wish, max_travel_km=chance.choice((None, 100, 300)), earliest_start=chance.choice((None, start)))
    return replace(
        wish,
        max_travel_km=chance.choice((15, 40, 80)),
        modes=(Mode.ON_SITE,) if chance.random() < 0.5 else (),
        earliest_start=start,
        latest_start=start + timedelta(days=60),
        budget_nok=Decimal(10_000),
    )


def _bm25(needs: Sequence[Wish]) -> list[Callable[[], object]]:
    acts: list[Callable[[], object]] = []
    with connection.cursor() as cursor:
        for need in needs:
            asked = reading.understand(need).terms
            cursor.execute("SELECT term, number FROM bench_term WHERE term = ANY (%s)", [[one.term for one in asked]])
            numbers = dict(cursor.fetchall())
            known = [(numbers[one.term], one.weight) for one in asked if one.term in numbers]
            acts.append(lambda known=known: _run(BM25, [[n for n, _w in known], [w for _n, w in known]]))  # type: ignore[misc]
    return acts


def _run(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _timed(need: Wish, stages: dict[str, list[float]]) -> Callable[[], object]:
    def act() -> None:
        began, taken = time.process_time(), defaultdict[str, list[float]](list)
        with _watched(taken):
            match(need, on=TODAY)
        stages[PROCESSOR].append((time.process_time() - began) * 1000)
        for stage, times in taken.items():
            stages[stage].append(sum(times))

    return act


@contextmanager
def _watched(stages: dict[str, list[float]]) -> Iterator[None]:
    """Inside, it is noted how long each stage takes."""
    patches = [
        patch.object(where, name, _clocked(getattr(where, name), stages[stage]))
        for stage, (where, name) in STAGES.items()
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _clocked(function: Callable[..., Any], taken: list[float]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            taken.append((time.perf_counter() - began) * 1000)

    return run


def _each(acts: Sequence[Callable[[], object]]) -> Times:
    """Every act once, after a tenth of them that do not count; no need's meaning is remembered from before."""
    for act in acts[: len(acts) // 10]:
        act()
    taken: list[float] = []
    for act in acts:
        embedding.asked.cache_clear()
        _clocked(act, taken)()
    return _quantiles(taken)


def _quantiles(taken: Sequence[float]) -> Times:
    return Times(statistics.median(taken), statistics.quantiles(taken, n=20)[-1])


def _building() -> Iterator[tuple[str, str]]:
    """By the product's own way, over offers that are there already and count as changed."""
    ids = list(CourseOffer.objects.filter(pk__gte=filling.FIRST).order_by("pk").values_list("pk", flat=True)[:SLICE])
    _run("UPDATE brokering_offerindex SET version = '' WHERE offer_id = ANY (%s) RETURNING 1", [ids])
    began = time.perf_counter()
    for start in range(0, len(ids), 500):
        index.refresh(ids[start : start + 500])
    yield "index build, terms", f"{len(ids) / (time.perf_counter() - began):.0f} offers/s"
    _run("UPDATE brokering_offerindex SET embedded_at = NULL WHERE offer_id = ANY (%s) RETURNING 1", [ids[:48]])
    began, done = time.perf_counter(), 0
    while embedded := index.embed():
        done += embedded
    yield "index build, vectors", f"{done / (time.perf_counter() - began):.1f} offers/s"
    edits = _quantiles([_edit(pk) for pk in ids[100:140]])
    yield "one offer edited, its terms in the index", f"{edits.p50:.0f} ms p50, {edits.p95:.0f} ms p95"


def _edit(pk: int) -> float:
    offer = CourseOffer.objects.get(pk=pk)
    offer.description = f"{offer.description} Nå også om sveising og regnskap."
    offer.save()
    began = time.perf_counter()
    index.refresh([pk])
    return (time.perf_counter() - began) * 1000


def _disk() -> Iterator[tuple[str, str]]:
    tables = ("courseoffer", "offerindex", "postingblock", "factblock", "vocabulary", "offervector", "offercompetence")
    for table in tables:
        ((size,),) = _run("SELECT pg_size_pretty(pg_total_relation_size(%s))", [f"brokering_{table}"])
        yield f"disk, {table}", size
