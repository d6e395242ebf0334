"""State aid of small amounts: I18."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from funding.models import AidAward, AidCeiling, Commitment, Decision, DecisionEvent, EuroRate, Undertaking
from tests.factories import OrganisationFactory
from tests.funding.factories import CommitmentFactory
from tests.funding.factories_cases import case
from tests.funding.invariants.attempts import CONNECTIONS, allowed, insert, refused, sql, together, told

usual = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
at_once = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 1)
THREE_YEARS_BEFORE = date(2023, 3, 1)
# 300 000 EUR at 10 NOK.
ALL = Decimal(3_000_000)
CENT = Decimal("0.10")


def firm() -> Undertaking:
    AidCeiling.objects.all().delete()
    AidCeiling.objects.create(amount_eur=300_000, valid_from=date(2020, 1, 1))
    EuroRate.objects.get_or_create(on=DAY, defaults={"nok_per_eur": 10})
    return Undertaking.objects.of(OrganisationFactory.create(name="Kyst AS"))


def given(to: Undertaking, commitment: Commitment, amount: Decimal, on: date = DAY, **facts: Any) -> None:
    """By SQL."""
    plain = {"given_by": "x", "nok_per_eur": 10, "declared": False, "is_demo": False, **facts}
    insert(AidAward, undertaking_id=to.pk, commitment_id=commitment.pk, awarded_on=on, amount_nok=amount, **plain)


class TestI18:
    """What a group gets in the three years to a day stays within the ceiling that is valid that day."""

    pytestmark = usual

    def test_the_model_says_so(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        group.award(commitment, DAY, ALL - CENT)
        with told("more state aid in three years than is allowed"):
            group.award(commitment, DAY, 2 * CENT)
        group.award(commitment, DAY, CENT)
        assert AidAward.objects.count() == 2

    def test_raw_sql_is_refused(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        with refused("aid_within_ceiling"):
            given(group, commitment, ALL + CENT)
        given(group, commitment, ALL, date(2025, 1, 1))
        with refused("aid_within_ceiling"):
            given(group, commitment, CENT)
        with refused("aid_within_ceiling"):
            given(group, commitment, CENT, date(2024, 1, 1))
        with refused("Cannot update or delete rows"):
            sql("UPDATE funding_aidaward SET amount_nok = 1")
        with refused("Cannot update or delete rows"):
            sql("DELETE FROM funding_aidaward")

    def test_what_is_three_years_old_counts_no_more(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        given(group, commitment, ALL, THREE_YEARS_BEFORE)
        with allowed():
            given(group, commitment, ALL)

    def test_a_unit_of_the_house_counts_with_it(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        unit = OrganisationFactory.create(parent=group.parts.get().organisation)
        assert Undertaking.objects.of(unit) == group
        group.award(commitment, DAY, ALL)
        with told("more state aid"):
            Undertaking.objects.of(unit).award(commitment, DAY, CENT)

    def test_nothing_is_given_on_a_day_without_a_ceiling_or_a_rate(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        with refused("aid_within_ceiling"):
            given(group, commitment, CENT, date(2019, 1, 1))
        with told("No rate of the euro"):
            group.award(commitment, date(2026, 3, 2), CENT)

    def test_a_decision_is_not_made_without_its_award(self) -> None:
        """700 000 of the grant is promised, and no aid; a further decision says that it is."""
        made = case("granted")
        facts = {"commitment": made.commitment, "aid_basis": "de_minimis", "reasoning": "Vedtatt"}
        decision = Decision.objects.begin(made.house.officer, "strengthen", **facts)
        held_out = made.commitment.tranches.get(year=2028)
        decision.items.create(tranche=held_out, to_state="firm", frame=made.house.frames[2028])
        Decision.objects.get(pk=decision.pk).propose(made.house.officer)
        with refused("aid_is_written_down"):
            event = {"act": "decide", "from_state": "proposed", "to_state": "decided", "why": ""}
            insert(DecisionEvent, decision_id=decision.pk, by_id=made.house.decider.pk, at=timezone.now(), **event)
            sql(
                """UPDATE funding_decision SET state = 'decided', decided_by_id = %s, decided_on = %s,
                delegation_id = (SELECT min(id) FROM funding_delegation) WHERE id = %s""",
                made.house.decider.pk,
                timezone.localdate(),
                decision.pk,
            )

    @at_once
    def test_eight_at_once(self) -> None:
        group, commitment = firm(), CommitmentFactory.create()
        each = ALL / 3
        assert together(lambda _number: group.award(commitment, DAY, each)).done == 3
        assert sum(AidAward.objects.values_list("amount_nok", flat=True)) == ALL
        assert CONNECTIONS > 3
