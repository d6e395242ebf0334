"""Who does what with a request for payment: five hands, each another person's, and none of the recipient's (I12)."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, TODAY, listed, refuse
from funding.models.limits.people import is_partial
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MemberRole

SENTENCES.update(
    {
        "only_the_recipient_asks": _("Only leaders and brokers of the organisation that gets the money can send this."),
        "recovered_by_decision": _("There is no decision to recover money of this commitment."),
        "nobody_attests_what_they_prepared": _("You prepared the decision on this money, so somebody else attests."),
        "ordered_by_delegation": _("No delegation covers this amount, so somebody else has to order the payment."),
    }
)
HANDS: dict[str, tuple[str, ...]] = {
    "send": (MemberRole.CASE_OFFICER,),
    "return_it": (MemberRole.CASE_OFFICER,),
    "control": (MemberRole.CASE_OFFICER,),
    "attest": (MemberRole.ATTESTER,),
    "order": (MemberRole.DECIDER,),
    "pay": (MemberRole.FINANCE,),
    "reject": COUNTY_ROLES,
}
STEPS = ("send", "control", "attest", "order", "pay")
OF_REQUEST = [("d", "funding_disbursementrequest%ROWTYPE"), ("c", "funding_commitment%ROWTYPE")]
FIND = """
    SELECT * INTO d FROM funding_disbursementrequest WHERE id = NEW.disbursementrequest_id;
    SELECT * INTO c FROM funding_commitment WHERE id = d.commitment_id;
"""
HAS_ROLE = """
    NEW.act = '{act}' AND EXISTS (
        SELECT 1 FROM partners_membership m
        WHERE m.user_id = NEW.by_id AND m.organisation_id = c.{side}_id AND m.role IN ({roles})
    )
"""


def _role(act: str, side: str, roles: tuple[str, ...]) -> str:
    return HAS_ROLE.format(act=act, side=side, roles=listed(roles))


def _event(name: str, func: str, acts: tuple[str, ...]) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__act__in=acts),
        declare=OF_REQUEST,
        func=f"{FIND}{func} RETURN NEW;",
    )


def only_the_recipient_asks() -> pgtrigger.Trigger:
    name = "only_the_recipient_asks"
    asks = _role("send", "recipient", BROKERING_ROLES)
    return _event(
        name,
        f"IF d.kind <> 'return' AND NOT ({asks}) THEN {refuse(name, 'only the recipient asks for money')} END IF;",
        ("send",),
    )


def only_the_funder_pays() -> pgtrigger.Trigger:
    """Each act by its role at the organisation that pays, and by nobody who belongs to those whom the money goes to."""
    roles = " OR ".join(_role(act, "funder", who) for act, who in HANDS.items())
    return _event(
        "only_the_funder_answers",
        f"""
        IF d.kind <> 'return' AND NEW.act = 'send' THEN RETURN NEW; END IF;
        IF NOT ({roles}) THEN {refuse("only_the_funder_answers", "only people of the funder do this")} END IF;
        IF {is_partial("NEW.by_id", "c.funder_id", "c.recipient_id", "c.project_id")}
        THEN {refuse("nobody_decides_for_their_own", "they have a tie to the recipient")} END IF;
        """,
        tuple(HANDS),
    )


def recovered_by_decision() -> pgtrigger.Trigger:
    name = "recovered_by_decision"
    return _event(
        name,
        f"""
        IF d.kind = 'return' AND NOT EXISTS (
            SELECT 1 FROM funding_decision WHERE commitment_id = c.id AND kind = 'recover' AND state = 'decided'
        ) THEN {refuse(name, "nobody decided to recover money")} END IF;
        """,
        ("send",),
    )


def each_hand_is_another_person() -> pgtrigger.Trigger:
    name = "each_hand_is_another_person"
    return _event(
        name,
        f"""
        IF EXISTS (
            SELECT 1 FROM funding_disbursementrequestevent
            WHERE disbursementrequest_id = d.id AND by_id = NEW.by_id AND act IN ({listed(STEPS)})
        ) THEN {refuse(name, "they did another step")} END IF;
        """,
        STEPS,
    )


def nobody_attests_what_they_prepared() -> pgtrigger.Trigger:
    name = "nobody_attests_what_they_prepared"
    return _event(
        name,
        f"""
        IF EXISTS (
            SELECT 1 FROM funding_decision
            WHERE commitment_id = c.id AND state = 'decided' AND prepared_by_id = NEW.by_id
        ) THEN {refuse(name, "they prepared the decision")} END IF;
        """,
        ("attest",),
    )


def ordered_by_delegation() -> pgtrigger.Trigger:
    name = "ordered_by_delegation"
    return _event(
        name,
        f"""
        IF NOT EXISTS (
            SELECT 1 FROM funding_delegation g
            WHERE g.organisation_id = c.funder_id AND (g.user_id IS NULL OR g.user_id = NEW.by_id)
            AND (g.scheme_id IS NULL OR g.scheme_id = c.scheme_id)
            AND (g.max_amount IS NULL OR g.max_amount >= abs(d.approved))
            AND {TODAY} BETWEEN g.valid_from AND COALESCE(g.valid_to, 'infinity')
        ) THEN {refuse(name, "no delegation covers it")} END IF;
        """,
        ("order",),
    )


HAND_RULES = [
    only_the_recipient_asks(),
    only_the_funder_pays(),
    recovered_by_decision(),
    each_hand_is_another_person(),
    nobody_attests_what_they_prepared(),
    ordered_by_delegation(),
]
