"""What is told of a decision is told once, by a letter, and the letter that was sent stays the last."""

import pgtrigger

from funding.models.limits import refuse

TOLD_BY_A_LETTER = pgtrigger.Trigger(
    name="told_by_a_letter",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__act="tell"),
    func=f"""
    PERFORM 1 FROM funding_decision WHERE id = NEW.decision_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT 1 FROM funding_letter WHERE decision_id = NEW.decision_id)
    THEN {refuse("told_by_a_letter", "there is no letter to send")} END IF;
    RETURN NEW;
    """,
)

WHAT_WAS_SENT_IS_THE_LAST = pgtrigger.Trigger(
    name="what_was_sent_is_the_last",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
    PERFORM 1 FROM funding_decision WHERE id = NEW.decision_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM funding_decisionevent WHERE decision_id = NEW.decision_id AND act = 'tell')
    THEN {refuse("what_was_sent_is_the_last", "the letter has been sent")} END IF;
    RETURN NEW;
    """,
)
