"""What has been promised to a project: how firmly, on which conditions, and what the sums may be."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.models import (
    Commitment,
    CommitmentState,
    Condition,
    ConditionState,
    Strength,
)
from funding.models.commitments import CONFIRM, WITHDRAW
from funding.models.conditions import FAIL, MEET, REOPEN, WAIVE
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, UserFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory

pytestmark = pytest.mark.django_db


def of_the_funder(commitment: Commitment, role: str = MemberRole.DECIDER) -> User:
    return MembershipFactory.create(organisation=commitment.funder, role=role).user


class TestDeciding:
    def test_held_out_money_becomes_firm_with_the_amount_and_leaves_an_event(self) -> None:
        tranche = TrancheFactory.create(state=Strength.HELD_OUT, amount=None)
        decider = of_the_funder(tranche.commitment)
        tranche.decide(Strength.FIRM, decider, "Bevilget i budsjettet", amount=Decimal(250_000))
        tranche.refresh_from_db()
        assert (tranche.state, tranche.amount) == (Strength.FIRM, Decimal(250_000))
        told = [(event.act, event.from_state, event.to_state, event.by) for event in tranche.events.all()]
        assert told == [("register", "", "held_out", None), ("decide", "held_out", "firm", decider)]

    def test_money_is_not_firm_while_what_it_hangs_on_is_not_settled(self) -> None:
        tranche = TrancheFactory.create(state=Strength.CONDITIONAL)
        decider = of_the_funder(tranche.commitment)
        of_the_year = ConditionFactory.create(commitment=tranche.commitment, tranche=tranche, text="Rapporten")
        of_all = ConditionFactory.create(commitment=tranche.commitment, tranche=None, text="Egenandelen")
        for condition, act in ((of_the_year, MEET), (of_all, WAIVE)):
            with pytest.raises(ValidationError, match=condition.text):
                tranche.decide(Strength.FIRM, decider, "Bevilget")
            condition.carry_out(act, decider, "Brevet")
        tranche.decide(Strength.FIRM, decider, "Bevilget")
        assert tranche.is_firm

    @pytest.mark.parametrize(
        ("before", "after"),
        [("firm", "held_out"), ("firm", "conditional"), ("conditional", "held_out"), ("firm", "firm")],
    )
    def test_a_decision_never_makes_money_weaker(self, before: str, after: str) -> None:
        tranche = TrancheFactory.create(state=before)
        with pytest.raises(ValidationError):
            tranche.decide(after, of_the_funder(tranche.commitment), "Ombestemt")

    @pytest.mark.parametrize(
        ("before", "after"), [("held_out", "firm"), ("held_out", "conditional"), ("conditional", "firm")]
    )
    def test_a_correction_never_makes_it_surer(self, before: str, after: str) -> None:
        tranche = TrancheFactory.create(state=before)
        with pytest.raises(ValidationError):
            tranche.correct(after, UserFactory.create(), "Feil ført")

    def test_a_correction_makes_it_weaker(self) -> None:
        tranche = TrancheFactory.create(state=Strength.FIRM)
        tranche.correct(Strength.HELD_OUT, UserFactory.create(), "Feil ført")
        tranche.refresh_from_db()
        assert tranche.state == Strength.HELD_OUT

    def test_it_needs_a_reason(self) -> None:
        tranche = TrancheFactory.create(state=Strength.HELD_OUT)
        with pytest.raises(ValidationError):
            tranche.decide(Strength.FIRM, of_the_funder(tranche.commitment), " ")


class TestConditions:
    def test_an_assessment_keeps_its_evidence_and_judge(self) -> None:
        condition = ConditionFactory.create()
        assert condition.assessment is None
        officer = of_the_funder(condition.commitment, MemberRole.CASE_OFFICER)
        condition.carry_out(MEET, officer, "Framdriftsrapport 1")
        stored = Condition.objects.get()
        assert stored.state == ConditionState.MET
        assert stored.assessment
        assert (stored.assessment.by, stored.assessment.why) == (officer, "Framdriftsrapport 1")

    def test_one_that_is_assessed_anew_is_open_meanwhile(self) -> None:
        condition = ConditionFactory.create()
        officer = of_the_funder(condition.commitment, MemberRole.CASE_OFFICER)
        condition.carry_out(FAIL, officer, "Ingen rapport")
        condition.carry_out(REOPEN, officer, "Rapporten kom")
        assert Condition.objects.get().assessment is None
        assert Condition.objects.unsettled().count() == 1
        condition.carry_out(WAIVE, officer, "Frafalt i brev")
        assert not Condition.objects.unsettled().exists()

    def test_it_needs_evidence(self) -> None:
        condition = ConditionFactory.create()
        with pytest.raises(ValidationError):
            condition.carry_out(MEET, of_the_funder(condition.commitment), "")


class TestCommitments:
    def test_what_is_withdrawn_counts_no_more(self) -> None:
        first, second = CommitmentFactory.create(amount=Decimal("4400000")), CommitmentFactory.create()
        assert Commitment.objects.current().known_amount() == Decimal("5400000.00")
        second.carry_out(WITHDRAW, UserFactory.create(), "Ført to ganger")
        assert list(Commitment.objects.current()) == [first]
        assert Commitment.objects.current().known_amount() == Decimal("4400000.00")

    def test_the_funder_confirms_it(self) -> None:
        commitment = CommitmentFactory.create()
        commitment.carry_out(CONFIRM, of_the_funder(commitment, MemberRole.CASE_OFFICER))
        assert Commitment.objects.get().state == CommitmentState.CONFIRMED

    def test_it_is_not_withdrawn_without_a_reason(self) -> None:
        with pytest.raises(ValidationError):
            CommitmentFactory.create().carry_out(WITHDRAW, UserFactory.create())
