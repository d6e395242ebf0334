"""Decisions that promise state aid of small amounts: it is written down with them, and cancelled with the promise."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from funding.models import AidAward, AidCeiling, Decision, EuroRate, Tranche, Undertaking
from funding.models.commitment_states import ANNUL
from tests.funding.factories_cases import Case, case, decide, house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
# 2026 is firm and 2027 conditional; 2028 is held out, and no aid yet.
PROMISED = Decimal(700_000)


@pytest.fixture(autouse=True)
def rate() -> EuroRate:
    AidCeiling.objects.all().delete()
    AidCeiling.objects.create(amount_eur=100_000, valid_from=date(2024, 11, 11))
    return EuroRate.objects.create(on=timezone.localdate(), nok_per_eur=10)


@pytest.fixture
def proposed() -> Case:
    """A grant that says that it is aid, put forward."""
    made = case("drafted", house())
    Decision.objects.update(aid_basis="de_minimis")
    made.decision.propose(made.house.officer)
    return made


@pytest.fixture
def granted(proposed: Case) -> Case:
    decide(proposed.decision, proposed.house.decider)
    return proposed


def earlier(made: Case, amount: int) -> None:
    """What the applicant has got from others."""
    facts = {"given_by": "Innovasjon Norge", "awarded_on": timezone.localdate(), "nok_per_eur": 10, "declared": True}
    Undertaking.objects.of(made.application.applicant).awards.create(amount_nok=amount, **facts)


def strengthened(made: Case, basis: str = "") -> Decision:
    """2028 becomes firm; put forward."""
    decision = Decision.objects.begin(
        made.house.officer, "strengthen", commitment=made.commitment, reasoning="Vedtatt budsjett"
    )
    if basis:
        Decision.objects.filter(pk=decision.pk).update(aid_basis=basis)
    held_out = made.commitment.tranches.get(year=2028)
    decision.items.create(tranche=held_out, to_state="firm", frame=made.house.frames[2028])
    decision.propose(made.house.officer)
    return Decision.objects.get(pk=decision.pk)


def standing() -> list[Decimal]:
    return list(AidAward.objects.standing().order_by("pk").values_list("amount_nok", flat=True))


class TestDeciding:
    def test_writes_down_what_is_promised(self, granted: Case) -> None:
        award = AidAward.objects.get()
        assert (award.commitment, award.amount_nok) == (granted.commitment, PROMISED)
        assert award.undertaking == Undertaking.objects.known(granted.application.applicant)
        assert (award.given_by, award.awarded_on) == (granted.house.funder.name, timezone.localdate())

    def test_what_is_no_aid_is_not_written_down(self) -> None:
        case("granted")
        assert standing() == []

    def test_beyond_the_ceiling_nothing_is_decided(self, proposed: Case) -> None:
        earlier(proposed, 300_001)
        with pytest.raises(ValidationError, match="more state aid in three years than is allowed"):
            decide(proposed.decision, proposed.house.decider)
        assert (proposed.decision.state, proposed.commitment.state) == ("proposed", "proposed")
        assert not AidAward.objects.filter(declared=False).exists()

    def test_up_to_the_ceiling_it_is(self, proposed: Case) -> None:
        earlier(proposed, 300_000)
        decide(proposed.decision, proposed.house.decider)
        assert proposed.commitment.state == "approved"

    def test_without_a_rate_of_the_day_nothing_is_decided(self, proposed: Case, rate: EuroRate) -> None:
        rate.delete()
        with pytest.raises(ValidationError, match="No rate of the euro is recorded"):
            decide(proposed.decision, proposed.house.decider)
        assert proposed.decision.state == "proposed"

    def test_money_made_surer_is_more_aid_whatever_that_decision_says(self, granted: Case) -> None:
        decide(strengthened(granted, "none"), granted.house.decider)
        assert standing() == [PROMISED, Decimal(200_000)]

    def test_a_further_decision_starts_with_what_the_grant_says(self, granted: Case) -> None:
        assert strengthened(granted).aid_basis == "de_minimis"

    def test_what_is_already_promised_counts_once(self, granted: Case) -> None:
        """A year of 300 000 on conditions becomes firm, and 50 000 more."""
        decision = Decision.objects.begin(
            granted.house.officer, "change", commitment=granted.commitment, reasoning="Dyrere"
        )
        decision.items.create(tranche=granted.commitment.tranches.get(year=2027), amount=350_000)
        decision.propose(granted.house.officer)
        decide(Decision.objects.get(pk=decision.pk), granted.house.decider)
        assert Tranche.objects.get(year=2027).amount == 350_000
        assert standing() == [PROMISED, Decimal(50_000)]


class TestAnnulling:
    def test_by_a_decision_cancels_it(self, granted: Case) -> None:
        decision = Decision.objects.begin(
            granted.house.officer, "annul", commitment=granted.commitment, reasoning="Avlyst"
        )
        decision.propose(granted.house.officer)
        decide(Decision.objects.get(pk=decision.pk), granted.house.decider)
        assert granted.commitment.state == "annulled"
        assert standing() == []

    def test_by_the_case_officer_too(self, granted: Case) -> None:
        granted.commitment.carry_out(ANNUL, granted.house.officer, "Avlyst")
        assert standing() == []

    def test_what_was_told_by_the_applicant_stays(self, granted: Case) -> None:
        earlier(granted, 100)
        granted.commitment.carry_out(ANNUL, granted.house.officer, "Avlyst")
        assert standing() == [Decimal(100)]


class TestThePage:
    def shown(self, client: Client, made: Case) -> str:
        client.force_login(made.house.decider)
        return client.get(made.decision.get_absolute_url()).content.decode()

    def test_shows_what_is_left(self, client: Client, proposed: Case) -> None:
        earlier(proposed, 200_000)
        shown = self.shown(client, proposed)
        assert "EUR 80\u00a0000" in shown
        assert "By which delegation" in shown

    def test_says_beforehand_that_it_is_too_much(self, client: Client, proposed: Case) -> None:
        earlier(proposed, 300_001)
        shown = self.shown(client, proposed)
        assert "more state aid in three years than is allowed" in shown
        assert "By which delegation" not in shown

    def test_says_beforehand_that_a_rate_is_missing(self, client: Client, proposed: Case, rate: EuroRate) -> None:
        rate.delete()
        assert "No rate of the euro is recorded" in self.shown(client, proposed)
