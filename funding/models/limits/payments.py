"""What the database refuses of payments: beyond a year's money, its costs, its advance, or after the final one.

Each rule locks the commitment and then the year before it sums up. What is attested counts as paid; a return counts
when it has come in.
"""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, listed, refuse, update_of
from funding.models.limits.plans import approved_costs

SENTENCES.update(
    {
        "request_is_of_its_commitment": _("The year, the accounts or the earlier request belong to something else."),
        "sent_is_fixed": _("What is sent is not changed any more. A correction is a new request."),
        "payments_within_the_tranche": _("There is not that much left of this year’s money."),
        "no_more_returns_than_was_paid": _("No more can come back than was paid."),
        "paid_only_when_released": _("This year’s money is not released, or a condition before payment is not met."),
        "payments_within_the_costs": _("The approved costs do not carry that much."),
        "an_auditor_confirms_the_final": _(
            "The costs are so high that an auditor confirms the accounts of the final payment."
        ),
        "advance_within_its_share": _("More would be paid in advance than the scheme allows."),
        "nothing_after_the_final": _(
            "Nothing more is paid once the final payment is attested, nor is that while another request is open."
        ),
        "paid_once": _("A payment with this reference is registered already."),
    }
)
TABLE = "funding_disbursementrequest"
BOUND = ("attested", "ordered", "paid")
ASKED = ("sent", "controlled", *BOUND)
LOCK = """
    PERFORM 1 FROM funding_commitment WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    PERFORM 1 FROM funding_tranche WHERE id = NEW.tranche_id FOR NO KEY UPDATE;
"""
# Of the other requests: what is bound of the year, of the commitment, or net paid.
USED = f"(state = 'paid' OR claimed >= 0 AND state IN ({listed(BOUND)}))"
WATCHED = ("state", "kind", "approved", "claimed", "tranche_id", "commitment_id")
PARTS = [("whole", "numeric"), ("used", "numeric")]


def sum_of(others: str, into: str = "used") -> str:
    return f"SELECT COALESCE(sum(approved), 0) INTO {into} FROM {TABLE} WHERE {others};"


def _payment(
    name: str, func: str, *, declare: list[tuple[str, str]] | None = None, states: tuple[str, ...] = BOUND
) -> pgtrigger.Trigger:
    """A rule of a request that gets, or has, one of these states."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | update_of(*WATCHED),
        condition=pgtrigger.Q(new__state__in=states),
        declare=declare or PARTS,
        func=f"{LOCK}{func} RETURN NEW;",
    )


def payments_within_the_tranche() -> pgtrigger.Trigger:
    """I3."""
    name = "payments_within_the_tranche"
    return _payment(
        name,
        f"""
        IF NEW.claimed >= 0 THEN
            SELECT amount INTO whole FROM funding_tranche WHERE id = NEW.tranche_id;
            {sum_of(f"tranche_id = NEW.tranche_id AND id <> NEW.id AND {USED}")}
            IF used + NEW.approved > COALESCE(whole, 0) THEN {refuse(name, "more than there is of the year")} END IF;
        END IF;
        """,
    )


def tranche_above_payments() -> pgtrigger.Trigger:
    """The same, when the year's money is what changes."""
    name = "payments_within_the_tranche"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=update_of("amount"),
        declare=PARTS,
        func=f"""
        {sum_of(f"tranche_id = NEW.id AND {USED}")}
        IF used > COALESCE(NEW.amount, 0) THEN {refuse(name, "more is paid already")} END IF;
        RETURN NEW;
        """,
    )


def no_more_returns_than_was_paid() -> pgtrigger.Trigger:
    name = "no_more_returns_than_was_paid"
    others = "tranche_id = NEW.tranche_id AND id <> NEW.id"
    return _payment(
        name,
        f"""
        IF NEW.claimed < 0 THEN
            {sum_of(f"{others} AND (state = 'paid' OR claimed < 0 AND state IN ({listed(BOUND)}))")}
            IF used + NEW.approved < 0 THEN {refuse(name, "more than was paid")} END IF;
        END IF;
        """,
    )


def paid_only_when_released() -> pgtrigger.Trigger:
    """I4. A final payment of nothing may come when all of the year is paid."""
    name = "paid_only_when_released"
    conditions = """
        FROM funding_condition WHERE commitment_id = NEW.commitment_id AND is_precondition
        AND (tranche_id IS NULL OR tranche_id = NEW.tranche_id)
    """
    return _payment(
        name,
        f"""
        IF NEW.claimed >= 0 THEN
            PERFORM 1 {conditions} ORDER BY id FOR NO KEY UPDATE;
            IF NOT EXISTS (
                SELECT 1 FROM funding_tranche WHERE id = NEW.tranche_id
                AND (state = 'released' OR state = 'used_up' AND NEW.approved = 0)
            ) OR EXISTS (SELECT 1 {conditions} AND state IN ('open', 'not_met'))
            THEN {refuse(name, "the money is not released or hangs on something")} END IF;
        END IF;
        """,
    )


# What the commitment's project has spent, as far as it is approved and counts as a basis for grants.
COSTS = f"costs := {approved_costs('c.project_id')};"
ON_COSTS = [("c", "funding_commitment%ROWTYPE"), ("used", "numeric"), ("costs", "numeric")]


