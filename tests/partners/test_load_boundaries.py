"""The boundaries of municipalities, as `manage.py load_boundaries` reads them from a file."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from partners.models import Boundary
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
SQUARE = [[30.0, 69.0], [30.123456, 69.0], [30.1, 69.1], [30.0, 69.0]]


def feature(number: str, **geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kommunenummer": number}, "geometry": geometry}


def load(tmp_path: Path, *features: dict[str, Any]) -> str:
    file, told = tmp_path / "kommuner.geojson", StringIO()
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    call_command("load_boundaries", file, stdout=told)
    return told.getvalue().strip()


def test_polygons_with_holes_and_islands_are_rings(tmp_path: Path) -> None:
    MunicipalityFactory.create(number="5605")
    MunicipalityFactory.create(number="5607")
    one = feature("5605", type="Polygon", coordinates=[SQUARE, SQUARE])
    several = feature("5607", type="MultiPolygon", coordinates=[[SQUARE], [SQUARE]])
    assert load(tmp_path, one, several, feature("9999", type="Polygon", coordinates=[SQUARE])) == (
        "2 boundaries. 1 are of municipalities that are not loaded."
    )
    assert [len(boundary.rings) for boundary in Boundary.objects.order_by("pk")] == [2, 2]
    assert Boundary.objects.get(pk="5605").rings[0][1] == [30.1235, 69.0]


def test_a_later_file_replaces_an_earlier_one(tmp_path: Path) -> None:
    MunicipalityFactory.create(number="5605")
    MunicipalityFactory.create(number="5607")
    for number in ("5605", "5607"):
        load(tmp_path, feature(number, type="Polygon", coordinates=[SQUARE]))
    assert Boundary.objects.get().pk == "5607"


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"features": [{"properties": {}}]}'])
def test_what_is_not_understood_changes_nothing(tmp_path: Path, content: str) -> None:
    MunicipalityFactory.create(number="5605")
    load(tmp_path, feature("5605", type="Polygon", coordinates=[SQUARE]))
    file = tmp_path / "broken.geojson"
    file.write_text(content)
    with pytest.raises(CommandError, match="is not understood"):
        call_command("load_boundaries", file)
    assert Boundary.objects.get().pk == "5605"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.geojson cannot be read"):
        call_command("load_boundaries", tmp_path / "nowhere.geojson")
