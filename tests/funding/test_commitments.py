"""What has been promised to a project: how firmly, on which conditions, and what the sums may be."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.models import (
    Commitment,
    CommitmentState,
    Condition,
    ConditionState,
)
from funding.models.commitment_states import CONFIRM, WITHDRAW
from funding.models.conditions import FAIL, MEET, REOPEN, WAIVE
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, UserFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory

pytestmark = pytest.mark.django_db


def of_the_funder(commitment: Commitment, role: str = MemberRole.DECIDER) -> User:
    return MembershipFactory.create(organisation=commitment.funder, role=role).user


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
        with pytest.raises(ValidationError):
            condition.carry_out(WAIVE, officer, "Frafalt i brev")
        condition.carry_out(WAIVE, of_the_funder(condition.commitment), "Frafalt i brev")
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
