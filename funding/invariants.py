"""The invariants of money asked of whole tables, in SQL of their own, beside the triggers that refuse them row by row.

Each question answers with the keys of what breaks the rule, and so with nothing when all is well. I14 and I15 are not
about stored money; I17 of reports is held where reports are (`projects/`).
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from funding.models import (
    Application,
    Commitment,
    Condition,
    CostStatement,
    Decision,
    DisbursementRequest,
    PlanVersion,
    Tranche,
)
from funding.models.commitment_states import FRAMED
from funding.models.disbursements import BOUND, HANDS
from funding.models.limits import listed
from funding.models.tranche_states import BINDING, RELEASED

WITH_EVENTS = (Application, Commitment, Condition, CostStatement, Decision, DisbursementRequest, PlanVersion, Tranche)
IS_BOUND = f"state IN ({listed(BOUND)})"
COUNTS_NOT = listed(["withdrawn", "draft", "annulled", "lapsed"])
# What binds a year's money: all that is attested, and what has come back.
NET = f"sum(approved) FILTER (WHERE {IS_BOUND} AND (claimed >= 0 OR state = 'paid'))"


class Broken(NamedTuple):
    """Which invariant, in which way, by the rows with which keys."""

    invariant: str
    rule: str
    keys: list[int]


def broken() -> Iterator[Broken]:
    """All that is wrong."""
    with connection.cursor() as cursor:
        for invariant, rule, question in questions():
            cursor.execute(question)
            if keys := [row[0] for row in cursor.fetchall()]:
                yield Broken(invariant, rule, keys)


def questions() -> Iterator[tuple[str, str, str]]:
    """Invariant, rule in words, SQL."""
    for (invariant, rule), question in ASKED.items():
        yield invariant, rule, question
    for first_place, first in enumerate(HANDS):
        for second in HANDS[first_place + 1 :]:
            same = f"SELECT id FROM funding_disbursementrequest WHERE {first} = {second}"
            yield "I12", f"{first} is another than {second}", same.replace("_by", "_by_id")
    for kind in WITH_EVENTS:
        name = str(kind._meta.model_name)
        yield "I16", f"the state of a {name} is where its last event led to", OF_THE_LAST.format(name=name)
        yield "I16", f"each event of a {name} starts where the one before it ended", FOLLOWING.format(name=name)


OF_THE_LAST = """
    SELECT t.id FROM funding_{name} t LEFT JOIN LATERAL (
        SELECT to_state FROM funding_{name}event WHERE {name}_id = t.id ORDER BY id DESC LIMIT 1
    ) e ON true WHERE e.to_state IS DISTINCT FROM t.state
"""
FOLLOWING = """
    SELECT id FROM (
        SELECT {name}_id AS id, from_state, lag(to_state, 1, '') OVER (PARTITION BY {name}_id ORDER BY id) AS before
        FROM funding_{name}event
    ) e WHERE from_state <> before
"""
CEILING = """
    SELECT s.id FROM funding_schemeceiling s
    JOIN funding_commitment c ON c.scheme_id = s.scheme_id AND c.state NOT IN ({not_counted})
    JOIN funding_tranche t ON t.commitment_id = c.id AND t.year = s.year AND t.state <> 'lapsed'
    WHERE s.counts = '{counts}' GROUP BY s.id, s.amount{each} HAVING sum(t.amount) > s.amount
