"""What a decision does, and what keeps it from being made."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from funding.models import (
    ApplicationState,
    Commitment,
    CommitmentState,
    Condition,
    Decision,
    DecisionKind,
    DecisionState,
    Delegation,
    FundingScheme,
    Letter,
    PlanVersion,
    Recusal,
    Tranche,
)
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MembershipFactory, ProjectPartnerFactory
from tests.funding.factories_cases import YEARS, Case, case, decide, draft, house, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def strengths(commitment: Commitment) -> dict[int | None, str]:
    return dict(commitment.tranches.values_list("year", "state"))


class TestGranting:
    def test_moves_application_commitment_years_and_conditions(self) -> None:
        made = case("granted")
        assert made.application.state == ApplicationState.GRANTED
        assert (made.commitment.state, made.commitment.amount) == (CommitmentState.APPROVED, sum(YEARS.values()))
        assert strengths(made.commitment) == {2026: "firm", 2027: "conditional", 2028: "held_out"}
        assert made.commitment.tranches.get(year=2026).frame == made.house.frames[2026]
        assert [one.text for one in Condition.objects.all()] == ["Tilfredsstillende framdrift"]
        assert (made.decision.decided_by, made.decision.decided_on) == (made.house.decider, timezone.localdate())

    def test_copies_the_rules_of_the_scheme_which_touch_it_no_more(self) -> None:
        made = case("proposed", house(share_cap=Decimal("0.7"), advance_share=Decimal("0.5"), claim_months=3))
        decide(made.decision, made.house.decider)
        FundingScheme.objects.update(share_cap=Decimal("0.1"))
        commitment = made.commitment
        assert (commitment.share, commitment.advance_share) == (Decimal("0.7"), Decimal("0.5"))
        assert str(commitment.expires_on) == "2029-03-31"

    def test_the_plan_counts_when_all_is_granted_as_applied_for(self) -> None:
        case("granted")
        assert PlanVersion.objects.get().state == "approved"

    def test_else_a_plan_that_fits_is_asked_for(self) -> None:
        made = case("drafted")
        Decision.objects.update(result="partly")
        made.decision.propose(made.house.officer)
        decide(made.decision, made.house.decider)
        made.application.refresh_from_db()
        assert made.application.state == ApplicationState.PARTLY
        assert Condition.objects.filter(kind="documents", is_precondition=True).exists()
        assert PlanVersion.objects.get().state == "submitted"

    def test_a_year_can_be_refused(self) -> None:
        made = case("drafted")
        held_out = made.commitment.tranches.get(year=2028)
        held_out.amend(None, made.house.officer)
        Commitment.objects.update(amount=Decimal(700_000))
        made.decision.items.create(tranche=held_out, to_state="lapsed")
        made.decision.propose(made.house.officer)
        decide(made.decision, made.house.decider)
        assert strengths(made.commitment)[2028] == "lapsed"

    def test_a_rejection_answers_and_gives_nothing(self) -> None:
        made = case("rejected")
        assert made.application.state == ApplicationState.REJECTED
        assert not Commitment.objects.exists()

    def test_a_draft_that_is_not_granted_is_annulled(self) -> None:
        made = case("drafted")
        made.decision.drop(made.house.officer, "Ikke i tråd med ordningen")
        draft(made, DecisionKind.REJECT).propose(made.house.officer)
        decide(made.decision, made.house.decider)
        assert made.commitment.state == CommitmentState.ANNULLED

    def test_a_second_draft_takes_up_the_commitment_of_the_first(self) -> None:
        made = case("proposed")
        made.decision.drop(made.house.officer, "Nytt forslag")
        assert draft(made).commitment == made.commitment

    def test_all_or_nothing(self) -> None:
        made = case("proposed", house(up_to=Decimal(1)))
        with pytest.raises(ValidationError, match="No delegation covers"):
            made.decision.decide(made.house.decider, timezone.localdate(), Delegation.objects.get())
        assert made.decision.state == DecisionState.PROPOSED
        assert made.commitment.state == CommitmentState.PROPOSED


class TestWhatIsMissing:
    def test_is_told_before_it_is_put_forward(self) -> None:
        made = case("drafted")
        Decision.objects.update(reasoning="")
        made.decision.conditions.all().delete()
        made.decision.items.filter(tranche__year=2026).update(frame=None)
        assert made.decision.missing() == [
            "No reasons are given.",
            "2026: it is not said from which frame it is paid.",
            "2027: the money is conditional, but hangs on no condition.",
        ]
        with pytest.raises(ValidationError, match="No reasons are given"):
            made.decision.propose(made.house.officer)

    def test_state_aid_says_so(self) -> None:
        made = case("drafted", house(is_aid=True), is_aid_declared=True)
        assert made.decision.missing() == ["The scheme is state aid, and the decision does not say so."]


class TestWhoDecides:
    def test_not_whoever_prepared_it(self) -> None:
        made = case("proposed")
        MembershipFactory.create(user=made.house.officer, organisation=made.house.funder, role=MemberRole.DECIDER)
        with pytest.raises(ValidationError, match="You did another of the steps yourself"):
            decide(made.decision, made.house.officer)

    def test_nor_whoever_is_no_decider(self) -> None:
        made = case("proposed")
        with pytest.raises(ValidationError, match="with the right role"):
            decide(made.decision, made.house.attester)

    def test_nor_whoever_has_said_that_they_are_not_impartial(self) -> None:
        made = case("proposed")
        told = {"user": made.house.decider, "organisation": made.application.applicant, "why": "Svigersønn"}
        Recusal.objects.create(**told)
        with pytest.raises(ValidationError, match="somebody else has to do this"):
            decide(made.decision, made.house.decider)

    def test_nor_beyond_their_delegation(self) -> None:
        made = case("proposed", house(up_to=Decimal(899_999)))
        assert not made.decision.delegations(made.house.decider, timezone.localdate())
        with pytest.raises(ValidationError, match="No delegation covers"):
            made.decision.decide(made.house.decider, timezone.localdate(), Delegation.objects.get())

    def test_nor_an_unknown_amount_within_a_limit(self) -> None:
        made = case("drafted", house(up_to=Decimal(900_000)))
        made.commitment.tranches.get(year=2028).amend(None, made.house.officer)
        assert made.decision.amounts == (Decimal(700_000), 1)
        assert not made.decision.delegations(made.house.decider, timezone.localdate())

    def test_nor_without_the_case_number_of_the_body(self) -> None:
        made = case("proposed")
        Delegation.objects.update(body="Fylkesrådet")
        with pytest.raises(ValidationError, match="No delegation covers"):
            decide(made.decision, made.house.decider)
        made.decision.decide(made.house.decider, timezone.localdate(), Delegation.objects.get(), "25/1")
        assert made.decision.body_reference == "25/1"

    def test_nor_for_a_day_to_come(self) -> None:
        made = case("proposed")
        with pytest.raises(ValidationError, match="not in the future"):
            made.decision.decide(made.house.decider, timezone.localdate() + timedelta(days=1), Delegation.objects.get())

    def test_it_is_sent_back_with_a_reason(self) -> None:
        made = case("proposed")
        with pytest.raises(ValidationError, match="Say why"):
            made.decision.send_back(made.house.decider, " ")
        made.decision.send_back(made.house.decider, "Begrunn bedre")
        assert (made.decision.state, made.commitment.state) == (DecisionState.DRAFT, CommitmentState.DRAFT)
        made.decision.propose(made.house.officer)


class TestLaterDecisions:
    """Of a commitment that is decided on."""

    def further(self, made: Case, kind: str, year: int, **item: object) -> Decision:
        about = {"commitment": made.commitment, "reasoning": "Budsjettet er vedtatt"}
        decision = Decision.objects.begin(made.house.officer, kind, **about)
        decision.items.create(tranche=made.commitment.tranches.get(year=year), **item)
        decision.propose(made.house.officer)
        decide(decision, made.house.decider)
        return decision

    def test_held_out_money_becomes_firm(self) -> None:
        made = case("granted")
        frame = made.house.frames[2028]
        decision = self.further(made, "strengthen", 2028, to_state="firm", amount=Decimal(150_000), frame=frame)
        tranche = Tranche.objects.get(year=2028)
        assert (tranche.state, tranche.amount, tranche.frame) == ("firm", Decimal(150_000), frame)
        assert tranche.events.latest("pk").decision == decision

    def test_an_amount_is_changed(self) -> None:
        made = case("granted")
        self.further(made, "change", 2026, amount=Decimal(350_000))
        assert Tranche.objects.get(year=2026).amount == Decimal(350_000)
        assert made.commitment.amount == Decimal(850_000)

    def test_a_promise_is_annulled(self) -> None:
        made = case("granted")
        about = {"commitment": made.commitment, "reasoning": "Prosjektet er avlyst"}
        decision = Decision.objects.begin(made.house.officer, "annul", **about)
        decision.propose(made.house.officer)
        decide(decision, made.house.decider)
        assert made.commitment.state == CommitmentState.ANNULLED


class TestWhoSees:
    def test_the_funders_case_people_see_all_and_finance_nothing(self) -> None:
        made = case("proposed")
        for user in (made.house.officer, made.house.decider, made.house.attester):
            assert Decision.objects.visible_to(user).exists()
        for other in (made.house.finance, made.leader, person(house().funder, MemberRole.DECIDER)):
            assert not Decision.objects.visible_to(other).exists()
        assert not Decision.objects.visible_to(None).exists()

    def test_those_who_get_the_money_see_it_when_the_letter_is_sent(self) -> None:
        made = case("granted")
        made.decision.letters.create(number=1, language="nb", data={}, sha256="0" * 64)
        assert not Decision.objects.visible_to(made.leader).exists()
        made.decision.events.create(act="tell", from_state="decided", to_state="decided", by=made.house.officer)
        assert Decision.objects.visible_to(made.leader).exists()

    def test_other_partners_and_finance_do_not_see_it_then_either(self) -> None:
        made = case("letter_sent")
        partner = ProjectPartnerFactory.create(project=made.project, running=True).organisation
        assert Decision.objects.visible_to(made.leader).exists()
        for other in (made.house.finance, person(partner, MemberRole.LEADER)):
            assert Project.objects.of(other).filter(pk=made.project.pk).exists()
            assert not Decision.objects.visible_to(other).exists()
            assert not Letter.objects.visible_to(other).exists()
