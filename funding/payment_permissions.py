"""Who may do what with requests for payment. An empty answer means yes; a sentence says why not.

Who gets the money asks for it; people of who pays control, attest, order and pay it, each in their role, nobody twice,
and none who belongs to those that the money goes to. The database holds the same (models/limits/hands.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.claims import Room, room
from funding.impartiality import tie
from funding.models import (
    Commitment,
    Decision,
    DecisionKind,
    DecisionState,
    Delegation,
    DisbursementKind,
    DisbursementRequest,
    DisbursementState,
)
from funding.models.disbursements import ACTS, ATTEST, CONTROL, HANDS, ORDER, PAY, SEND, STEPS
from partners.models import User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MONEY_ROLES, MemberRole
from projects.permissions import Actions

_K, _S = DisbursementKind, DisbursementState
ROLES: dict[str, tuple[str, ...]] = {
    "return_it": (MemberRole.CASE_OFFICER,),
    "control": (MemberRole.CASE_OFFICER,),
    "attest": (MemberRole.ATTESTER,),
    "order": (MemberRole.DECIDER,),
    "pay": (MemberRole.FINANCE,),
    "reject": COUNTY_ROLES,
}


@dataclass(frozen=True)
class Hand:
    """What a person is to the money of a commitment. `of()` asks one query."""

    user: User
    commitment: Commitment
    is_partial: bool
    """Whether the person has a tie to those who get the money: see funding.impartiality."""

    @classmethod
    def of(cls, user: User, commitment: Commitment) -> "Hand":
        pays = user.holds(commitment.funder_id, *MONEY_ROLES)
        return cls(
            user,
            commitment,
            is_partial=pays and Commitment.objects.filter(tie(user, recipient="recipient"), pk=commitment.pk).exists(),
        )

    @property
    def asks(self) -> bool:
        return self.user.holds(self.commitment.recipient_id, *BROKERING_ROLES)

    def role(self, *roles: str) -> str:
        """Why the person lacks these roles with who pays, or is not impartial."""
        if not self.user.holds(self.commitment.funder_id, *roles):
            names = _(" or ").join(str(MemberRole(role).label).lower() for role in roles)
            told = _("This is done with the role “%(role)s” at %(funder)s.")
            return told % {"role": names, "funder": self.commitment.funder}
        if self.is_partial:
            return _("You have a role in the organisation that gets the money, so somebody else has to do this.")
        return ""


def asking_actions(user: User, commitment: Commitment) -> Actions:
    """For asking for money of the commitment, and for claiming back what was paid of it."""
    hand = Hand.of(user, commitment)
    theirs = _("Only leaders and brokers of the organisation that gets the money can ask for it.")
    return {
        "ask": ("" if hand.asks else theirs) or _nothing_to_ask(commitment),
        "claim_back": hand.role(MemberRole.CASE_OFFICER) or _nothing_to_recover(commitment),
    }


def _nothing_to_ask(commitment: Commitment) -> str:
    """Why nothing of it can be asked for now."""
    there = room(commitment)
    if there.why_no_final:
        return there.why_no_final
    reasons = [year.why_not for year in there.years]
    used_up = any(year.tranche.state == "used_up" for year in there.years)
    if not reasons:
        return _("No years of it are known.")
    return "" if "" in reasons or used_up else " ".join(dict.fromkeys(reasons))


def _nothing_to_recover(commitment: Commitment) -> str:
    if not commitment.disbursements.filter(state=_S.PAID).exists():
        return _("Nothing is paid.")
    decided = commitment.decisions.filter(kind=DecisionKind.RECOVER, state=DecisionState.DECIDED)
    return "" if decided.exists() else _("There is no decision to recover money of this commitment.")


def request_actions(hand: Hand, request: DisbursementRequest) -> Actions:
    """For each act on a request, for changing it while it is a draft, and for asking anew when it was returned."""
    writes = hand.role(MemberRole.CASE_OFFICER) if request.kind == _K.RETURN else _writing(hand)
    acts = {name: _wrong_state(request) if not act.possible_from(request.state) else "" for name, act in ACTS.items()}
    draft = "" if request.state == _S.DRAFT else _wrong_state(request)
    again = "" if request.state == _S.RETURNED else _("Only what was returned is asked for anew.")
    return {
        **{name: wrong or hand.role(*ROLES[name]) for name, wrong in acts.items() if name in ROLES},
        **{name: acts[name] or _step(hand, request, name) for name in STEPS},
        "edit": draft or writes,
        "correct": again or writes,
    }


def _writing(hand: Hand) -> str:
    return "" if hand.asks else _("Only leaders and brokers of the organisation that gets the money can do this.")


def _step(hand: Hand, request: DisbursementRequest, name: str) -> str:
    """One of the five: in the role, by another person than the others, of money that can be paid."""
    back = request.kind == _K.RETURN
    roles = (MemberRole.CASE_OFFICER,) if name == SEND.name and back else ROLES.get(name)
    who = hand.role(*roles) if roles else _writing(hand)
    if who:
        return who
    if hand.user.pk in {getattr(request, f"{one}_id") for one in HANDS}:
        return _("You did another step of this payment, so somebody else does this.")
    return " ".join(_hindrances(hand, request, name))


def _hindrances(hand: Hand, request: DisbursementRequest, name: str) -> Iterator[str]:
    if name == ATTEST.name and _prepared(hand):
        yield _("You prepared the decision on this money, so somebody else attests.")
    if name == ORDER.name and not _delegated(hand, request):
        yield _("No delegation covers this amount, so somebody else has to order the payment.")
    if name in (ATTEST.name, ORDER.name, PAY.name) and request.approved is not None:
        yield from besides(request).hindrances(request, request.approved)
    if name == SEND.name and request.kind == _K.RETURN and (why_not := _nothing_to_recover(hand.commitment)):
        yield why_not


def besides(request: DisbursementRequest) -> Room:
    return room(request.commitment, request)


def _prepared(hand: Hand) -> bool:
    decisions = Decision.objects.filter(commitment=hand.commitment, state=DecisionState.DECIDED)
    return decisions.filter(prepared_by=hand.user).exists()


def _delegated(hand: Hand, request: DisbursementRequest) -> bool:
    """A delegation of today, of this person or all deciders, of this scheme or all, that reaches so far."""
    today, amount = timezone.localdate(), abs(request.approved or 0)
    return Delegation.objects.filter(
        Q(user=hand.user) | Q(user=None),
        Q(scheme=hand.commitment.scheme_id) | Q(scheme=None),
        Q(max_amount__gte=amount) | Q(max_amount=None),
        Q(valid_to__gte=today) | Q(valid_to=None),
        organisation=hand.commitment.funder_id,
        valid_from__lte=today,
    ).exists()


def _wrong_state(request: DisbursementRequest) -> str:
    return _("Not possible while the request is “%(state)s”.") % {"state": request.get_state_display()}


def next_step(request: DisbursementRequest) -> str:
    """The act that takes the request further; "" when it is at its end."""
    steps = (SEND, CONTROL, ATTEST, ORDER, PAY)
    return next((act.name for act in steps if act.possible_from(request.state)), "")


def aid_actions(user: User) -> Actions:
    """For seeing what aid an undertaking has got, and for writing down what it tells of earlier aid."""
    sees = "" if user.is_county_staff else _("Only those who work with applications see this.")
    officer = user.is_any(MemberRole.CASE_OFFICER)
    return {"see": sees, "declare": "" if officer else _("Only case officers can write this down.")}
