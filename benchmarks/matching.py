"""One need against the whole catalogue, beside BM25 alone in plain SQL."""

from itertools import cycle

from django.db import connection

from benchmarks.clock import report, times
from brokering.matching import Wish, match, search
from brokering.matching.understanding import understand
from brokering.models import CompetenceNeed

BM25 = """
    SELECT offer_id, sum(impact * weight) AS score FROM brokering_posting
    JOIN unnest(%s::varchar[], %s::float8[]) AS asked (term, weight) USING (term)
    GROUP BY offer_id ORDER BY score DESC LIMIT 100
"""


def measure() -> None:
    """Over the needs of the demonstration region, in turn."""
    needs = [Wish.of(need) for need in CompetenceNeed.objects.filter(is_demo=True)]
    asked = [understand(need) for need in needs]
    turns, terms, words = cycle(needs), cycle(asked), cycle(needs)

    def bm25() -> None:
        one = next(terms).terms
        with connection.cursor() as cursor:
            cursor.execute(BM25, [[term.term for term in one], [term.weight for term in one]])
            cursor.fetchall()

    peer = times(bm25)
    report("BM25 alone, in SQL", peer)
    report("match(need): understanding, meaning, gates, parts", times(lambda: match(next(turns))), peer)
    report("search(words)", times(lambda: search(next(words).text[:40])), peer)
