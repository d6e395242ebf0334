"""Words typed into a search field → offers, the best first: typing errors forgiven, in either Norwegian."""

import numpy as np

from brokering.matching import analysis, columns, postings
from brokering.matching.spelling import put_right
from brokering.matching.understanding import LONGEST_NEED, weighed
from brokering.models import CourseOffer

MOST = 500
SHORTEST_NAME = 3


def search(text: str, most: int = MOST) -> list[int]:
    """Ids of the offers with the text's words or the parts of its compounds, published or not; 5–10 ms.

    The name of a provider finds its offers. Words of asking ("kurs") count only where there are no others.
    """
    text = text[:LONGEST_NEED].replace("\0", "").strip()
    read, _corrections = put_right(text)
    asked = weighed(analysis.wanted(read) or analysis.terms(read))
    known = columns.current()
    found = known.placed(postings.read([one.term for one in asked]))
    points = known.sum(found, {one.term: one.weight for one in asked})
    by_name = known.slots(np.array(_of_provider(text), np.int64))
    points[by_name[by_name >= 0]] += 1
    having = np.flatnonzero(points)
    best = having[np.argsort(-points[having], kind="stable")[:most]]
    return [int(offer) for offer in known.offers(best)]


def _of_provider(text: str) -> list[int]:
    if len(text) < SHORTEST_NAME:
        return []
    offers = CourseOffer.objects.filter(provider__name__icontains=text).order_by("pk")
    return list(offers.values_list("pk", flat=True))
