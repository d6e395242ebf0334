"""The catalogue that needs are matched against: the real one, in a database of the evaluation's own."""

from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from brokering.matching import index
from brokering.models import CourseOffer
from evaluation import variants

BROKERING = Path(__file__).resolve().parent.parent / "brokering"


def fill(folder: Path, mark: Path) -> dict[str, int]:
    """Offers by the name that judgments give them.

    Imported once, and indexed anew when the code that reads them, its words or the competence tree are other than they
    were: `mark` is the file that remembers it.
    """
    call_command("migrate", verbosity=0)
    call_command("load_places", verbosity=0)
    call_command("load_competences", verbosity=0)
    if not CourseOffer.objects.exists():
        call_command("import_offers", *map(str, sorted(folder.iterdir())), stdout=StringIO())
    state = _state()
    if not mark.exists() or mark.read_text() != state:
        index.forget()
        variants.words()
        variants.meanings()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        mark.write_text(state)
    return dict(CourseOffer.objects.published().values_list("source_id", "pk"))


def _state() -> str:
    files = sorted(path for path in _read_by_the_index() if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _read_by_the_index() -> Iterator[Path]:
    for folder in ("matching", "lexicon", "reference"):
        yield from (BROKERING / folder).iterdir()
