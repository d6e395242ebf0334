"""The catalogue that needs are matched against: the real one, in a database of the evaluation's own."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from brokering.models import CourseOffer


def fill(folder: Path) -> dict[str, int]:
    """Offers by the name that judgments give them. Imported once; indexed anew each time, as the code now reads."""
    call_command("migrate", verbosity=0)
    call_command("load_places", verbosity=0)
    call_command("load_competences", verbosity=0)
    if not CourseOffer.objects.exists():
        call_command("import_offers", *map(str, sorted(folder.iterdir())), stdout=StringIO())
    call_command("index_offers", all=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return dict(CourseOffer.objects.published().values_list("source_id", "pk"))
