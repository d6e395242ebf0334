"""Pools proposed of 10 000 open needs: all of them anew, and after one need has changed."""

from random import Random

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from benchmarks import clock
from benchmarks.bulk import past_the_triggers
from brokering.matching import meaning
from brokering.models import CompetenceNeed
from brokering.models.choices import Mode
from brokering.models.need_index import NeedIndex
from brokering.models.needs import NeedState
from partners.models import Municipality, Organisation
from pooling.models import PoolProposal
from pooling.models.proposals import PoolIndex
from pooling.proposing.keeping import changed, follow, propose_all

NEEDS, HOUSES = 10_000, 20
MOST_SECONDS, MOST_MILLISECONDS = 10, 200
NEARNESS = 0.8
"""How long the random vector is that is added to a leaf's: needs of one competence are then as alike as real ones."""
MODES: tuple[list[Mode], ...] = (
    [],
    [Mode.ON_SITE],
    [Mode.ON_SITE, Mode.SESSIONS],
    [Mode.ONLINE],
    [Mode.ON_SITE, Mode.ONLINE],
)
TRAVEL = (None, 20, 60, 120, 250)
SOURCE = "benchmark of pools"


def measure() -> None:
    fill()
    needs = CompetenceNeed.objects.filter(state=NeedState.OPEN, employer__about=SOURCE)
    print(f"\nPools of {needs.count()} open needs, to be within", end=" ")
    print(f"{MOST_SECONDS} s, and a change within {MOST_MILLISECONDS} ms:")
    clock.report("  all of them for the first time", clock.times(_first, rounds=3))
    clock.report("  all of them anew, as every night", clock.times(propose_all, rounds=3))
    print(f"  {PoolProposal.objects.open().count()} proposals")
    chance = Random(2)  # noqa: S311  # the same needs each time
    ids = list(needs.order_by("pk").values_list("pk", flat=True))
    clock.report("  a need that changes", clock.times(lambda: _change(chance.choice(ids))))
    clock.report("  nothing has changed", clock.times(changed))


def _first() -> None:
    """With nothing proposed or remembered before."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {PoolProposal._meta.db_table}, {PoolIndex._meta.db_table} CASCADE")
    propose_all()


def _change(need: int) -> None:
    CompetenceNeed.objects.filter(pk=need).update(headcount=1 + need % 7, updated_at=timezone.now())
    follow([need])


def fill() -> None:
    """Once. Firms of twenty organisations that broker, half of their needs in three counties in the north."""
    if Organisation.objects.filter(about=SOURCE).exists():
        return
    chance, now = Random(1), timezone.now()  # noqa: S311  # the same needs each time
    places = list(Municipality.objects.order_by("pk"))
    north = [one for one in places if one.county_id in ("18", "55", "56")] or places
    with past_the_triggers(), transaction.atomic():
        houses = _organisations("Megler", HOUSES)
        firms = _organisations("Bedrift", NEEDS // 2)
        first = (CompetenceNeed.objects.aggregate(most=Max("pk"))["most"] or 0) + 1
        needs = [
            CompetenceNeed(
                pk=first + number,
                employer=chance.choice(firms),
                handled_by=chance.choice(houses),
                municipality=chance.choice(north if chance.random() < 0.5 else places),
                text="Vi trenger et kurs.",
                headcount=chance.randint(1, 6),
                modes=chance.choice(MODES),
                max_travel_km=chance.choice(TRAVEL),
                consent_to_share=True,
                state=NeedState.OPEN,
                matched_at=now,
            )
            for number in range(NEEDS)
        ]
        CompetenceNeed.objects.bulk_create(needs, batch_size=1000)
        NeedIndex.objects.bulk_create(_indexes(needs, chance), batch_size=1000)


def _organisations(name: str, count: int) -> list[Organisation]:
    made = [Organisation(name=f"{name} {number}", roles=["employer"], about=SOURCE) for number in range(count)]
    return Organisation.objects.bulk_create(made, batch_size=1000)


def _indexes(needs: list[CompetenceNeed], chance: Random) -> list[NeedIndex]:
    space, noise = meaning.space(), np.random.default_rng(1)
    rows = []
    for need in needs:
        leaf, other = (int(len(space.slugs) * chance.random() ** 1.5) for _ in range(2))
        around = noise.normal(size=space.leaves.shape[1])
        vector = space.leaves[leaf] + NEARNESS * around / np.linalg.norm(around)
        strength = chance.uniform(0.4, 0.95)
        terms = [[f"{space.slugs[leaf]}-{chance.randint(1, 12)}", 4.0, "", True] for _ in range(6)]
        rows.append(
            NeedIndex(
                need=need,
                terms=[*terms, ["kurs", 0.5, "kurs", True]],
                subjects=[[space.slugs[leaf], strength], [space.slugs[other], 0.9 - 0.9 * strength]],
                level="",
                vector=(vector / np.linalg.norm(vector)).tolist(),
                space=space.version,
                words_background=0,
                meaning_background=0,
            )
        )
    return rows
