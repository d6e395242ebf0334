"""What the units of the demonstration region do, from config/demo/services.toml."""

import tomllib
from pathlib import Path

from partners.models import Municipality, Organisation
from projects.models import UnitService

FILE = Path(__file__).resolve().parent / "demo" / "services.toml"


def load(organisations: dict[str, Organisation]) -> None:
    """`organisations` by their slugs."""
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["service"]:
        unit, region = organisations[row.pop("unit")], row.pop("region", "")
        service = UnitService.objects.create(unit=unit, **row)
        service.municipalities.set(Municipality.objects.filter(regions__name=region))
