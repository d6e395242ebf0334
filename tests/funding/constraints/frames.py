"""Frames, schemes, calls and delegations."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from funding.models import (
    Call,
    Delegation,
    DisbursementRequest,
    EntryKind,
    FundingScheme,
    SchemeCeiling,
    SchemeRequirement,
)
from tests.funding.factories import FundingSchemeFactory, SchemeCeilingFactory, TrancheFactory
from tests.funding.factories_frames import (
    BudgetFrameFactory,
    CallFactory,
    DelegationFactory,
    FrameEntryFactory,
    FundingSourceFactory,
    SchemeRequirementFactory,
    frame,
)

PAST = date(2020, 1, 1)


def ceiling_twice() -> None:
    first = SchemeCeilingFactory.create()
    SchemeCeilingFactory.create(scheme=first.scheme, year=first.year)


def source_twice() -> None:
    first = FundingSourceFactory.create()
    FundingSourceFactory.create(owner=first.owner, name=first.name)


def frame_twice() -> None:
    first = BudgetFrameFactory.create()
    BudgetFrameFactory.create(source=first.source, year=first.year)


def returned_twice() -> None:
    tranche = TrancheFactory.create()
    for _time in range(2):
        FrameEntryFactory.create(kind=EntryKind.RETURNED, tranche=tranche)


def paid_back_twice() -> None:
    tranche = TrancheFactory.create()
    paid_back = DisbursementRequest.objects.create(
        commitment=tranche.commitment, tranche=tranche, kind="return", claimed=-1, state="draft"
    )
    for _time in range(2):
        FrameEntryFactory.create(kind=EntryKind.RETURNED, tranche=tranche, disbursement=paid_back)


def scheme(**facts: object) -> Callable[[], object]:
    return lambda: (FundingSchemeFactory.create(), FundingScheme.objects.update(**facts))


BREAKS: dict[str, Callable[[], object]] = {
    "share_cap_is_a_share": scheme(share_cap=0),
    "advance_share_is_a_share": scheme(advance_share=Decimal("1.01")),
    "firm_by_is_a_day": scheme(firm_by_month=13),
    "a_scheme_has_one_ceiling_a_year": ceiling_twice,
    "ceiling_is_more_than_nothing": lambda: (SchemeCeilingFactory.create(), SchemeCeiling.objects.update(amount=0)),
    "ceiling_counts_for_somebody": lambda: (SchemeCeilingFactory.create(), SchemeCeiling.objects.update(counts="all")),
    "requirement_kind_is_known": lambda: (
        SchemeRequirementFactory.create(),
        SchemeRequirement.objects.update(kind="luck"),
    ),
    "call_does_not_close_before_it_opens": lambda: (CallFactory.create(), Call.objects.update(closes_on=PAST)),
    "call_is_for_more_than_nothing": lambda: (CallFactory.create(), Call.objects.update(amount=0)),
    "an_owner_names_a_source_once": source_twice,
    "a_source_has_a_frame_a_year": frame_twice,
    "entry_is_not_nothing": lambda: frame(Decimal(0)),
    "entry_kind_is_known": lambda: FrameEntryFactory.create(kind="gift"),
    "returned_money_says_from_where": lambda: FrameEntryFactory.create(kind=EntryKind.RETURNED),
    "left_returns_once": returned_twice,
    "a_return_comes_in_once": paid_back_twice,
    "delegation_is_of_more_than_nothing": lambda: DelegationFactory.create(max_amount=Decimal(0)),
    "delegation_ends_after_it_begins": lambda: (DelegationFactory.create(), Delegation.objects.update(valid_to=PAST)),
}