"""
ASKED: dict[tuple[str, str], str] = {
    ("I1", "costs are financed in each year"): """
        SELECT v.id FROM funding_planversion v JOIN (
            SELECT l.version_id, y.year, COALESCE(y.amount, round(y.hours * l.rate, 2)) AS value
            FROM funding_costyear y JOIN funding_costline l ON l.id = y.line_id
            UNION ALL
            SELECT l.version_id, y.year, -y.amount
            FROM funding_financingyear y JOIN funding_financingline l ON l.id = y.line_id
        ) cells ON cells.version_id = v.id
        WHERE v.state <> 'draft' GROUP BY v.id, cells.year HAVING sum(cells.value) <> 0
    """,
    ("I2", "an approved plan stays"): """
        SELECT pgh_obj_id FROM funding_planversionhistory WHERE state = 'approved'
        GROUP BY pgh_obj_id HAVING count(*) > 1
    """,
    ("I3", "payments stay within the year's money"): f"""
        SELECT t.id FROM funding_tranche t JOIN (
            SELECT tranche_id, {NET} AS net FROM funding_disbursementrequest GROUP BY tranche_id
        ) d ON d.tranche_id = t.id WHERE d.net > COALESCE(t.amount, 0) OR d.net < 0
    """,
    ("I4", "nothing is paid that was not released"): f"""
        SELECT d.id FROM funding_disbursementrequest d JOIN funding_tranche t ON t.id = d.tranche_id
        WHERE d.{IS_BOUND} AND d.claimed > 0 AND t.state NOT IN ({listed(RELEASED)})
    """,
    ("I5", "what is held out is never released"): """
        SELECT tranche_id FROM funding_trancheevent WHERE act = 'release' AND from_state = 'held_out'
    """,
    ("I6", "release is earned"): f"""
        SELECT t.id FROM funding_tranche t JOIN funding_commitment c ON c.id = t.commitment_id
        LEFT JOIN funding_decision d ON d.id = t.decision_id
        WHERE t.state IN ({listed(RELEASED)})
        AND (c.state NOT IN ('active', 'settled', 'expired') OR d.state IS DISTINCT FROM 'decided')
    """,
    ("I7", "a frame is not overdrawn"): f"""
        SELECT f.id FROM funding_budgetframe f JOIN funding_tranche t ON t.frame_id = f.id
        JOIN funding_commitment c ON c.id = t.commitment_id
        WHERE t.state IN ({listed(BINDING)}) AND c.state IN ({listed(FRAMED)})
        GROUP BY f.id HAVING sum(t.amount) > COALESCE((
            SELECT sum(e.amount) FROM funding_frameentry e
            WHERE e.frame_id = f.id AND e."on" <= (now() AT TIME ZONE 'Europe/Oslo')::date
        ), 0)
    """,
    ("I8", "payments stay within the documented costs"): f"""
        SELECT c.id FROM funding_commitment c JOIN (
            SELECT commitment_id, {NET} AS net FROM funding_disbursementrequest GROUP BY commitment_id
            HAVING bool_or({IS_BOUND} AND kind IN ('part', 'final') AND approved > 0)
        ) d ON d.commitment_id = c.id WHERE d.net > LEAST(c.amount, trunc(COALESCE(c.share, 1) * COALESCE((
            SELECT sum(a.approved) FROM funding_actualline a JOIN funding_coststatement s ON s.id = a.statement_id
            JOIN funding_costline l ON l.id = a.line_id
            WHERE s.project_id = c.project_id AND s.state = 'approved' AND l.eligible
        ), 0), 2))
    """,
    ("I9", "a project's years stay within the ceiling"): CEILING.format(
        not_counted=COUNTS_NOT, counts="project", each=", c.project_id"
    ),
    ("I9", "a recipient's years stay within the ceiling"): CEILING.format(
        not_counted=COUNTS_NOT, counts="recipient", each=", c.recipient_id"
    ),
    ("I9", "a scheme's years stay within the ceiling"): CEILING.format(
        not_counted=COUNTS_NOT, counts="scheme", each=""
    ),
    ("I10", "there is one final payment"): """
        SELECT commitment_id FROM funding_disbursementrequest
        WHERE kind = 'final' AND state NOT IN ('returned', 'rejected') GROUP BY commitment_id HAVING count(*) > 1
    """,
    ("I10", "and none after it"): f"""
        SELECT d.id FROM funding_disbursementrequest d JOIN funding_disbursementrequest f USING (commitment_id)
        WHERE f.kind = 'final' AND f.{IS_BOUND} AND d.kind IN ('advance', 'part')
        AND d.state IN ('sent', 'controlled', 'attested', 'ordered')
    """,
    ("I10", "what is left returns to its frame"): """
        SELECT t.id FROM funding_tranche t LEFT JOIN LATERAL (
            SELECT sum(approved) FILTER (WHERE state = 'paid') AS paid
            FROM funding_disbursementrequest WHERE tranche_id = t.id
        ) d ON true LEFT JOIN LATERAL (
            SELECT sum(amount) AS back FROM funding_frameentry WHERE tranche_id = t.id
        ) e ON true
        WHERE t.state = 'settled' AND t.frame_id IS NOT NULL
        AND COALESCE(e.back, 0) <> t.amount - COALESCE(d.paid, 0)
    """,
    ("I11", "paying less has a reason"): """
        SELECT id FROM funding_disbursementrequest WHERE approved <> claimed AND reason = ''
    """,
    ("I12", "nobody decides what they prepared"): """
        SELECT id FROM funding_decision WHERE decided_by_id = prepared_by_id
    """,
    ("I13", "who decides is delegated to"): """
        SELECT d.id FROM funding_decision d LEFT JOIN funding_delegation g ON g.id = d.delegation_id
        LEFT JOIN funding_application a ON a.id = d.application_id
        LEFT JOIN funding_commitment c ON c.id = d.commitment_id
        WHERE d.state = 'decided' AND (
            g.id IS NULL OR g.organisation_id <> COALESCE(c.funder_id, a.funder_id)
            OR g.user_id <> d.decided_by_id OR g.scheme_id <> COALESCE(c.scheme_id, a.scheme_id)
            OR (g.body <> '' AND d.body_reference = '')
        )
    """,
    ("I16", "a year's amount is of its last event"): """
        SELECT t.id FROM funding_tranche t LEFT JOIN LATERAL (
            SELECT amount FROM funding_trancheevent WHERE tranche_id = t.id ORDER BY id DESC LIMIT 1
        ) e ON true WHERE e.amount IS DISTINCT FROM t.amount
    """,
    ("I17", "approved accounts stay"): """
        SELECT pgh_obj_id FROM funding_coststatementhistory WHERE state = 'approved'
        GROUP BY pgh_obj_id HAVING count(*) > 1
    """,
    ("I18", "aid stays within its ceiling"): """
        SELECT a.id FROM funding_aidaward a
        LEFT JOIN LATERAL (
            SELECT amount_eur FROM funding_aidceiling
            WHERE valid_from <= a.awarded_on ORDER BY valid_from DESC LIMIT 1
        ) ceiling ON true
        WHERE NOT a.declared AND a.cancels_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM funding_aidaward x WHERE x.cancels_id = a.id)
        AND (ceiling.amount_eur IS NULL OR ceiling.amount_eur < (
            SELECT sum(b.amount_nok / b.nok_per_eur) FROM funding_aidaward b
            WHERE b.undertaking_id = a.undertaking_id AND b.cancels_id IS NULL AND b.id <= a.id
            AND b.awarded_on > a.awarded_on - interval '3 years' AND b.awarded_on <= a.awarded_on
            AND NOT EXISTS (SELECT 1 FROM funding_aidaward x WHERE x.cancels_id = b.id)
        ))
    """,
}
