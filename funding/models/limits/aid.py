"""What the database refuses of state aid of small amounts: more than a group may get in three years (I18)."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, at_the_end, listed, refuse
from funding.models.tranche_states import PROMISED

SENTENCES.update(
    {
        "aid_within_ceiling": _(
            "With this the undertaking would get more state aid in three years than is allowed, or no ceiling is "
            "recorded for that day."
        ),
        "a_cancellation_is_of_its_award": _("Only an award of the same undertaking, and all of it, is cancelled."),
        "aid_is_written_down": _("What is promised here is state aid, and is to be written down as such."),
    }
)
# In EUR, rounded up to the cent, so that no ceiling is passed by rounding.
EUR = "ceil(a.amount_nok / a.nok_per_eur * 100) / 100"
COUNTS = """
    a.undertaking_id = NEW.undertaking_id AND a.cancels_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM funding_aidaward c WHERE c.cancels_id = a.id)
"""


def aid_within_ceiling() -> pgtrigger.Trigger:
    """On the day of the award and on that of each later one: what was given in the three years to it, with this.

    What was told by the applicant is never refused, but counts.
    """
    name = "aid_within_ceiling"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__declared=False, new__cancels_id__isnull=True),
        declare=[("this", "numeric")],
        func=f"""
        PERFORM 1 FROM funding_undertaking WHERE id = NEW.undertaking_id FOR NO KEY UPDATE;
        this := {EUR.replace("a.", "NEW.")};
        IF EXISTS (
            SELECT 1 FROM (
                SELECT NEW.awarded_on AS on_day
                UNION SELECT a.awarded_on FROM funding_aidaward a
                WHERE {COUNTS} AND a.awarded_on > NEW.awarded_on AND a.awarded_on < NEW.awarded_on + interval '3 years'
            ) days
            WHERE this + COALESCE((
                SELECT sum({EUR}) FROM funding_aidaward a
                WHERE {COUNTS} AND a.awarded_on <= on_day AND a.awarded_on > on_day - interval '3 years'
            ), 0) > COALESCE((
                SELECT amount_eur FROM funding_aidceiling WHERE valid_from <= on_day ORDER BY valid_from DESC LIMIT 1
            ), 0)
        ) THEN {refuse(name, "more than the ceiling of three years")} END IF;
        RETURN NEW;
        """,
    )


def a_cancellation_is_of_its_award() -> pgtrigger.Trigger:
    name = "a_cancellation_is_of_its_award"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__cancels_id__isnull=False),
        func=f"""
        IF NOT EXISTS (
            SELECT 1 FROM funding_aidaward a
            WHERE a.id = NEW.cancels_id AND a.cancels_id IS NULL AND a.undertaking_id = NEW.undertaking_id
            AND a.amount_nok = NEW.amount_nok AND a.nok_per_eur = NEW.nok_per_eur
        ) THEN {refuse(name, "it is of something else")} END IF;
        RETURN NEW;
        """,
    )


# A decision that promises state aid is not made without its award: of all that is promised with it.
AID_IS_WRITTEN_DOWN = at_the_end(
    "aid_is_written_down",
    f"""
    IF NEW.state = 'decided' AND NEW.kind IN ('grant', 'strengthen', 'change') AND EXISTS (
        SELECT 1 FROM funding_decision WHERE commitment_id = NEW.commitment_id
        AND state = 'decided' AND aid_basis = 'de_minimis'
    ) THEN
        SELECT sum(amount) INTO promised FROM funding_tranche
        WHERE commitment_id = NEW.commitment_id AND state IN ({listed(PROMISED)});
        SELECT sum(a.amount_nok) INTO awarded FROM funding_aidaward a
        WHERE a.commitment_id = NEW.commitment_id AND a.cancels_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM funding_aidaward c WHERE c.cancels_id = a.id);
        IF promised > COALESCE(awarded, 0) THEN {refuse("aid_is_written_down", "its award is not there")} END IF;
    END IF;
    RETURN NULL;
    """,
    [("promised", "numeric"), ("awarded", "numeric")],
)
