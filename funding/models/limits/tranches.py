"""What the database refuses of the money of a year: made surer without a decision, or released before it is earned."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, TODAY, WRITTEN, at_the_end, refuse
from funding.models.limits.frames import bound_in, least_size


def is_about(commitment: str) -> str:
    """SQL: decision d is about this commitment: its own, or that which its application led to."""
    return f"(d.commitment_id = {commitment}.id OR d.application_id = {commitment}.application_id)"


SENTENCES.update(
    {
        "held_out_is_never_released": _("Money that is only held out is decided on before it is released."),
        "release_is_earned": _("This money cannot be released yet: see what is missing."),
        "a_decision_makes_it_so": _("Only a decision that names this year makes it so."),
        "only_drafts_are_put_right": _("What has been decided here changes by a decision only."),
        "lapse_has_its_cause": _(
            "Money lapses by a decision, when what it hangs on is not met, or when the commitment ends."
        ),
    }
)

# In one order with all who lock: the frame, then the commitment.
RELEASE_IS_EARNED = pgtrigger.Trigger(
    name="release_is_earned",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("this", "funding_commitment%ROWTYPE")],
    func=f"""
    IF NEW.state NOT IN ('released', 'used_up', 'settled') THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' THEN
        {refuse("release_is_earned", "it is not born released")}
    ELSIF OLD.state IN ('released', 'used_up', 'settled') THEN
        RETURN NEW;
    ELSIF OLD.state = 'held_out' THEN
        {refuse("held_out_is_never_released", "a decision comes first")}
    END IF;
    PERFORM 1 FROM funding_budgetframe WHERE id = NEW.frame_id FOR NO KEY UPDATE;
    SELECT * INTO this FROM funding_commitment WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    IF NEW.state <> 'released' OR OLD.state NOT IN ('conditional', 'firm') THEN
        {refuse("release_is_earned", "it is released first")}
    END IF;
    IF this.state NOT IN ('accepted', 'active') THEN
        {refuse("release_is_earned", "the recipient has not accepted")}
    END IF;
    IF this.expires_on < {TODAY} THEN {refuse("release_is_earned", "the commitment has expired")} END IF;
    IF NOT EXISTS (
        SELECT 1 FROM funding_decision d WHERE d.id = NEW.decision_id AND d.state = 'decided' AND {is_about("this")}
    ) THEN {refuse("release_is_earned", "it is not decided")} END IF;
    IF EXISTS (
        SELECT 1 FROM funding_condition
        WHERE commitment_id = this.id AND (tranche_id IS NULL OR tranche_id = NEW.id)
        AND is_precondition AND state IN ('open', 'not_met')
    ) THEN {refuse("release_is_earned", "a condition is not met")} END IF;
    IF NEW.amount IS NULL OR NEW.frame_id IS NULL
        OR {bound_in("NEW.frame_id", besides="NEW.id")} + NEW.amount > {least_size("NEW.frame_id")} THEN
        {refuse("release_is_earned", "the frame does not cover it")}
    END IF;
    RETURN NEW;
    """,
)


def amount_is_of_the_last_event(tranche: str, operation: pgtrigger.Operation = WRITTEN) -> object:
    """An amount changes only by an act that leaves an event, and so any day's amount can be told."""
    name = "amount_is_of_the_last_event"
    return at_the_end(
        name,
        f"""
        SELECT amount INTO stored FROM funding_tranche WHERE id = {tranche};
        SELECT amount INTO told FROM funding_trancheevent WHERE tranche_id = {tranche} ORDER BY id DESC LIMIT 1;
        IF stored IS DISTINCT FROM told THEN {refuse(name, "only an act with its event changes the amount")} END IF;
        RETURN NULL;
        """,
        [("stored", "numeric"), ("told", "numeric")],
        operation,
    )


ONLY_DRAFTS_ARE_PUT_RIGHT = pgtrigger.Trigger(
    name="only_drafts_are_put_right",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("c_state", "text")],
    func=f"""
    IF NEW.act NOT IN ('register', 'correct', 'amend') THEN RETURN NEW; END IF;
    SELECT c.state INTO c_state FROM funding_commitment c
    JOIN funding_tranche t ON t.commitment_id = c.id WHERE t.id = NEW.tranche_id;
    IF c_state NOT IN ('public', 'reported', 'confirmed', 'withdrawn')
        AND ((NEW.act = 'register' AND NEW.to_state <> 'held_out') OR NEW.from_state = 'settled')
    THEN {refuse("a_decision_makes_it_so", "what is decided here begins as held out")} END IF;
    IF c_state NOT IN ('public', 'reported', 'confirmed', 'withdrawn', 'draft') AND
        (NEW.act = 'correct' OR NEW.decision_id IS NULL)
    THEN {refuse("only_drafts_are_put_right", "what is decided changes by a decision")} END IF;
    RETURN NEW;
    """,
)

# When the transaction ends, so that a decision and what it makes of the years can be written in any order.
A_DECISION_MAKES_IT_SO = at_the_end(
    "a_decision_makes_it_so",
    f"""
    IF NEW.decision_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_decision d
        JOIN funding_commitment c ON {is_about("c")}
        JOIN funding_tranche t ON t.commitment_id = c.id AND t.id = NEW.tranche_id
        LEFT JOIN funding_decisionitem i ON i.decision_id = d.id AND i.tranche_id = t.id
        WHERE d.id = NEW.decision_id AND d.state = 'decided' AND (
            (NEW.act = 'register' AND d.kind = 'change')
            OR (COALESCE(i.amount, NEW.amount) IS NOT DISTINCT FROM NEW.amount
                AND (i.to_state = NEW.to_state OR (NEW.act = 'amend' AND i.id IS NOT NULL)))
        )
    ) THEN {refuse("a_decision_makes_it_so", "no decision says that")} END IF;
    IF NEW.act = 'lapse' AND NEW.decision_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM funding_tranche t JOIN funding_commitment c ON c.id = t.commitment_id
        WHERE t.id = NEW.tranche_id AND (
            c.state NOT IN ('draft', 'proposed', 'approved', 'letter_sent', 'accepted', 'active')
            OR EXISTS (
                SELECT 1 FROM funding_condition k WHERE k.commitment_id = c.id AND k.state = 'not_met'
                AND k.is_precondition AND (k.tranche_id IS NULL OR k.tranche_id = t.id)
            )
        )
    ) THEN {refuse("lapse_has_its_cause", "nothing says that it lapses")} END IF;
    RETURN NULL;
    """,
    [],
    pgtrigger.Insert,
)
