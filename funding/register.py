"""Which grants everybody may read of: those of public projects, from public sources, confirmed, or told by letter."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import django_filters as filters
from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Commitment,
    CommitmentEvent,
    Decision,
    DecisionKind,
    DecisionState,
    DisbursementRequest,
    DisbursementState,
    FundingScheme,
    Tranche,
    TrancheEvent,
    TrancheState,
)
from funding.models.commitment_states import PUBLISHED
from partners.models import County
from projects import money
from projects.models import Project

PROMISED = (TrancheState.CONDITIONAL, TrancheState.FIRM, TrancheState.RELEASED, TrancheState.USED_UP)


def published() -> QuerySet[Commitment]:
    """The latest decided first. `awarded_on`: the day it was decided, as far as that is known."""
    ours = Decision.objects.filter(commitment=OuterRef("pk"), kind=DecisionKind.GRANT, state=DecisionState.DECIDED)
    open_to_all = Project.objects.public().order_by().values("pk")
    known = Commitment.objects.filter(state__in=PUBLISHED, project__in=open_to_all)
    dated = known.annotate(awarded_on=Coalesce("decided_on", Subquery(ours.order_by("pk").values("decided_on")[:1])))
    return dated.order_by(F("awarded_on").desc(nulls_last=True), "pk")


def for_listing(grants: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """With all that a row of the register says, in two queries."""
    return grants.select_related("funder", "recipient", "scheme", "project").prefetch_related(
        Prefetch("tranches", with_granted(Tranche.objects.order_by(F("year").asc(nulls_last=True), "pk")))
    )


def for_files(grants: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """With all that a data file says: also where, what was applied for, what is paid, and when it last changed."""
    moved = CommitmentEvent.objects.filter(commitment=OuterRef("pk")).order_by("-at").values("at")[:1]
    turned = TrancheEvent.objects.filter(tranche__commitment=OuterRef("pk")).order_by("-at").values("at")[:1]
    return (
        for_listing(grants)
        .select_related("recipient__municipality", "funder__municipality", "application")
        .prefetch_related("project__municipalities", "application__years")
        .annotate(
            paid=Coalesce(Subquery(_paid("commitment")), Value(Decimal(0))),
            changed_at=Greatest(Subquery(moved), Subquery(turned)),
        )
    )


def with_granted(tranches: QuerySet[Tranche]) -> QuerySet[Tranche]:
    """With `granted`: what a year is promised, or of a settled one was paid. None for what is not, or not known."""
    paid = Coalesce(Subquery(_paid("tranche")), Value(Decimal(0)))
    promised = When(state__in=PROMISED, then=F("amount"))
    return tranches.annotate(granted=Case(promised, When(state=TrancheState.SETTLED, then=paid), default=None))


def _paid(of: str) -> QuerySet[DisbursementRequest, Any]:
    """What was paid in all of the outer row, returns taken off."""
    paid = DisbursementRequest.objects.filter(**{of: OuterRef("pk")}, state=DisbursementState.PAID).order_by()
    sums: QuerySet[DisbursementRequest, Any] = paid.values(of).annotate(sum=Sum("approved")).values("sum")
    return sums


def granted(tranches: Iterable[Any]) -> money.Sum:
    """What is granted of a commitment in all: neither what is held out nor what has lapsed."""
    amounts = [one.granted for one in tranches if one.state in (*PROMISED, TrancheState.SETTLED)]
    known = [amount for amount in amounts if amount is not None]
    return money.Sum(sum(known, Decimal(0)), len(amounts) - len(known))


def total(grants: QuerySet[Commitment], year: int | None) -> money.Sum:
    """What is granted in all of these, or for one year. One query."""
    tranches = Tranche.objects.filter(commitment__in=grants.order_by().values("pk"))
    if year is not None:
        tranches = tranches.filter(year=year)
    unknown = Q(state__in=PROMISED, amount=None)
    found = with_granted(tranches.order_by()).aggregate(known=Sum("granted"), unknown=Count("pk", filter=unknown))
    return money.Sum(found["known"] or Decimal(0), found["unknown"])


def years() -> list[tuple[str, str]]:
    """Those that something public is granted, conditional or held out for."""
    found = Tranche.objects.filter(commitment__in=published().order_by().values("pk")).exclude(year=None)
    return [(str(year), str(year)) for year in found.order_by("-year").values_list("year", flat=True).distinct()]


def _counties(_request: object = None) -> QuerySet[County]:
    places = Q(municipalities__projects__commitments__in=published().order_by().values("pk"))
    return County.objects.filter(pk__in=County.objects.filter(places).order_by().values("pk"))


def _schemes(_request: object = None) -> QuerySet[FundingScheme]:
    return FundingScheme.objects.filter(pk__in=published().order_by().values("scheme"))


class GrantFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    year = filters.ChoiceFilter(label=_("Year"), choices=years, method="of_year", empty_label=_("Any"))
    county = filters.ModelChoiceFilter(
        label=_("County"), queryset=_counties, method="in_county", empty_label=_("Anywhere")
    )
    scheme = filters.ModelChoiceFilter(label=_("Funding scheme"), queryset=_schemes, empty_label=_("Any"))

    class Meta:
        model = Commitment
        fields: list[str] = []

    def of_year(self, grants: QuerySet[Commitment], _name: str, year: str) -> QuerySet[Commitment]:
        return grants.filter(pk__in=Tranche.objects.filter(year=year).order_by().values("commitment"))

    def in_county(self, grants: QuerySet[Commitment], _name: str, county: County) -> QuerySet[Commitment]:
        return grants.filter(project__in=Project.objects.in_county(county.pk).order_by().values("pk"))
