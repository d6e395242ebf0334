"""Measures matching on judged needs and prints what was found as Markdown: `make evaluate`.

The first run imports the catalogue and computes its vectors, some ten minutes; later ones take twenty, or a minute
with --quick.
"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from config.database import embedded

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
SHARED = ROOT.parent / "shared"
OURS = ROOT / "evaluation" / "needs_blind.jsonl"
IN_OTHER_WORDS = ROOT / "evaluation" / "needs_alike.jsonl"
TALES = ROOT / "evaluation" / "needs_tales.jsonl"


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["OMP_NUM_THREADS"] = "1"
    with embedded(VAR / "evaluation-postgres", durable=False) as os.environ["DATABASE_URL"]:
        import django

        django.setup()
        _let_transactions_rest()
        from evaluation import alike, catalogue, lists, pools, tales
        from evaluation.measured import measure
        from evaluation.remembered import remembered

        with remembered(VAR / "evaluation-vectors.sqlite"):
            offers = catalogue.fill(options.catalogue, VAR / "evaluation-state")
            if options.alike:
                said = alike.read(options.needs, IN_OTHER_WORDS)
                print(*pools.measure(said, (OURS.stem, IN_OTHER_WORDS.stem)), sep="\n")
                return
            if options.tales:
                print(*tales.measure(TALES), sep="\n")
                return
            if options.lists:
                print(*lists.measure(), sep="\n")
                return
            for name, *paragraphs in measure(options.needs, offers, options.picture, ablate=not options.quick):
                print(f"## {name}", *paragraphs, sep="\n\n", end="\n\n", flush=True)
                if options.write:
                    write(options.write, name, "\n\n".join(paragraphs))


def write(document: Path, name: str, text: str) -> None:
    """Put the section between its marks in the document; one without such marks stays as it is."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, mark, rest = document.read_text(encoding="utf-8").partition(begin)
    if mark:
        document.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def _let_transactions_rest() -> None:
    """A variant computes for minutes between two queries; the site gives up on such transactions."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m evaluation", description=__doc__)
    given = SHARED / "eval" / "needs_dev.jsonl"
    parser.add_argument("needs", nargs="*", type=Path, default=[given, OURS], help="files of judged needs")
    parser.add_argument("--catalogue", type=Path, default=SHARED / "data" / "utdanningno", help="folder of its files")
    parser.add_argument("--picture", type=Path, default=ROOT / "docs" / "images" / "calibration.svg")
    parser.add_argument("--write", type=Path, metavar="DOCUMENT", help="put the sections into docs/matching.md too")
    parser.add_argument("--alike", action="store_true", help="only whether pools are proposed of needs that are alike")
    parser.add_argument("--tales", action="store_true", help="only whether needs are found in long stories")
    parser.add_argument("--lists", action="store_true", help="only whether needs that name two things get both")
    parser.add_argument("--quick", action="store_true", help="leave the ablation out")
    options = parser.parse_args()
    missing = [path for path in [*options.needs, options.catalogue] if not path.exists()]
    if missing:
        parser.error(f"There is no {missing[0]}: name the needs, and the catalogue's folder with --catalogue.")
    return options


if __name__ == "__main__":
    main()
