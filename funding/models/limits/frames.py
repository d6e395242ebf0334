"""Budget frames and ceilings: no more is promised than there is (I7), and than a scheme gives in a year (I9)."""

from typing import Any

import pgtrigger

from funding.models.limits import TODAY, WRITTEN, at_the_end, listed, refuse, update_of

# As funding.models.{commitments,tranches} name them; these rules stand before both.
FRAMED = ("approved", "letter_sent", "accepted", "active", "settled", "expired")
BINDING = ("firm", "released", "used_up", "settled")
UNCOUNTED = ("withdrawn", "draft", "annulled", "lapsed")
FRAME = "frame_is_not_overdrawn"
CEILING = "tranches_within_ceiling"


def least_size(frame: str) -> str:
    """SQL: the least that a frame will hold from today on, by what is entered; a cut to come is not promised away."""
    return f"""(
        SELECT min(standing) FROM (
            SELECT sum(sum(amount)) OVER (ORDER BY day) AS standing FROM (
                SELECT greatest("on", {TODAY}) AS day, amount FROM funding_frameentry WHERE frame_id = {frame}
                UNION ALL SELECT {TODAY}, 0
            ) entries GROUP BY day
        ) days
    )"""


def bound_in(frame: str, besides: str = "0") -> str:
    """SQL: what is promised firmly out of a frame, in all its commitments. `besides`: an id of a tranche left out."""
    return f"""(
        SELECT COALESCE(sum(t.amount), 0) FROM funding_tranche t JOIN funding_commitment c ON c.id = t.commitment_id
        WHERE t.frame_id = {frame} AND t.id <> {besides}
        AND t.state IN ({listed(BINDING)}) AND c.state IN ({listed(FRAMED)})
    )"""


def _not_overdrawn(frames: str, **when: Any) -> object:
    """`frames`: a query for the frames that more is now asked of; they are locked in one order."""
    return at_the_end(
        FRAME,
        f"""
        FOR the_frame IN {frames} LOOP
            PERFORM 1 FROM funding_budgetframe WHERE id = the_frame FOR NO KEY UPDATE;
            IF {bound_in("the_frame")} > {least_size("the_frame")} THEN
                {refuse(FRAME, "more than there is in the frame")}
            END IF;
        END LOOP;
        RETURN NULL;
        """,
        declare=[("the_frame", "bigint")],
        **when,
    )


def tranches_within_frame() -> object:
    """Money of a year becomes firm, or more, or is moved to another frame. Making it less asks nothing."""
    bound = f"state IN ({listed(BINDING)})"
    return _not_overdrawn(
        f"""
        SELECT NEW.frame_id WHERE NEW.frame_id IS NOT NULL AND NEW.{bound} AND (
            TG_OP = 'INSERT' OR NOT OLD.{bound} OR OLD.frame_id IS DISTINCT FROM NEW.frame_id
            OR COALESCE(OLD.amount, 0) < NEW.amount
        )
        """
    )


def commitment_within_frames() -> object:
    """A commitment is decided, and with it all its firm years. Its later states bind no more than that."""
    framed = listed(FRAMED)
    return _not_overdrawn(
        f"""
        SELECT DISTINCT frame_id FROM funding_tranche WHERE commitment_id = NEW.id AND frame_id IS NOT NULL
        AND NEW.state IN ({framed}) AND (TG_OP = 'INSERT' OR OLD.state NOT IN ({framed})) ORDER BY frame_id
        """,
        operation=pgtrigger.Insert | update_of("state"),
    )


def entry_leaves_enough() -> object:
    """A frame is not cut below what is promised out of it."""
    return _not_overdrawn("SELECT NEW.frame_id WHERE NEW.amount < 0", operation=pgtrigger.Insert)


