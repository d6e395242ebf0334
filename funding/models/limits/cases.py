"""What holds of applications and decisions: what is sent stays, and only who is delegated to decides (I12, I13)."""

import pgtrigger

from funding.models.limits import WRITTEN, listed, refuse

_OPEN = "('draft', 'asked')"
_TEXT = "call_id scheme_id funder_id project_id applicant_id plan_version_id title summary need effect"
_TEXT += " is_aid_declared language"
_CONTENT = "application_id commitment_id kind result facts reasoning legal_basis complaint language aid_basis"
_CONTENT += " prepared_by_id"
_FIXED, _STAYS = "application_is_fixed_once_sent", "decision_stays"


def _differ(columns: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


FIXED_ONCE_SENT = pgtrigger.Trigger(
    name=_FIXED,
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
    IF OLD.state NOT IN {_OPEN} AND {_differ(_TEXT)} THEN {refuse(_FIXED, "it is sent")} END IF;
    RETURN NEW;
    """,
)

YEARS_FIXED_ONCE_SENT = pgtrigger.Trigger(
    name=_FIXED,
    when=pgtrigger.Before,
    operation=WRITTEN | pgtrigger.Delete,
    func=f"""
    IF EXISTS (
        SELECT 1 FROM funding_application WHERE state NOT IN {_OPEN}
        AND id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.application_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.application_id END
        )
    ) THEN {refuse(_FIXED, "it is sent")} END IF;
    RETURN COALESCE(NEW, OLD);
    """,
)

# An application is answered by a decision of that result, which is made first.
ONLY_A_DECISION_ANSWERS = pgtrigger.Trigger(
    name="only_a_decision_answers",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
    IF NEW.to_state IN ({listed(("granted", "partly", "rejected", "returned"))}) AND NOT EXISTS (
        SELECT 1 FROM funding_decision d
        WHERE d.application_id = NEW.application_id AND d.state = 'decided' AND d.result = NEW.to_state
    ) THEN {refuse("only_a_decision_answers", "no decision says so")} END IF;
    RETURN NEW;
    """,
)

DECISION_STAYS = pgtrigger.Trigger(
    name=_STAYS,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
    IF (OLD.state = 'decided' AND NEW IS DISTINCT FROM OLD)
        OR (TG_OP = 'UPDATE' AND OLD.state <> 'draft' AND {_differ(_CONTENT)})
    THEN {refuse(_STAYS, "it is put forward or decided")} END IF;
    RETURN COALESCE(NEW, OLD);
    """,
)


def of_a_draft(table: str) -> object:
    """What belongs to a decision is written while that is a draft."""
    return pgtrigger.Trigger(
        name=_STAYS,
        when=pgtrigger.Before,
        operation=WRITTEN | pgtrigger.Delete,
        func=f"""
        IF EXISTS (
            SELECT 1 FROM funding_decision WHERE state <> 'draft' AND id IN (
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.decision_id END,
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.decision_id END
            )
        ) THEN {refuse(_STAYS, f"its {table} is put forward or decided")} END IF;
        RETURN COALESCE(NEW, OLD);
        """,
    )


# What is decided on: all that is promised, or what the items name. Nothing when an application is turned down.
_AMOUNTS = """
    SELECT COALESCE(i.amount, t.amount) AS amount FROM funding_tranche t
    LEFT JOIN funding_decisionitem i ON i.tranche_id = t.id AND i.decision_id = NEW.id
    WHERE NEW.kind NOT IN ('reject', 'return') AND t.commitment_id = NEW.commitment_id
    AND (i.id IS NOT NULL OR (NEW.kind IN ('grant', 'annul') AND t.state <> 'lapsed'))
    AND COALESCE(i.to_state, '') <> 'lapsed'
"""
DECIDER_IS_DELEGATED = pgtrigger.Trigger(
    name="decider_is_delegated",
    when=pgtrigger.Before,
    operation=WRITTEN,
    declare=[("known", "numeric"), ("unknown", "bigint"), ("the_funder", "bigint"), ("the_scheme", "bigint")],
    func=f"""
    IF NEW.state <> 'decided' OR (TG_OP = 'UPDATE' AND OLD.state = 'decided') THEN RETURN NEW; END IF;
    IF NEW.decided_by_id IS DISTINCT FROM (
        SELECT by_id FROM funding_decisionevent WHERE decision_id = NEW.id AND act = 'decide' ORDER BY id DESC LIMIT 1
    ) THEN {refuse("decider_is_delegated", "who decided is not who did the act")} END IF;
    SELECT COALESCE(sum(amount), 0), count(*) FILTER (WHERE amount IS NULL) INTO known, unknown
        FROM ({_AMOUNTS}) decided;
    SELECT COALESCE(a.funder_id, c.funder_id), COALESCE(a.scheme_id, c.scheme_id) INTO the_funder, the_scheme
        FROM (SELECT 1) one LEFT JOIN funding_application a ON a.id = NEW.application_id
        LEFT JOIN funding_commitment c ON c.id = NEW.commitment_id;
    IF NOT EXISTS (
        SELECT 1 FROM funding_delegation d WHERE d.id = NEW.delegation_id AND d.organisation_id = the_funder
        AND (d.user_id IS NULL OR d.user_id = NEW.decided_by_id)
        AND (d.scheme_id IS NULL OR d.scheme_id = the_scheme)
        AND d.valid_from <= NEW.decided_on AND (d.valid_to IS NULL OR d.valid_to >= NEW.decided_on)
        AND (d.max_amount IS NULL OR (unknown = 0 AND d.max_amount >= known))
        AND (d.body = '' OR NEW.body_reference <> '')
    ) THEN {refuse("decider_is_delegated", "no delegation covers it")} END IF;
    RETURN NEW;
    """,
)
