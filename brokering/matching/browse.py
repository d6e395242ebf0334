"""Words typed into a search field → offers, the best first: typing errors forgiven, in either Norwegian."""

from django.db import connection

from brokering.matching import analysis
from brokering.matching.understanding import put_right, weighed

MOST = 500


def search(text: str, most: int = MOST) -> list[int]:
    """Ids of the offers with the text's words or the parts of its compounds, published or not; 5–10 ms.

    The name of a provider finds its offers. Words of asking ("kurs") count only where there are no others.
    """
    text = text.replace("\0", "").strip()
    read, _corrections = put_right(text)
    asked = weighed(analysis.wanted(read) or analysis.terms(read))
    with connection.cursor() as cursor:
        cursor.execute(
            SEARCH,
            {
                "terms": [one.term for one in asked],
                "weights": [one.weight for one in asked],
                "provider": f"%{text}%" if len(text) > 2 else "",
                "most": most,
            },
        )
        return [offer_id for offer_id, _score in cursor.fetchall()]


SEARCH = """
    SELECT offer_id, sum(points) AS points FROM (
        SELECT p.offer_id, p.impact * w.weight AS points
        FROM unnest(%(terms)s::varchar[], %(weights)s::float8[]) AS w (term, weight)
        JOIN brokering_posting p USING (term)
        UNION ALL
        SELECT o.id, 1.0 FROM brokering_courseoffer o JOIN partners_organisation g ON g.id = o.provider_id
        WHERE g.name ILIKE %(provider)s
    ) found GROUP BY offer_id ORDER BY points DESC, offer_id LIMIT %(most)s
"""
