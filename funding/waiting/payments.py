"""Payments that wait for one's hand; and requests that were returned, for those who asked."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from funding.impartiality import tie
from funding.models import DisbursementKind, DisbursementRequest, DisbursementState
from funding.models.disbursement_finding import DisbursementQuerySet
from funding.models.disbursements import HANDS
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES, MemberRole
from partners.waiting import Waiting

_S = DisbursementState


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Two queries, one for those who work with nobody's money."""
    tags = {
        _S.SENT: _("To control"),
        _S.CONTROLLED: _("To attest"),
        _S.ATTESTED: _("To order"),
        _S.ORDERED: _("To pay"),
    }
    if user.works_with_money:
        for payment in _for_hands(user).by_step():
            yield _card(payment, tags[DisbursementState(payment.state)], "info")
    if user.is_any(*BROKERING_ROLES):
        for payment in _returned(user).order_by("pk"):
            yield _card(payment, _("Returned: correct it and ask anew"), "warning")


def _for_hands(user: User) -> DisbursementQuerySet:
    """Where the next step is of a role of the person's, who has done none of the others and has no tie to the money."""
    roles = {
        _S.SENT: MemberRole.CASE_OFFICER,
        _S.CONTROLLED: MemberRole.ATTESTER,
        _S.ATTESTED: MemberRole.DECIDER,
        _S.ORDERED: MemberRole.FINANCE,
    }
    mine = Q(pk=None)
    for state, role in roles.items():
        mine |= Q(state=state, commitment__funder__in=Organisation.objects.with_role(user, role).values("pk"))
    done = Q(pk=None)
    for hand in HANDS:
        done |= Q(**{hand: user})
    names = {"funder": "commitment__funder", "recipient": "commitment__recipient", "project": "commitment__project"}
    return DisbursementRequest.objects.filter(mine).exclude(done).exclude(tie(user, **names)).for_listing()


def _returned(user: User) -> DisbursementQuerySet:
    asking = Organisation.objects.with_role(user, *BROKERING_ROLES).values("pk")
    returned = DisbursementRequest.objects.filter(state=_S.RETURNED, commitment__recipient__in=asking)
    return returned.exclude(kind=DisbursementKind.RETURN).filter(corrections=None).for_listing()


def _card(payment: DisbursementRequest, tag: str, color: str) -> Waiting:
    text = f"{payment.commitment}, {payment.commitment.project}"
    return Waiting(title=payment.heading, url=payment.get_absolute_url(), text=text, tag=tag, color=color)
