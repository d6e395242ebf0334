"""Frames, calls and delegations as tests need them, and money that has been decided on out of a frame."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
import pgtrigger
from django.db import connection

from funding.models import (
    BudgetFrame,
    Call,
    Commitment,
    Delegation,
    FrameEntry,
    FundingSource,
    SchemeRequirement,
    Tranche,
)
from funding.models.commitment_states import ACTS
from tests.factories import OrganisationFactory, ProjectFactory
from tests.funding.factories import FundingSchemeFactory


class FundingSourceFactory(factory.django.DjangoModelFactory[FundingSource]):
    class Meta:
        model = FundingSource

    name = factory.Sequence(lambda n: f"Kompetansemidler {n}")
    owner = factory.SubFactory(OrganisationFactory, county_council=True)


class BudgetFrameFactory(factory.django.DjangoModelFactory[BudgetFrame]):
    """Without entries: nobody has said how large it is."""

    class Meta:
        model = BudgetFrame

    source = factory.SubFactory(FundingSourceFactory)
    year = 2026


class FrameEntryFactory(factory.django.DjangoModelFactory[FrameEntry]):
    class Meta:
        model = FrameEntry

    frame = factory.SubFactory(BudgetFrameFactory)
    amount = Decimal(1_000_000)
    on = date(2025, 12, 10)
    why = "Vedtatt budsjett"


class CallFactory(factory.django.DjangoModelFactory[Call]):
    """Published, and open the year round."""

    class Meta:
        model = Call

    scheme = factory.SubFactory(FundingSchemeFactory)
    title = factory.Sequence(lambda n: f"Utlysning {n}")
    opens_on = date(2026, 1, 1)
    is_published = True


class SchemeRequirementFactory(factory.django.DjangoModelFactory[SchemeRequirement]):
    class Meta:
        model = SchemeRequirement

    scheme = factory.SubFactory(FundingSchemeFactory)
    kind = "county"
    wanted = ["56"]


class DelegationFactory(factory.django.DjangoModelFactory[Delegation]):
    """To all deciders, without a limit."""

    class Meta:
        model = Delegation

    organisation = factory.SubFactory(OrganisationFactory, county_council=True)
    valid_from = date(2025, 1, 1)


def frame(size: Decimal | None = Decimal(1_000_000), **facts: Any) -> BudgetFrame:
    """A frame of that size; None: nobody has said how large it is."""
    made: BudgetFrame = BudgetFrameFactory.create(**facts)
    if size is not None:
        FrameEntryFactory.create(frame=made, amount=size)
    return made


def promised(
    out_of: BudgetFrame, amount: Decimal | None, strength: str = "firm", state: str = "approved", **facts: Any
) -> Tranche:
    """A year's money that stands as it would after a decision; how it came there is not told, and no rule asks."""
    event = next(act for act in ACTS.values() if act.target == state)
    with pgtrigger.ignore():
        project = facts.pop("project", None) or ProjectFactory.create()
        facts = {"title": "Tilskudd", "funder": out_of.source.owner, **facts}
        commitment = Commitment.objects.create(project=project, state=state, **facts)
        commitment.events.create(act=event.name, from_state=event.sources[0], to_state=state)
        lapsed = strength == "lapsed"
        tranche = commitment.add(out_of.year, amount, "held_out" if lapsed else strength, None, frame=out_of)
        if lapsed:
            tranche.turn("lapse", "lapsed", None, "Vilkåret falt")
        connection.check_constraints()
    return tranche
