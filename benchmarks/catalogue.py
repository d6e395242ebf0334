"""The catalogue that is measured on: the demonstration's courses, and real ones where their folder is here."""

from pathlib import Path

from django.core.management import call_command

from brokering.models import CourseOffer
from config import demo_region

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "utdanningno"


def fill() -> int:
    """Once; later runs find it there. The number of published offers."""
    call_command("migrate", verbosity=0)
    call_command("load_places", verbosity=0)
    call_command("load_competences", verbosity=0)
    demo_region.load()
    if REAL.exists() and not CourseOffer.objects.exclude(source=demo_region.SOURCE).exists():
        call_command("import_offers", *map(str, sorted(REAL.iterdir())), verbosity=0)
    call_command("index_offers", verbosity=0)
    return CourseOffer.objects.published().count()