def payments_within_the_costs() -> pgtrigger.Trigger:
    """I8. Advances come before the costs and are not held against them, but count once something else is paid."""
    name = "payments_within_the_costs"
    return _payment(
        name,
        f"""
        IF NEW.kind IN ('part', 'final') AND NEW.approved > 0 THEN
            SELECT * INTO c FROM funding_commitment WHERE id = NEW.commitment_id;
            {COSTS}
            {sum_of(f"commitment_id = NEW.commitment_id AND id <> NEW.id AND {USED}")}
            IF used + NEW.approved > LEAST(c.amount, floor(COALESCE(c.share, 1) * costs * 100) / 100)
            THEN {refuse(name, "the approved costs do not carry it")} END IF;
        END IF;
        """,
        declare=ON_COSTS,
    )


def an_auditor_confirms_the_final() -> pgtrigger.Trigger:
    name = "an_auditor_confirms_the_final"
    return _payment(
        name,
        f"""
        IF NEW.kind = 'final' THEN
            SELECT * INTO c FROM funding_commitment WHERE id = NEW.commitment_id;
            {COSTS}
            IF costs >= c.auditor_from AND NOT EXISTS (
                SELECT 1 FROM funding_coststatement
                WHERE id = NEW.statement_id AND state = 'approved' AND auditor_confirmed
            ) THEN {refuse(name, "no auditor has confirmed the accounts")} END IF;
        END IF;
        """,
        declare=ON_COSTS,
    )


def advance_within_its_share() -> pgtrigger.Trigger:
    name = "advance_within_its_share"
    return _payment(
        name,
        f"""
        IF NEW.kind = 'advance' THEN
            SELECT floor(t.amount * c.advance_share * 100) / 100 INTO whole
            FROM funding_tranche t JOIN funding_commitment c ON c.id = t.commitment_id WHERE t.id = NEW.tranche_id;
            {sum_of(f"tranche_id = NEW.tranche_id AND id <> NEW.id AND kind = 'advance' AND {USED}")}
            IF used + NEW.approved > COALESCE(whole, 0) THEN {refuse(name, "more than may be paid in advance")} END IF;
        END IF;
        """,
    )


def nothing_after_the_final() -> pgtrigger.Trigger:
    """I10. Only one final payment is there (a unique index); here, that it is the last."""
    name = "nothing_after_the_final"
    others = f"SELECT 1 FROM {TABLE} WHERE commitment_id = NEW.commitment_id AND id <> NEW.id"
    return _payment(
        name,
        f"""
        IF NEW.kind IN ('advance', 'part') AND EXISTS ({others} AND kind = 'final' AND state IN ({listed(BOUND)}))
        OR NEW.kind = 'final' AND NEW.state IN ({listed(BOUND)}) AND EXISTS (
            {others} AND claimed >= 0 AND state IN ('sent', 'controlled', 'attested', 'ordered')
        ) THEN {refuse(name, "the final payment is the last")} END IF;
        """,
        states=ASKED,
    )


def paid_once() -> pgtrigger.Trigger:
    """A payer's reference is of one payment."""
    name = "paid_once"
    return _payment(
        name,
        f"""
        SELECT funder_id INTO payer FROM funding_commitment WHERE id = NEW.commitment_id;
        PERFORM pg_advisory_xact_lock(payer::int, hashtext(NEW.reference));
        IF EXISTS (
            SELECT 1 FROM {TABLE} d JOIN funding_commitment c ON c.id = d.commitment_id
            WHERE d.id <> NEW.id AND d.state = 'paid' AND d.reference = NEW.reference AND c.funder_id = payer
        ) THEN {refuse(name, "this reference is there already")} END IF;
        """,
        declare=[("payer", "bigint")],
        states=("paid",),
    )


def sent_is_fixed() -> pgtrigger.Trigger:
    """What was asked for stays from sending on, what was approved from attesting on, who did what always."""
    name = "sent_is_fixed"
    asked = "commitment_id, tranche_id, kind, claimed, text, statement_id, corrects_id"
    answered = "approved, reason, controlled_by_id, attested_by_id"
    last = "ordered_by_id, paid_by_id, paid_on, reference"

    def differs(columns: str) -> str:
        names = columns.split(", ")
        before, after = (", ".join(f"{which}.{one}" for one in names) for which in ("OLD", "NEW"))
        return f"({before}) IS DISTINCT FROM ({after})"

    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=~pgtrigger.Q(old__state="draft"),
        func=f"""
        IF {differs(f"{asked}, sent_by_id")}
        OR OLD.state NOT IN ('sent', 'controlled') AND {differs(answered)}
        OR OLD.state IN ('paid', 'returned', 'rejected') AND {differs(last)}
        THEN {refuse(name, "what is sent stays")} END IF;
        RETURN NEW;
        """,
    )


def request_is_of_its_commitment() -> pgtrigger.Trigger:
    name = "request_is_of_its_commitment"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | update_of("commitment_id", "tranche_id", "statement_id", "corrects_id"),
        func=f"""
        IF NOT EXISTS (SELECT 1 FROM funding_tranche WHERE id = NEW.tranche_id AND commitment_id = NEW.commitment_id)
        OR NEW.statement_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM funding_coststatement s JOIN funding_commitment c ON c.project_id = s.project_id
            WHERE s.id = NEW.statement_id AND c.id = NEW.commitment_id
        )
        OR NEW.corrects_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {TABLE} WHERE id = NEW.corrects_id AND commitment_id = NEW.commitment_id
        ) THEN {refuse(name, "the year, accounts or earlier request are of another")} END IF;
        RETURN NEW;
        """,
    )


PAYMENT_RULES = [
    request_is_of_its_commitment(),
    sent_is_fixed(),
    payments_within_the_tranche(),
    no_more_returns_than_was_paid(),
    paid_only_when_released(),
    payments_within_the_costs(),
    an_auditor_confirms_the_final(),
    advance_within_its_share(),
    nothing_after_the_final(),
    paid_once(),
]
