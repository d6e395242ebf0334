"""What the database demands when a commitment comes to its end: what is left returns, what is paid does not lapse."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, WRITTEN, at_the_end, refuse, update_of

SENTENCES.update(
    {
        "what_is_left_returns": _("What is left of a settled year, and no more, returns to the frame it came from."),
        "settled_by_the_final_payment": _("A commitment is settled by its final payment, with all of its years."),
        "paid_money_does_not_lapse": _("Something is paid of this year’s money, so it is settled and does not lapse."),
    }
)
PAYMENTS = "funding_disbursementrequest"


def what_is_left_returns(tranche: str, operation: pgtrigger.Operation = WRITTEN) -> object:
    """I10. Of a settled year all that was not paid returns to its frame; of another nothing does.

    `tranche`: where the row names its id.
    """
    name = "what_is_left_returns"
    return at_the_end(
        name,
        f"""
        SELECT * INTO t FROM funding_tranche WHERE id = {tranche} FOR NO KEY UPDATE;
        SELECT COALESCE(sum(amount), 0), COALESCE(bool_and(frame_id = t.frame_id), true) INTO back, is_own
        FROM funding_frameentry WHERE tranche_id = t.id;
        SELECT COALESCE(sum(approved), 0) INTO paid FROM {PAYMENTS} WHERE tranche_id = t.id AND state = 'paid';
        IF NOT is_own OR back <> (CASE WHEN t.state = 'settled' THEN t.amount - paid ELSE 0 END)
        THEN {refuse(name, "what is left, and no more, returns to its frame")} END IF;
        RETURN NULL;
        """,
        [("t", "funding_tranche%ROWTYPE"), ("back", "numeric"), ("is_own", "boolean"), ("paid", "numeric")],
        operation,
    )


def settled_by_the_final_payment() -> object:
    """A commitment that is settled has its final payment; of one that is over no year is open."""
    name = "settled_by_the_final_payment"
    return at_the_end(
        name,
        f"""
        IF NEW.state IN ('settled', 'expired') AND EXISTS (
            SELECT 1 FROM funding_tranche WHERE commitment_id = NEW.id AND state NOT IN ('settled', 'lapsed')
        ) OR NEW.state = 'settled' AND NOT EXISTS (
            SELECT 1 FROM {PAYMENTS} WHERE commitment_id = NEW.id AND kind = 'final' AND state = 'paid'
        ) THEN {refuse(name, "it lacks its final payment, or a year is open")} END IF;
        RETURN NULL;
        """,
        [],
    )


def paid_money_does_not_lapse() -> pgtrigger.Trigger:
    name = "paid_money_does_not_lapse"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=update_of("state"),
        condition=pgtrigger.Q(new__state="lapsed"),
        func=f"""
        IF EXISTS (SELECT 1 FROM {PAYMENTS} WHERE tranche_id = NEW.id AND state IN ('attested', 'ordered', 'paid'))
        THEN {refuse(name, "something is paid of it")} END IF;
        RETURN NEW;
        """,
    )