_OF_ITS_FRAME = "tranche_is_of_its_frame"
TRANCHE_OF_ITS_FRAME = pgtrigger.Trigger(
    name=_OF_ITS_FRAME,
    when=pgtrigger.Before,
    operation=WRITTEN,
    func=f"""
    IF NEW.frame_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_budgetframe f
        JOIN funding_fundingsource s ON s.id = f.source_id
        JOIN funding_commitment c ON c.id = NEW.commitment_id
        WHERE f.id = NEW.frame_id AND f.year = NEW.year AND s.owner_id = c.funder_id
    ) THEN {refuse(_OF_ITS_FRAME, "a frame pays its own year, of its owner’s commitments")} END IF;
    RETURN NEW;
    """,
)
FUNDER_OF_ITS_FRAMES = pgtrigger.Trigger(
    name=_OF_ITS_FRAME,
    when=pgtrigger.Before,
    operation=update_of("funder_id"),
    func=f"""
    IF EXISTS (
        SELECT 1 FROM funding_tranche t
        JOIN funding_budgetframe f ON f.id = t.frame_id
        JOIN funding_fundingsource s ON s.id = f.source_id
        WHERE t.commitment_id = NEW.id AND s.owner_id <> NEW.funder_id
    ) THEN {refuse(_OF_ITS_FRAME, "its years are paid from frames of another")} END IF;
    RETURN NEW;
    """,
)


def stays(name: str, *fields: str) -> object:
    """Fields that are never changed, since money has been promised by what they say."""
    return pgtrigger.ReadOnly(name=name, fields=list(fields))


_COUNTED = f"""
    FROM funding_tranche t JOIN funding_commitment c ON c.id = t.commitment_id
    WHERE c.scheme_id = s.scheme_id AND t.year = s.year AND t.state <> 'lapsed' AND c.state NOT IN ({listed(UNCOUNTED)})
"""


def tranches_within_ceiling(commitment: str, **when: Any) -> object:
    """What a project, a recipient, or everybody has of a scheme in a year stays within its ceiling; see SchemeCeiling.

    Sums what this commitment's own project and recipient have, and only for the years that it has money in.
    """
    return at_the_end(
        CEILING,
        f"""
        SELECT * INTO this FROM funding_commitment WHERE id = {commitment};
        IF this.scheme_id IS NULL THEN RETURN NULL; END IF;
        PERFORM 1 FROM funding_fundingscheme WHERE id = this.scheme_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM funding_schemeceiling s
            WHERE s.scheme_id = this.scheme_id
            AND s.year IN (SELECT year FROM funding_tranche WHERE commitment_id = this.id)
            AND s.amount < CASE s.counts
                WHEN 'project' THEN (SELECT sum(t.amount) {_COUNTED} AND c.project_id = this.project_id)
                WHEN 'recipient' THEN (SELECT sum(t.amount) {_COUNTED} AND c.recipient_id = this.recipient_id)
                ELSE (SELECT sum(t.amount) {_COUNTED})
            END
        ) THEN {refuse(CEILING, "more than the scheme gives that year")} END IF;
        RETURN NULL;
        """,
        declare=[("this", "funding_commitment%ROWTYPE")],
        **when,
    )


def commitment_within_ceiling() -> object:
    """The same, when it counts for another scheme, project or recipient, or begins to count."""
    of = update_of("state", "scheme_id", "project_id", "recipient_id")
    return tranches_within_ceiling("NEW.id", operation=pgtrigger.Insert | of)


def ceiling_above_tranches() -> object:
    """The same, when the ceiling is what changes: everybody's money of that year is counted."""
    whose = "CASE s.counts WHEN 'project' THEN c.project_id WHEN 'recipient' THEN c.recipient_id ELSE 0 END"
    return at_the_end(
        CEILING,
        f"""
        PERFORM 1 FROM funding_fundingscheme WHERE id = NEW.scheme_id FOR NO KEY UPDATE;
        SELECT * INTO s FROM funding_schemeceiling WHERE id = NEW.id;
        IF EXISTS (
            SELECT 1 {_COUNTED} AND {whose} IS NOT NULL GROUP BY {whose} HAVING sum(t.amount) > s.amount
        ) THEN {refuse(CEILING, "more than that is given already")} END IF;
        RETURN NULL;
        """,
        declare=[("s", "funding_schemeceiling%ROWTYPE")],
    )
