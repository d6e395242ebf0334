"""Loads counties, municipalities with their settlements, regions and distances from partners/reference/."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from partners.loading import store
from partners.models import County, Municipality, Region

REFERENCE = Path(settings.BASE_DIR) / "partners" / "reference"
NAMES = ("name", "official_name", "name_se", "name_smj", "name_sma", "name_fkv")

# The haversine of the two points, on a sphere of 6371 km; `least` keeps rounding from leaving asin's domain.
MEASURE = """
    INSERT INTO partners_distance (origin_id, destination_id, km)
    SELECT a.number, b.number, 2 * 6371 * asin(least(1, sqrt(
        sin(radians(b.latitude - a.latitude) / 2) ^ 2
        + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(radians(b.longitude - a.longitude) / 2) ^ 2
    )))
    FROM partners_municipality a CROSS JOIN partners_municipality b
    ON CONFLICT (origin_id, destination_id) DO UPDATE SET km = excluded.km WHERE partners_distance.km <> excluded.km
"""


class Command(BaseCommand):
    help = "Load the places of Norway. Changes only what is different, so it may be run at any time."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        changed = {
            "counties": store(counties()),
            "municipalities": store(municipalities()),
            "regions": load_regions(),
            "distances": measure(),
        }
        if options["verbosity"]:
            told = ", ".join(f"{number} {noun}" for noun, number in changed.items() if number)
            self.stdout.write(f"Places: {told} changed." if told else "Places: nothing has changed.")


def rows(file: str) -> Iterator[dict[str, str]]:
    with open(REFERENCE / file, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def named(row: dict[str, str]) -> dict[str, Any]:
    return {name: row[name] for name in NAMES} | {name: day(row[name]) for name in ("valid_from", "valid_to")}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def counties() -> list[County]:
    return [
        County(number=row["number"], predecessors=row["predecessors"].split(), **named(row))
        for row in rows("counties.csv")
    ]


def municipalities() -> list[Municipality]:
    settlements = defaultdict(list)
    for row in rows("settlements.csv"):
        settlements[row["municipality"]].append(row["name"].lower())
    return [municipality(row, settlements[row["number"]]) for row in rows("municipalities.csv")]


def municipality(row: dict[str, str], settlements: list[str]) -> Municipality:
    return Municipality(
        number=row["number"],
        county_id=row["county"],
        code_2023=row["code_2023"],
        codes_2019=row["codes_2019"].split(),
        centre=row["centre"],
        settlements=settlements,
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        point=row["point"],
        sami_area=row["sami_area"] == "true",
        **named(row),
    )


def load_regions() -> int:
    entries = list(rows("regions.csv"))
    regions = [Region(slug=r["slug"], name=r["name"], name_se=r["name_se"], county_id=r["county"]) for r in entries]
    changed = store(regions)
    for region, entry in zip(regions, entries, strict=True):
        region.municipalities.set(Municipality.objects.filter(pk__in=entry["municipalities"].split()))
    return changed


def measure() -> int:
    """Set all distances in one statement; tells how many of them are new or different."""
    with connection.cursor() as cursor:
        cursor.execute(MEASURE)
        return int(cursor.rowcount)
