"""Which offers come into question for a need, with everything that is known of them: one query.

The best by words, the best by meaning and those that give a competence asked for; as many again of those that no gate
bars, so that a need with narrow limits still finds what it can reach.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from pgvector import HalfVector

from brokering.matching import gates, meaning
from brokering.matching.documents import MOST_IMPACT
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.understanding import WORTH_SAYING, Asked, Understood
from brokering.matching.wish import Wish
from brokering.models import CourseOffer, CourseRun

DEPTH = 100
"""Offers a signal and side of the gates."""
STATED = 1.0
"""How likely an offer is about a competence that its provider says it gives."""
NAMED = 0.3
"""From which product of likelihoods a competence is named as one that need and offer share."""
LOOKED_AT = 1000
"""Offers a signal whose gates are looked at; those no longer published are taken out of them."""
# Background: how alike the 50th best offer is. In a small catalogue that is not a stranger yet, so never below what it
# is in a large one (mean less one standard deviation over the development needs in 3 538 offers).
RANK_OF_BACKGROUND = 50
LEAST = Signals(words=0.02, meaning=0.16)


@dataclass(frozen=True)
class Candidates:
    offers: list[Offer]
    background: Signals


def fetch(wish: Wish, understood: Understood, on: date, also: int | None = None) -> Candidates:
    """`also`: an offer that is looked at whether it comes into question or not."""
    with connection.cursor() as cursor:
        cursor.execute(*_query(wish, understood, on, also))
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    asked = {asked.term: asked for asked in understood.terms}
    return Candidates([_offer(row, asked) for row in rows], _background(rows[0]) if rows else LEAST)


def _background(row: dict[str, Any]) -> Signals:
    return Signals(
        words=max(LEAST.words, row["words_background"] or 0),
        meaning=max(LEAST.meaning or 0, row["meaning_background"] or 0),
    )


def _worth_saying(shared: list[Asked], heaviest: float) -> tuple[str, ...]:
    """Words that explain why: whole ones, or else parts of compounds; none that hardly count beside the weightiest."""
    heavy = [asked for asked in shared if asked.weight >= WORTH_SAYING * heaviest]
    whole = [asked for asked in heavy if asked.is_whole]
    return tuple(dict.fromkeys(asked.base for asked in whole or heavy))


def _offer(row: dict[str, Any], asked: dict[str, Asked]) -> Offer:
    heaviest = max((one.weight for one in asked.values()), default=0.0)
    shared = [asked[term] for term in row["shared_terms"] or ()]
    return Offer(
        pk=row["id"],
        signals=Signals(row["words"], row["meaning"], row["competence"]),
        level=row["level"],
        is_long=row["is_long"],
        language=row["language"],
        formal=row["formal"],
        ways=tuple(_way(way) for way in row["ways"]),
        shared_words=_worth_saying(shared, heaviest),
        shared_competences=tuple(row["shared_competences"] or ()),
    )


def _way(way: dict[str, Any]) -> Way:
    return Way(
        run_id=way["run_id"],
        state=way["state"],
        modes=tuple(way["modes"]),
        place=way["place"] or "",
        km=way["km"],
        start=date.fromisoformat(way["start"]) if way["start"] else None,
        seats_left=way["seats_left"],
        price_nok=None if way["price"] is None else Decimal(str(way["price"])),
    )


def _query(wish: Wish, understood: Understood, on: date, also: int | None) -> tuple[str, dict[str, Any]]:
    """The querysets of the models say what is published and what state a run is in; the rest is written out."""
    offers = CourseOffer.objects.published(on).values("pk", "language", "modes", "formal", "price_nok").order_by()
    runs = CourseRun.objects.with_state(on).order_by()
    known = ("pk", "offer_id", "mode", "municipality_id", "start", "seats", "seats_taken", "price_nok")
    facts = runs.values(*known, "state")
    sql = QUERY.replace("{offers}", _literal(offers)).replace("{runs}", _literal(facts))
    return sql.replace("{all_open}", gates.ALL_OPEN), _parameters(wish, understood) | {"also": also}


def _literal(rows: QuerySet[Any, Any]) -> str:
    """A queryset's SQL with its values written in, to stand inside a larger query."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        written: bytes = cursor.cursor.mogrify(sql, values)
    return written.decode().replace("%", "%%")


def _parameters(wish: Wish, understood: Understood) -> dict[str, Any]:
    most = MOST_IMPACT * sum(asked.weight for asked in understood.terms) or 1.0
    return {
        **gates.parameters(wish),
        "terms": [asked.term for asked in understood.terms],
        "weights": [asked.weight for asked in understood.terms],
        "most": most,
        "vector": None if understood.vector is None else HalfVector(understood.vector).to_text(),
        "space": meaning.space().version,
        "competences": [found.slug for found in understood.subjects],
        "likelihoods": [found.strength for found in understood.subjects],
        "stated": STATED,
        "named": NAMED,
        "origin": wish.municipality or understood.place or None,
        "depth": DEPTH,
        "looked_at": LOOKED_AT,
        "background": RANK_OF_BACKGROUND - 1,
    }


