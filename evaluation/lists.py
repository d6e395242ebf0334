"""Whether a need that names two things is given courses for both: names of competences, two by two at random."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from random import Random
from unittest.mock import patch

from brokering.matching import Wish, match, several
from brokering.models import Competence
from brokering.models.index import OfferCompetence
from evaluation import report

LISTS, SHOWN, LEAST, SEED = 200, 10, 3, 20261123
LIKELY = 0.5
HEADS = ("pieces read by themselves", "lists", "both among the first ten", "each has a course that fits well")


def measure() -> Iterator[str]:
    about = _about()
    asked = _lists(about)
    rows = [["yes", *_row(asked, about)]]
    with patch.object(several, "things", lambda *_any: ()):
        rows.append(["no", *_row(asked, about)])
    yield report.table(HEADS, rows)


def _about() -> dict[str, set[int]]:
    """The offers of each competence that has some."""
    likely = OfferCompetence.objects.filter(strength__gte=LIKELY).order_by("competence_id")
    pairs = groupby(likely.values_list("competence_id", "offer_id"), key=itemgetter(0))
    found = {slug: {offer for _slug, offer in rows} for slug, rows in pairs}
    return {slug: offers for slug, offers in found.items() if len(offers) >= LEAST}


def _lists(about: dict[str, set[int]]) -> list[tuple[str, tuple[str, ...]]]:
    """Texts, and the slugs of what they ask for."""
    chance = Random(SEED)  # noqa: S311  # the same each time
    names = {one.pk: [one.name_nb, *one.synonyms] for one in Competence.objects.order_by("pk") if one.pk in about}
    pairs = [tuple(chance.sample(sorted(names), 2)) for _ in range(LISTS)]
    return [(f"Vi trenger kurs i {' og '.join(chance.choice(names[slug]) for slug in pair)}", pair) for pair in pairs]


def _row(asked: list[tuple[str, tuple[str, ...]]], about: dict[str, set[int]]) -> list[str]:
    both = well = 0
    for text, slugs in asked:
        hits = match(Wish(text=text)).hits
        first = {hit.offer_id for hit in hits[:SHOWN]}
        strong = {hit.offer_id for hit in hits if hit.band == "strong"}
        both += all(about[slug] & first for slug in slugs)
        well += all(about[slug] & strong for slug in slugs)
    return [str(len(asked)), str(both), str(well)]
