"""Money as tests need it: written down through the acts that leave events, as the database demands."""

from decimal import Decimal
from typing import Any

import factory

from funding.models import (
    Binds,
    Commitment,
    Condition,
    ConditionKind,
    FundingScheme,
    SchemeCeiling,
    Strength,
    Tranche,
)
from tests.factories import OrganisationFactory, ProjectFactory


class FundingSchemeFactory(factory.django.DjangoModelFactory[FundingScheme]):
    class Meta:
        model = FundingScheme

    name = factory.Sequence(lambda n: f"Kompetansetilskudd {n}")
    manager = factory.SubFactory(OrganisationFactory, roles=["funder"])


class SchemeCeilingFactory(factory.django.DjangoModelFactory[SchemeCeiling]):
    class Meta:
        model = SchemeCeiling

    scheme = factory.SubFactory(FundingSchemeFactory)
    year = 2026
    amount = Decimal(1_500_000)


class CommitmentFactory(factory.django.DjangoModelFactory[Commitment]):
    """Without years; `funded` adds the first year of its project, firm."""

    class Meta:
        model = Commitment
        skip_postgeneration_save = True

    project = factory.SubFactory(ProjectFactory)
    funder = factory.SubFactory(OrganisationFactory, county_council=True)
    title = "Tilskudd til kompetansemegling"
    amount = Decimal(1_000_000)

    @classmethod
    def _create(cls, model_class: type[Commitment], *args: Any, **facts: Any) -> Commitment:
        return Commitment.objects.register(facts.pop("by", None), **facts)


def funded(**facts: Any) -> Commitment:
    """A commitment whose whole amount is firm in the first year of its project."""
    commitment = CommitmentFactory.create(**facts)
    commitment.add(commitment.project.first_year, commitment.amount, Strength.FIRM, None)
    return commitment


class TrancheFactory(factory.django.DjangoModelFactory[Tranche]):
    class Meta:
        model = Tranche

    commitment = factory.SubFactory(CommitmentFactory)
    year: int | None = 2026
    amount: Decimal | None = Decimal(400_000)
    state = Strength.FIRM

    @classmethod
    def _create(cls, model_class: type[Tranche], *args: Any, **facts: Any) -> Tranche:
        commitment: Commitment = facts.pop("commitment")
        return commitment.add(facts.pop("year"), facts.pop("amount"), facts.pop("state"), None, **facts)


class ConditionFactory(factory.django.DjangoModelFactory[Condition]):
    class Meta:
        model = Condition

    commitment = factory.SubFactory(CommitmentFactory)
    tranche = None
    kind = ConditionKind.PROGRESS
    binds = Binds.CONDITION
    text = "Tilfredsstillende framdrift"

    @classmethod
    def _create(cls, model_class: type[Condition], *args: Any, **facts: Any) -> Condition:
        kind, text = facts.pop("kind"), facts.pop("text")
        return Condition.objects.register(facts.pop("commitment"), kind, text, None, **facts)
