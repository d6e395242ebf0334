"""Which requests for payment: those one may see, those whose money is bound; and how one begins."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, F, Q, When

from funding.models.limits.payments import BOUND
from funding.models.tranches import Tranche
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Project

if TYPE_CHECKING:
    from funding.models.disbursements import DisbursementRequest


class DisbursementQuerySet(models.QuerySet["DisbursementRequest"]):
    def visible_to(self, user: object) -> "DisbursementQuerySet":
        """Those of projects that the person takes part in, and of what their organisation pays.

        A draft is seen by those who write it only: of money back the funder, of money the project. Of the funder's
        people those who work with its cases see the rest; finance sees what is attested.
        """
        if not isinstance(user, User):
            return self.none()
        mine = Organisation.objects.of(user).values("pk")
        officers = Organisation.objects.with_role(user, *COUNTY_ROLES).values("pk")
        payers = Organisation.objects.with_role(user, MemberRole.FINANCE).values("pk")
        draft, back = Q(state="draft"), Q(kind="return")
        inside = Q(commitment__project__in=Project.objects.of(user).order_by().values("pk")) & ~draft
        writing = Q(commitment__project__in=Project.objects.led_by(user).order_by().values("pk")) & ~(draft & back)
        own = Q(commitment__recipient__in=mine) | ~Q(commitment__funder__in=mine)
        return self.filter(
            Q(commitment__funder__in=officers) & (back | ~draft)
            | Q(commitment__funder__in=payers, state__in=BOUND)
            | own & (inside | writing)
        )

    def bound(self) -> "DisbursementQuerySet":
        """Attested or further: their money counts as paid."""
        return self.filter(state__in=BOUND)

    def paid(self) -> Decimal:
        """What they sum to, less what has come back, of those that are paid. NOK."""
        return self.filter(state="paid").aggregate(sum=models.Sum("approved"))["sum"] or Decimal(0)

    def matching(self, text: str) -> "DisbursementQuerySet":
        """By what is paid, to whom and under which reference."""
        about = Q(commitment__title__icontains=text) | Q(commitment__project__name__icontains=text)
        return self.filter(about | Q(commitment__recipient__name__icontains=text) | Q(reference__icontains=text))

    def by_step(self) -> "DisbursementQuerySet":
        """What is furthest on its way first, and of that the oldest; then what is at its end, the latest first."""
        steps = [When(state=state, then=number) for number, state in enumerate(("ordered", "attested"))]
        steps += [When(state=state, then=number) for number, state in enumerate(("controlled", "sent"), 2)]
        place = Case(*steps, default=9)
        return self.annotate(place=place).order_by("place", F("paid_on").desc(nulls_first=True), "pk")

    def for_listing(self) -> "DisbursementQuerySet":
        return self.select_related("commitment__project", "commitment__recipient", "commitment__funder", "tranche")

    def for_page(self) -> "DisbursementQuerySet":
        return self.for_listing().select_related("statement", "corrects").prefetch_related("documents", "corrections")

    @transaction.atomic
    def begin(
        self, tranche: Tranche, kind: str, claimed: Decimal, by: User | None, **facts: Any
    ) -> "DisbursementRequest":
        """A draft, with its first event."""
        commitment = tranche.commitment
        made = self.create(commitment=commitment, tranche=tranche, kind=kind, claimed=claimed, state="draft", **facts)
        made.events.create(act="begin", to_state="draft", by=by)
        return made
