"""Loads the boundaries of municipalities for maps from a GeoJSON file, such as Kartverket’s."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partners.models import Boundary, Municipality

DECIMALS = 4
"""Some metres: more is not seen on a map."""


class Command(BaseCommand):
    help = "Load the boundaries of municipalities from GeoJSON (WGS 84), in the place of those that were there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a FeatureCollection whose features have a kommunenummer")

    @transaction.atomic
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        known = set(Municipality.objects.values_list("pk", flat=True))
        read = _read(file)
        Boundary.objects.all().delete()
        Boundary.objects.bulk_create(
            Boundary(municipality_id=number, rings=rings) for number, rings in read.items() if number in known
        )
        if options["verbosity"]:
            unknown = len(read.keys() - known)
            told = f" {unknown} are of municipalities that are not loaded." if unknown else ""
            self.stdout.write(f"{len(read) - unknown} boundaries.{told}")


def _read(file: Path) -> dict[str, list[list[tuple[float, float]]]]:
    """Municipality → its rings."""
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        return {one["properties"]["kommunenummer"]: _rings(one["geometry"]) for one in features}
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        told = "It is to be a GeoJSON FeatureCollection of polygons, each with the property kommunenummer"
        raise CommandError(f"{file} is not understood. {told} ({type(error).__name__}: {error}).") from error


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    return [[(round(x, DECIMALS), round(y, DECIMALS)) for x, y, *_z in ring] for part in polygons for ring in part]