QUERY = """
WITH wanted AS (SELECT * FROM unnest(%(terms)s::varchar[], %(weights)s::float8[]) AS w (term, weight)),
asked AS (SELECT * FROM unnest(%(competences)s::varchar[], %(likelihoods)s::float8[]) AS c (competence_id, likelihood)),
by_words AS MATERIALIZED (
    SELECT p.offer_id, sum(p.impact * w.weight) / %(most)s AS words
    FROM wanted w JOIN brokering_posting p USING (term) GROUP BY p.offer_id
),
by_meaning AS MATERIALIZED (
    SELECT offer_id, -(text <#> %(vector)s::halfvec) AS meaning FROM brokering_offervector
    WHERE space = %(space)s AND %(vector)s::text IS NOT NULL
    ORDER BY text <#> %(vector)s::halfvec, offer_id LIMIT %(looked_at)s
),
giving AS (
    SELECT g.offer_id, a.competence_id, g.strength * a.likelihood AS shared
    FROM asked a JOIN brokering_offercompetence g USING (competence_id)
    UNION ALL
    SELECT s.courseoffer_id, a.competence_id, %(stated)s * a.likelihood
    FROM asked a JOIN brokering_courseoffer_competences s USING (competence_id)
),
by_competence AS MATERIALIZED (
    SELECT offer_id, sum(shared) AS competence,
        array_agg(competence_id ORDER BY shared DESC) FILTER (WHERE shared >= %(named)s) AS competences
    FROM (SELECT offer_id, competence_id, max(shared) AS shared FROM giving GROUP BY offer_id, competence_id) once
    GROUP BY offer_id
),
first_look AS (
    (SELECT offer_id FROM by_words ORDER BY words DESC, offer_id LIMIT %(looked_at)s)
    UNION SELECT offer_id FROM by_meaning
    UNION (SELECT offer_id FROM by_competence ORDER BY competence DESC, offer_id LIMIT %(looked_at)s)
    UNION SELECT %(also)s::bigint WHERE %(also)s IS NOT NULL
),
offers (id, language, modes, formal, price) AS MATERIALIZED (
    SELECT one.* FROM first_look f CROSS JOIN LATERAL (
        SELECT * FROM ({offers}) published (id, language, modes, formal, price) WHERE id = f.offer_id OFFSET 0
    ) one
),
distances AS MATERIALIZED (
    SELECT d.destination_id, d.km, m.name
    FROM partners_distance d JOIN partners_municipality m ON m.number = d.destination_id
    WHERE d.origin_id = %(origin)s
),
places AS (
    SELECT m.courseoffer_id AS offer_id, min(d.km) AS km, (array_agg(d.name ORDER BY d.km))[1] AS name
    FROM offers o JOIN brokering_courseoffer_municipalities m ON m.courseoffer_id = o.id
    JOIN distances d ON d.destination_id = m.municipality_id GROUP BY m.courseoffer_id
),
runs (id, offer_id, mode, municipality_id, start, seats, seats_taken, price, state) AS MATERIALIZED (
    SELECT * FROM ({runs}) every (id, offer_id, mode, municipality_id, start, seats, seats_taken, price, state)
    WHERE offer_id IN (SELECT id FROM offers)
),
ways AS (
    SELECT o.id AS offer_id, r.id AS run_id, coalesce(r.state, '') AS state, o.language, r.start,
        CASE WHEN r.mode <> '' THEN ARRAY[r.mode]::text[] ELSE o.modes::text[] END AS modes,
        coalesce(d.km, p.km) AS km, coalesce(d.name, p.name) AS place,
        r.seats - r.seats_taken AS seats_left, coalesce(r.price, o.price) AS price
    FROM offers o LEFT JOIN runs r ON r.offer_id = o.id
    LEFT JOIN distances d ON d.destination_id = r.municipality_id LEFT JOIN places p ON p.offer_id = o.id
),
judged AS (
    SELECT offer_id, bool_or({all_open}) AS is_open, json_agg(to_json(ways)) AS ways FROM ways GROUP BY offer_id
),
ranked AS (
    SELECT j.*, w.words, m.meaning, c.competence, c.competences AS shared_competences,
        row_number() OVER (PARTITION BY is_open ORDER BY w.words DESC NULLS LAST, offer_id) AS words_rank,
        row_number() OVER (PARTITION BY is_open ORDER BY m.meaning DESC NULLS LAST, offer_id) AS meaning_rank,
        row_number() OVER (PARTITION BY is_open ORDER BY c.competence DESC NULLS LAST, offer_id) AS competence_rank
    FROM judged j LEFT JOIN by_words w USING (offer_id) LEFT JOIN by_meaning m USING (offer_id)
    LEFT JOIN by_competence c USING (offer_id)
)
SELECT o.id, coalesce(r.words, 0) AS words, coalesce(r.meaning, (
        SELECT -(v.text <#> %(vector)s::halfvec) FROM brokering_offervector v
        WHERE v.offer_id = o.id AND v.space = %(space)s
    )) AS meaning,
    coalesce(r.competence, 0) AS competence, r.shared_competences, i.level, i.is_long, o.language, o.formal, r.ways,
    (SELECT array_agg(p.term ORDER BY w.weight DESC) FROM brokering_posting p JOIN wanted w USING (term)
     WHERE p.offer_id = o.id) AS shared_terms,
    (SELECT words FROM by_words ORDER BY words DESC OFFSET %(background)s LIMIT 1) AS words_background,
    (SELECT meaning FROM by_meaning ORDER BY meaning DESC OFFSET %(background)s LIMIT 1) AS meaning_background
FROM ranked r JOIN offers o ON o.id = r.offer_id JOIN brokering_offerindex i ON i.offer_id = o.id
WHERE (r.words > 0 AND words_rank <= %(depth)s) OR (r.meaning IS NOT NULL AND meaning_rank <= %(depth)s)
    OR (r.competence > 0 AND competence_rank <= %(depth)s) OR o.id = %(also)s
ORDER BY o.id
"""
