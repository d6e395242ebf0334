"""Who does what: I12 and I13."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from funding.models import Decision, Delegation, Recusal
from funding.models.disbursements import ATTEST, ORDER
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory
from tests.funding.factories_cases import MILLION, YEARS, Case, case, decide, house, person
from tests.funding.invariants.attempts import move_by_sql, refused, told
from tests.funding.invariants.chain import ORE, accepted, accounts, ask, released, year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PART = Decimal(10_000)


def also(user: User, role: str, of: Any) -> None:
    MembershipFactory.create(user=user, role=role, organisation=of)


def decide_by_sql(made: Case, by: User, delegation: Delegation | None = None, **facts: Any) -> None:
    day, covers = timezone.localdate(), delegation or Delegation.objects.first()
    about = {"decided_by_id": by.pk, "decided_on": day, "delegation_id": covers and covers.pk, **facts}
    move_by_sql(made.decision, "decide", "decided", by, **about)


class TestI12:
    """Preparer, decider and the hands of a payment are different people, and none of them has a tie to the money."""

    def test_the_model_says_so(self) -> None:
        made = case("proposed")
        officer = made.house.officer
        also(officer, MemberRole.DECIDER, made.house.funder)
        with told("You"):
            decide(made.decision, officer)
        assert Decision.objects.get().state == "proposed"

    def test_raw_sql_is_refused(self) -> None:
        made = case("proposed")
        officer = made.house.officer
        also(officer, MemberRole.DECIDER, made.house.funder)
        with refused("each_hand_is_another_person", "nobody_decides_what_they_prepared"):
            decide_by_sql(made, officer)
        with refused("only_the_funder_answers"):
            decide_by_sql(made, made.house.attester)
        with refused("decider_is_delegated"):
            somebody = person(made.house.funder, MemberRole.DECIDER)
            decide_by_sql(made, made.house.decider, decided_by_id=somebody.pk)

    def test_the_same_person_in_two_hands_of_a_payment(self) -> None:
        """Whatever roles they have: those who control, attest, order and pay are four."""
        made = released()
        accounts(made, MILLION)
        attester = made.house.attester
        for role in (MemberRole.CASE_OFFICER, MemberRole.DECIDER, MemberRole.FINANCE):
            also(attester, role, made.house.funder)
        request = ask(made, PART)
        request.control(PART, "", attester)
        with told("another of the steps"):
            request.carry_out(ATTEST, attester)
        with refused("each_hand_is_another_person", "attested_by_is_another_than_controlled_by"):
            move_by_sql(request, "attest", "attested", attester, attested_by_id=attester.pk)
        other = ask(made, PART, upto="attested")
        with told("another of the steps"):
            other.carry_out(ORDER, attester)
        with refused("each_hand_is_another_person", "ordered_by_is_another_than_attested_by"):
            move_by_sql(other, "order", "ordered", attester, ordered_by_id=attester.pk)

    def test_who_prepared_the_decision_does_not_attest_its_payments(self) -> None:
        made = released()
        accounts(made, MILLION)
        officer, another = made.house.officer, person(made.house.funder, MemberRole.CASE_OFFICER)
        also(officer, MemberRole.ATTESTER, made.house.funder)
        request = ask(made, PART)
        request.control(PART, "", another)
        with told("prepared the decision"):
            request.carry_out(ATTEST, officer)
        with refused("nobody_attests_what_they_prepared"):
            move_by_sql(request, "attest", "attested", officer, attested_by_id=officer.pk)

    @pytest.mark.parametrize("tie", ["member", "unit", "runs", "recused"])
    def test_nobody_decides_for_their_own(self, tie: str) -> None:
        made = case("proposed")
        decider, applicant = made.house.decider, made.application.applicant
        ties: dict[str, Callable[[], object]] = {
            "member": lambda: also(decider, MemberRole.READER, applicant),
            "unit": lambda: also(decider, MemberRole.READER, OrganisationFactory.create(parent=applicant)),
            "runs": lambda: also(decider, MemberRole.READER, made.project.partners.get(runs=True).organisation),
            "recused": lambda: Recusal.objects.create(user=decider, organisation=applicant, why="Bror"),
        }
        ties[tie]()
        with refused("nobody_decides_for_their_own"):
            decide_by_sql(made, decider)
        with told("somebody else"):
            decide(made.decision, decider)

    def test_nor_are_they_paid_by_their_own(self) -> None:
        made = released()
        accounts(made, MILLION)
        request = ask(made, PART, upto="controlled")
        also(made.house.attester, MemberRole.READER, made.application.applicant)
        with refused("nobody_decides_for_their_own"):
            move_by_sql(request, "attest", "attested", made.house.attester, attested_by_id=made.house.attester.pk)

    def test_nor_do_they_release_it(self) -> None:
        made = accepted()
        also(made.house.officer, MemberRole.READER, made.application.applicant)
        with told("somebody else"):
            year_of(made).release(made.house.officer)


class TestI13:
    """Who may decide what amount is data: without a delegation that covers it nobody decides."""

    WHOLE = sum(YEARS.values(), Decimal(0))

    def test_the_model_says_so(self) -> None:
        made = case("proposed", house(up_to=self.WHOLE - ORE))
        day = timezone.localdate()
        assert not made.decision.delegations(made.house.decider, day).exists()
        with told():
            made.decision.decide(made.house.decider, day, Delegation.objects.get())
        Delegation.objects.update(max_amount=self.WHOLE)
        decide(made.decision, made.house.decider)

    @pytest.mark.parametrize(
        "change",
        [
            {"max_amount": Decimal("899999.99")},
            {"valid_to": timezone.localdate() - timedelta(days=1)},
            {"valid_from": timezone.localdate() + timedelta(days=1)},
            {"body": "Fylkesrådet"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_raw_sql_is_refused(self, change: dict[str, Any]) -> None:
        made = case("proposed")
        Delegation.objects.update(**change)
        with refused("decider_is_delegated"):
            decide_by_sql(made, made.house.decider)

    def test_nor_by_the_delegation_of_another(self) -> None:
        made, other = case("proposed"), house()
        with refused("decider_is_delegated"):
            decide_by_sql(made, made.house.decider, Delegation.objects.get(organisation=other.funder))
        somebody = person(made.house.funder, MemberRole.DECIDER)
        Delegation.objects.update(user=somebody)
        with refused("decider_is_delegated"):
            decide_by_sql(made, made.house.decider)
        with refused("decided_says_by_whom", "decider_is_delegated"):
            decide_by_sql(made, made.house.decider, delegation_id=None)
