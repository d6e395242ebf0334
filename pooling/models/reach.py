"""Whether a provider can be asked for a bid by e-mail, in SQL (see Bid.addresses)."""

from django.db.models import BooleanField, Exists, Expression, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from partners.models import Membership
from partners.models.roles import OFFER_KEEPERS
from pooling.models.notices import NoticeKind, NoticeRefusal

STATED = Coalesce(NullIf("email", Value("")), "provider__email")
"""Of a bid: the address that was given for it, else the provider's own."""


def reach() -> dict[str, Expression]:
    """Of bids with `stated`: whether there is an address at which one may be asked; if not, whether
    there is one at which one may not."""
    refused = NoticeRefusal.objects.filter(kind=NoticeKind.REQUESTS)
    people = Membership.objects.filter(organisation=OuterRef("provider"), role__in=OFFER_KEEPERS, user__is_active=True)
    keepers = people.exclude(Exists(refused.filter(email=Lower(OuterRef("user__email")))))
    no = Exists(refused.filter(email=Lower(OuterRef("stated"))))
    known = Q(Q(stated="") & Exists(keepers)) | ~Q(Q(stated="") | Q(no))
    has_refused = ~known & (~Q(stated="") | Q(Exists(people)))
    return {
        "is_reachable": ExpressionWrapper(known, BooleanField()),
        "has_refused": ExpressionWrapper(has_refused, BooleanField()),
    }
