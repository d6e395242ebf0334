"""What the database refuses of promises as wholes: unsaid, changed afterwards, or ended before their day."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, TODAY, at_the_end, refuse, update_of
from funding.models.limits.tranches import is_about

SENTENCES.update(
    {
        "approved_means_decided": _(
            "A commitment is approved by a decision to grant, when the amount, the frame and the year are known of all"
            " that is more than held out, and the years sum to the whole."
        ),
        "promise_is_fixed": _("What has been promised changes by a decision only."),
        "annulled_while_nothing_is_paid": _("Something is paid already, so the commitment cannot be annulled."),
        "accepted_in_time": _("The last day to accept has passed."),
        "it_ends_on_its_day": _("The last day has not passed yet."),
        "the_recipient_accepts": _("Only leaders and deciders of the organisation that gets the money accept it."),
    }
)

_NAMES = ("title", "funder_id", "recipient_id", "project_id", "scheme_id", "application_id")
_RULES = ("amount", "share", "advance_share", "auditor_from", "expires_on", "accept_by")


def _changed(columns: tuple[str, ...]) -> str:
    return "({}) IS DISTINCT FROM ({})".format(
        ", ".join(f"NEW.{column}" for column in columns), ", ".join(f"OLD.{column}" for column in columns)
    )


PROMISE_IS_FIXED = pgtrigger.Trigger(
    name="promise_is_fixed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=~pgtrigger.Q(old__state__in=["public", "reported", "confirmed", "withdrawn", "draft"]),
    func=f"""
    IF {_changed(_NAMES)} THEN {refuse("promise_is_fixed", "it is promised so")} END IF;
    IF OLD.state = 'proposed' OR NOT {_changed(_RULES)} THEN RETURN NEW; END IF;
    IF OLD.state = 'approved' AND NEW.state = 'letter_sent' AND NOT {_changed(_RULES[:-1])} THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT 1 FROM funding_decision d
        WHERE {is_about("NEW")} AND d.kind = 'change' AND d.state = 'decided'
    ) THEN {refuse("promise_is_fixed", "no decision changes it")} END IF;
    RETURN NEW;
    """,
)

APPROVED_MEANS_DECIDED = at_the_end(
    "approved_means_decided",
    f"""
    IF NOT (NEW.state = 'approved' AND OLD.state <> 'approved') AND NOT (
        NEW.state IN ('approved', 'letter_sent', 'accepted', 'active') AND NEW.amount IS DISTINCT FROM OLD.amount
    ) THEN RETURN NULL; END IF;
    SELECT * INTO c FROM funding_commitment WHERE id = NEW.id;
    SELECT sum(amount), count(*), count(amount),
        bool_and(state = 'held_out' OR (amount IS NOT NULL AND year IS NOT NULL AND frame_id IS NOT NULL))
    INTO parts, years, known, complete FROM funding_tranche WHERE commitment_id = NEW.id AND state <> 'lapsed';
    IF c.recipient_id IS NULL OR complete IS NOT TRUE OR (years = known AND parts IS DISTINCT FROM c.amount)
        OR NOT EXISTS (
            SELECT 1 FROM funding_decision d WHERE {is_about("c")} AND d.kind = 'grant' AND d.state = 'decided'
            AND d.result IN ('granted', 'partly')
        )
    THEN {refuse("approved_means_decided", "it is not decided, or not in full")} END IF;
    RETURN NULL;
    """,
    [
        ("c", "funding_commitment%ROWTYPE"),
        ("parts", "numeric"),
        ("years", "bigint"),
        ("known", "bigint"),
        ("complete", "boolean"),
    ],
    pgtrigger.Update,
)

ENDS_IN_ITS_TIME = pgtrigger.Trigger(
    name="ends_in_its_time",
    when=pgtrigger.Before,
    operation=update_of("state"),
    condition=pgtrigger.Q(new__state__in=["accepted", "annulled", "lapsed", "expired"]),
    func=f"""
    IF NEW.state = OLD.state THEN RETURN NEW; END IF;
    IF NEW.state = 'annulled' AND EXISTS (
        SELECT 1 FROM funding_disbursementrequest
        WHERE commitment_id = NEW.id AND state IN ('attested', 'ordered', 'paid')
    ) THEN {refuse("annulled_while_nothing_is_paid", "something is paid")} END IF;
    IF NEW.state = 'accepted' AND NEW.accept_by < {TODAY}
    THEN {refuse("accepted_in_time", "its last day has passed")} END IF;
    IF (NEW.state = 'lapsed' AND COALESCE(NEW.accept_by, 'infinity') >= {TODAY})
        OR (NEW.state = 'expired' AND COALESCE(NEW.expires_on, 'infinity') >= {TODAY})
    THEN {refuse("it_ends_on_its_day", "its last day has not passed")} END IF;
    RETURN NEW;
    """,
)

THE_RECIPIENT_ACCEPTS = pgtrigger.Trigger(
    name="the_recipient_accepts",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__act="accept"),
    func=f"""
    IF NOT EXISTS (
        SELECT 1 FROM funding_commitment c
        JOIN partners_membership m ON m.organisation_id = c.recipient_id
        WHERE c.id = NEW.commitment_id AND m.user_id = NEW.by_id AND m.role IN ('leader', 'decider')
    ) THEN {refuse("the_recipient_accepts", "they do not speak for the recipient")} END IF;
    RETURN NEW;
    """,
)
