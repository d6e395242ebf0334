"""State aid of small amounts: who counts as one, and the most that they get in three years (I18)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from funding.models import AidAward, AidCeiling, Commitment, EuroRate, Undertaking
from tests.factories import OrganisationFactory
from tests.funding.factories import CommitmentFactory
from tests.funding.test_limits import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def ceiling() -> None:
    AidCeiling.objects.all().delete()
    AidCeiling.objects.create(amount_eur=300_000, valid_from=date(2024, 11, 11))
    for year in range(2023, 2030):
        EuroRate.objects.create(on=date(year, 3, 1), nok_per_eur=Decimal(10))


@pytest.fixture
def firm() -> Undertaking:
    return Undertaking.objects.of(OrganisationFactory.create(name="Kyst AS"))


@pytest.fixture
def commitment() -> Commitment:
    return CommitmentFactory.create()


def given(firm: Undertaking, commitment: Commitment, amount: int | str, on: date = DAY) -> AidAward:
    return firm.award(commitment, on, Decimal(amount))


def told(firm: Undertaking, amount: int, on: date = DAY, **facts: Any) -> AidAward:
    """What the applicant says it has got."""
    about = {
        "given_by": "Innovasjon Norge",
        "awarded_on": on,
        "amount_nok": Decimal(amount),
        "nok_per_eur": Decimal(10),
    }
    return firm.awards.create(declared=True, **about, **facts)


def raw(firm: Undertaking, commitment: Commitment, amount: int, on: date = DAY) -> None:
    AidAward.objects.create(
        undertaking=firm, commitment=commitment, given_by="x", awarded_on=on, amount_nok=amount, nok_per_eur=10
    )


def test_i18_is_never_passed(firm: Undertaking, commitment: Commitment) -> None:
    given(firm, commitment, 2_000_000)
    given(firm, commitment, 1_000_000)
    with pytest.raises(ValidationError, match="more state aid in three years"):
        given(firm, commitment, 1)
    with refused("aid_within_ceiling"):
        raw(firm, commitment, 1)


def test_i18_counts_what_others_gave(firm: Undertaking, commitment: Commitment) -> None:
    told(firm, 2_999_990)
    given(firm, commitment, 10)
    with refused("aid_within_ceiling"):
        raw(firm, commitment, 1)


def test_what_was_told_is_never_refused(firm: Undertaking) -> None:
    assert told(firm, 9_000_000).amount_eur == Decimal(900_000)


@pytest.mark.parametrize(("earlier", "counts"), [(date(2023, 3, 1), False), (date(2023, 3, 2), True)])
def test_i18_looks_at_three_years_to_the_day(
    firm: Undertaking, commitment: Commitment, earlier: date, counts: bool
) -> None:
    told(firm, 3_000_000, earlier)
    if counts:
        with refused("aid_within_ceiling"):
            raw(firm, commitment, 1)
    else:
        given(firm, commitment, 3_000_000)


def test_i18_an_earlier_day_is_not_a_way_round(firm: Undertaking, commitment: Commitment) -> None:
    told(firm, 2_999_990, date(2025, 6, 1))
    with refused("aid_within_ceiling"):
        raw(firm, commitment, 20, date(2025, 3, 1))


def test_i18_goes_by_the_ceiling_of_the_day(firm: Undertaking, commitment: Commitment) -> None:
    with refused("aid_within_ceiling"):
        raw(firm, commitment, 1, date(2024, 11, 10))
    AidCeiling.objects.create(amount_eur=1, valid_from=date(2026, 3, 1))
    with refused("aid_within_ceiling"):
        raw(firm, commitment, 11)


def test_is_counted_in_euro_rounded_up_to_the_cent(firm: Undertaking, commitment: Commitment) -> None:
    AidCeiling.objects.update(amount_eur=Decimal("33.33"))
    EuroRate.objects.filter(on=DAY).update(nok_per_eur=3)
    with pytest.raises(ValidationError):
        given(firm, commitment, 100)
    assert given(firm, commitment, "99.99").amount_eur == Decimal("33.33")


def test_is_not_given_without_a_rate_of_the_day(firm: Undertaking, commitment: Commitment) -> None:
    with pytest.raises(ValidationError, match="No rate of the euro is recorded for 2 March 2026"):
        given(firm, commitment, 100, date(2026, 3, 2))


def test_counts_no_more_when_it_is_cancelled(firm: Undertaking, commitment: Commitment) -> None:
    first = given(firm, commitment, 3_000_000)
    first.cancel()
    given(firm, commitment, 3_000_000)
    with refused("a_cancellation_is_of_its_award"):
        AidAward.objects.get(cancels=first).cancel()


def test_only_all_of_an_award_is_cancelled(firm: Undertaking, commitment: Commitment) -> None:
    first = given(firm, commitment, 100)
    for change in ({"amount_nok": 50}, {"undertaking": Undertaking.objects.create(name="Et annet")}):
        with refused("a_cancellation_is_of_its_award"):
            AidAward.objects.create(**{**facts_of(first), "cancels": first, **change})


def facts_of(award: AidAward) -> dict[str, Any]:
    names = ("undertaking", "commitment", "given_by", "awarded_on", "amount_nok", "nok_per_eur")
    return {name: getattr(award, name) for name in names}


class TestAnUndertaking:
    def test_is_an_organisation_with_its_units(self) -> None:
        root = OrganisationFactory.create(name="Fjord AS")
        first, second = OrganisationFactory.create_batch(2, parent=root)
        made = Undertaking.objects.of(first)
        assert made.name == "Fjord AS"
        assert {made} == {Undertaking.objects.of(one) for one in (root, second)}

    def test_takes_in_units_that_come_later(self) -> None:
        root = OrganisationFactory.create()
        made = Undertaking.objects.of(root)
        assert Undertaking.objects.of(OrganisationFactory.create(parent=root)) == made

    def test_of_another_is_another(self) -> None:
        assert Undertaking.objects.of(OrganisationFactory.create()) != Undertaking.objects.of(
            OrganisationFactory.create()
        )
