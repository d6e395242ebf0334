"""Reckons every night anew what the pages about gaps show."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from brokering.models import Competence
from partners.models import Municipality, Region
from pooling.gaps import demand
from pooling.gaps.dealing import deal
from pooling.gaps.demand import Supply, Wanted
from pooling.gaps.grouping import Group, Part, groups
from pooling.models import Balance, Gap, GapNeed, NeedStanding

BATCH = 2_000
ALONE = 0x6761_7073
"""Of the lock that a reckoning holds, so that two at once do not mix."""


@transaction.atomic
def reckon(on: date | None = None) -> int:
    """Publish how demand and supply stand now in the place of what was published before. How many groups there are."""
    on = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ALONE])
    wanted, supply = demand.wanted(), demand.supply(on)
    met = deal(wanted, supply)
    since = _standings(wanted, met, on)
    published = list(groups(_parts(wanted, supply, met, since, on)))
    _publish(published)
    _remember(published, on)
    return len(published)


def _standings(wanted: Sequence[Wanted], met: Mapping[int, int], on: date) -> dict[int, date]:
    """Need → since when some of its people have no seat: since it was registered, or since it lost them."""
    before = dict(NeedStanding.objects.order_by().values_list("need", "unmet_since"))
    unmet = [one for one in wanted if met[one.need] < one.people]
    since = {one.need: _since(one, before, on) for one in unmet}
    changed = [one.need for one in wanted if one.need not in before or before[one.need] != since.get(one.need)]
    NeedStanding.objects.bulk_create(
        [NeedStanding(need_id=need, unmet_since=since.get(need)) for need in changed],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["need"],
        update_fields=["unmet_since"],
    )
    return since


def _since(one: Wanted, before: Mapping[int, date | None], on: date) -> date:
    if one.need not in before:
        return min(timezone.localdate(one.since), on)
    return before[one.need] or on


def _parts(
    wanted: Iterable[Wanted], supply: Supply, met: Mapping[int, int], since: Mapping[int, date], on: date
) -> Iterator[Part]:
    counties = dict(Municipality.objects.order_by().values_list("pk", "county"))
    regions = dict(Region.municipalities.through.objects.order_by("-region").values_list("municipality", "region"))
    areas = dict(Competence.objects.order_by().values_list("pk", "area"))
    for one in wanted:
        for is_met, people in ((True, met[one.need]), (False, one.people - met[one.need])):
            if people:
                yield Part(
                    need=one.need,
                    firm=one.firm,
                    county=counties[one.place],
                    region=regions.get(one.place, ""),
                    municipality=one.place,
                    competence=one.competence if one.competence in areas else "",
                    area=areas.get(one.competence, ""),
                    is_met=is_met,
                    people=people,
                    days=0 if is_met else (on - since[one.need]).days,
                    reach_km=one.reach_km,
                    takes_on_site=one.on_site,
                    takes_online=one.online,
                    farther_km=None if is_met else supply.farther_km.get(one.need),
                    only_in=supply.only_in.get(one.need, "") if is_met else "",
                )


def _publish(published: Collection[Group]) -> None:
    Gap.objects.all().delete()
    rows = Gap.objects.bulk_create(map(_row, published), batch_size=BATCH)
    parts = (
        GapNeed(gap=row, need_id=part.need, people=part.people)
        for row, group in zip(rows, published, strict=True)
        for part in group.parts
    )
    GapNeed.objects.bulk_create(parts, batch_size=BATCH)


def _row(group: Group) -> Gap:
    cell = group.cell
    return Gap(
        county_id=cell.county,
        region_id=cell.region or None,
        municipality_id=cell.municipality or None,
        competence_id=cell.competence or None,
        area_id=cell.area or None,
        is_met=group.is_met,
        firms=group.firms,
        people=group.people,
        person_days=group.person_days,
        reach_km=group.reach_km,
        takes_on_site=group.takes_on_site,
        takes_online=group.takes_online,
        farther_km=group.farther_km,
        only_in_id=group.only_in or None,
    )


def _remember(published: Iterable[Group], on: date) -> None:
    """The day's figures, of each county and of each competence in it."""
    people = defaultdict[tuple[str, str], list[int]](lambda: [0, 0])
    for group in published:
        for subject in {"", group.cell.competence}:
            people[group.cell.county, subject][group.is_met] += group.people
    Balance.objects.filter(on=on).delete()
    Balance.objects.bulk_create(
        [
            Balance(on=on, county_id=county, competence_id=subject or None, wanted=unmet + met, met=met)
            for (county, subject), (unmet, met) in people.items()
        ],
        batch_size=BATCH,
    )
