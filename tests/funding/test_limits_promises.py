"""What the database refuses of promises and the money of their years (I5, I6, I16): by raw SQL, with events by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.db import connection
from django.utils import timezone

from funding.models import Commitment, Condition, DisbursementRequest, FrameEntry, FundingScheme, Tranche
from funding.models.commitment_states import APPROVE, PROPOSE, SEND_LETTER
from funding.models.conditions import FAIL
from partners.models.roles import MemberRole
from tests.funding.factories import CommitmentFactory, ConditionFactory, FundingSchemeFactory, TrancheFactory
from tests.funding.factories_promises import decided, drafted, frame_of, hand, promised, year_of
from tests.funding.test_limits import refused, settled, sql

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


def turned_by_sql(tranche: Tranche, act: str, to: str, by: str = MemberRole.CASE_OFFICER, **more: object) -> None:
    """The event and the row, as somebody would write them who knows the tables."""
    facts = {"amount": tranche.amount, "decision": None} | more
    sql(
        "INSERT INTO funding_trancheevent (tranche_id, act, from_state, to_state, by_id, at, why, amount, decision_id)"
        " VALUES (%s, %s, (SELECT state FROM funding_tranche WHERE id = %s), %s, %s, now(), 'x', %s, %s)",
        *(tranche.pk, act, tranche.pk, to, hand(tranche.commitment.funder, by).pk, facts["amount"], facts["decision"]),
    )
    sql(
        "UPDATE funding_tranche SET state = %s, amount = %s,"
        " released_at = CASE WHEN %s = 'released' THEN now() ELSE released_at END WHERE id = %s",
        *(to, facts["amount"], to, tranche.pk),
    )


def moved_by_sql(commitment: Commitment, act: str, to: str, by: int | None) -> None:
    sql(
        "INSERT INTO funding_commitmentevent (commitment_id, act, from_state, to_state, by_id, at, why)"
        " VALUES (%s, %s, (SELECT state FROM funding_commitment WHERE id = %s), %s, %s, now(), 'x')",
        *(commitment.pk, act, commitment.pk, to, by),
    )
    sql("UPDATE funding_commitment SET state = %s WHERE id = %s", to, commitment.pk)


class TestHeldOutIsNeverReleased:
    """I5"""

    def test_i05_not_with_all_it_lacks_filled_in(self) -> None:
        commitment = promised(to={2026: "firm"})
        held_out = year_of(commitment, 2027)
        with refused("held_out_is_never_released"):
            sql(
                "UPDATE funding_tranche SET state = 'released', released_at = now(), decision_id = %s WHERE id = %s",
                *(year_of(commitment, 2026).decision_id, held_out.pk),
            )

    def test_i05_not_with_an_event(self) -> None:
        with refused("only_a_decision_makes_money_surer"):
            turned_by_sql(year_of(promised(to={2026: "firm"}), 2027), "release", "released")

    @pytest.mark.parametrize("state", ["used_up", "settled"])
    def test_i05_nor_past_it(self, state: str) -> None:
        held_out = year_of(promised(to={2026: "firm"}), 2027)
        with refused("held_out_is_never_released"):
            sql("UPDATE funding_tranche SET state = %s WHERE id = %s", state, held_out.pk)

    def test_i05_nor_born_released(self) -> None:
        with refused("release_is_earned"):
            sql(
                "INSERT INTO funding_tranche (commitment_id, year, amount, state, decided_by, released_at)"
                " VALUES (%s, 2029, 1, 'released', '', now())",
                promised().pk,
            )

    def test_i05_money_is_not_decided_by_a_draft_of_a_decision(self) -> None:
        commitment = drafted()
        decision = decided(commitment, {2026: "firm"})
        with refused("a_decision_makes_it_so"):
            turned_by_sql(year_of(commitment, 2027), "decide", "firm", MemberRole.DECIDER, decision=decision.pk)

    @pytest.mark.parametrize("wrong", ["another commitment", "another amount", "another strength"])
    def test_i05_nor_by_one_that_says_something_else(self, wrong: str) -> None:
        commitment = drafted()
        decision = decided(commitment, {2026: "conditional"}, amounts={2026: Decimal(300_000)})
        year = year_of(drafted() if wrong == "another commitment" else commitment, 2026)
        to = "firm" if wrong != "another amount" else "conditional"
        with refused("a_decision_makes_it_so|only_a_decision_makes_money_surer"):
            turned_by_sql(year, "decide", to, MemberRole.DECIDER, decision=decision.pk, amount=Decimal(250_000))

    def test_i05_what_we_promise_begins_as_held_out(self) -> None:
        with refused("a_decision_makes_it_so"):
            drafted().add(2029, None, "firm", None)

    def test_i05_what_is_decided_is_not_put_right(self) -> None:
        year = year_of(promised(), 2026)
        for act, to, amount in (("correct", "held_out", year.amount), ("amend", "firm", Decimal(1))):
            with refused("only_drafts_are_put_right"):
                turned_by_sql(year, act, to, amount=amount)
        with refused("only_drafts_are_put_right"):
            year.commitment.add(2029, Decimal(1), "held_out", None)


class TestReleaseIsEarned:
    """I6: each of what it needs is taken away once."""

    def test_i06_with_all_of_it_it_is_released(self) -> None:
        with settled():
            turned_by_sql(year_of(promised(), 2026), "release", "released")

    @pytest.mark.parametrize("state", ["approved", "letter_sent"])
    def test_i06_accepted(self, state: str) -> None:
        with refused("release_is_earned"):
            turned_by_sql(year_of(promised(state=state), 2026), "release", "released")

    def test_i06_finally_decided(self) -> None:
        other = decided(drafted(), {2026: "firm"})
        year = year_of(promised(), 2026)
        for decision in (None, other.pk):
            with refused("release_is_earned"):
                sql("UPDATE funding_tranche SET decision_id = %s WHERE id = %s", decision, year.pk)
                turned_by_sql(year, "release", "released")

    @pytest.mark.parametrize("failed", [True, False])
    @pytest.mark.parametrize("of_the_year", [True, False])
    def test_i06_every_precondition_met(self, failed: bool, of_the_year: bool) -> None:
        commitment = promised()
        year = year_of(commitment, 2026)
        condition: Condition = ConditionFactory.create(commitment=commitment, tranche=year if of_the_year else None)
        if failed:
            condition.carry_out(FAIL, hand(commitment.funder, MemberRole.CASE_OFFICER), "Ingen rapport")
        with refused("release_is_earned"):
            turned_by_sql(year, "release", "released")
        if of_the_year:
            with settled():
                turned_by_sql(year_of(commitment, 2027), "release", "released")

    def test_i06_not_expired(self) -> None:
        with refused("release_is_earned"):
            turned_by_sql(year_of(promised(expires_on=YESTERDAY), 2026), "release", "released")
        with settled():
            turned_by_sql(year_of(promised(expires_on=timezone.localdate()), 2026), "release", "released")

    def test_i06_covered_by_the_frame(self) -> None:
        commitment = promised(to={2026: "conditional"})
        year = year_of(commitment, 2026)
        frame = frame_of(commitment.funder, 2026)
        FrameEntry.objects.create(frame=frame, amount=-Decimal("9600000.01"), on=date(2020, 1, 2), why="Kutt")
        with refused("release_is_earned"):
            turned_by_sql(year, "release", "released")
        FrameEntry.objects.create(frame=frame, amount=Decimal("0.01"), on=date(2020, 1, 2), why="Mer")
        with settled():
            turned_by_sql(year, "release", "released")

    def test_i06_by_a_case_officer_of_the_funder(self) -> None:
        with refused("only_the_funder_answers"):
            turned_by_sql(year_of(promised(), 2026), "release", "released", by=MemberRole.ATTESTER)


class TestAmounts:
    """I16: what a year's money was on any day is told by its events."""

    def test_i16_do_not_change_without_an_event(self) -> None:
        TrancheFactory.create()
        with refused("amount_is_of_the_last_event"):
            sql("UPDATE funding_tranche SET amount = 1")

    def test_i16_nor_in_the_event_alone(self) -> None:
        year = TrancheFactory.create()
        with refused("amount_is_of_the_last_event"):
            year.events.create(act="amend", from_state="firm", to_state="firm", amount=Decimal(1))


class TestPromises:
    @pytest.mark.parametrize("column", ["title = 'X'", "recipient_id = funder_id", "amount = 1000001", "share = 1"])
    def test_are_fixed(self, column: str) -> None:
        commitment = promised()
        with refused("promise_is_fixed"):
            sql(f"UPDATE funding_commitment SET {column}")  # noqa: S608  # written above
        Commitment.objects.filter(pk=commitment.pk).update(reference="2026/1", note="Purret", priority=1)

    def test_change_by_a_decision(self) -> None:
        commitment = promised()
        decided(commitment, {2027: "lapsed"}, kind="change")
        with settled():
            Commitment.objects.filter(pk=commitment.pk).update(expires_on=timezone.localdate())

    def test_what_is_told_and_what_is_drafted_is_not_fixed(self) -> None:
        for commitment in (CommitmentFactory.create(), drafted()):
            with settled():
                Commitment.objects.filter(pk=commitment.pk).update(title="Nytt", amount=Decimal(2_000_000))


class TestApproved:
    def put_forward(self, **facts: object) -> Commitment:
        commitment = drafted(**facts)  # type: ignore[arg-type]
        commitment.carry_out(PROPOSE, None)
        return commitment

    def approve_by_sql(self, commitment: Commitment) -> None:
        moved_by_sql(commitment, "approve", "approved", hand(commitment.funder, MemberRole.DECIDER).pk)

    def test_means_decided(self) -> None:
        with refused("approved_means_decided"):
            self.approve_by_sql(self.put_forward())

    def test_not_by_another_kind_of_decision(self) -> None:
        commitment = self.put_forward()
        decided(commitment, {2026: "firm", 2027: "firm"}, kind="strengthen")
        with refused("approved_means_decided"):
            self.approve_by_sql(commitment)

    @pytest.mark.parametrize("facts", [{"amount": Decimal(1_000_001)}, {"amount": None}])
    def test_and_that_the_years_sum_to_the_whole(self, facts: dict[str, object]) -> None:
        commitment = self.put_forward(**facts)
        decided(commitment, {2026: "firm", 2027: "firm"})
        with refused("approved_means_decided"):
            self.approve_by_sql(commitment)

    def test_and_that_every_firm_year_has_its_frame(self) -> None:
        commitment = drafted()
        commitment.tranches.filter(year=2027).update(frame=None)
        commitment.carry_out(PROPOSE, None)
        decided(commitment, {2026: "firm", 2027: "firm"})
        with refused("approved_means_decided"):
            self.approve_by_sql(commitment)

    def test_and_that_somebody_gets_it(self) -> None:
        commitment = drafted()
        Commitment.objects.update(recipient=None)
        commitment.carry_out(PROPOSE, None)
        decided(commitment, {2026: "firm", 2027: "firm"})
        with refused("approved_means_decided"):
            self.approve_by_sql(commitment)

    def test_what_is_held_out_may_be_unknown(self) -> None:
        commitment = drafted(amount=None)
        year_of(commitment, 2027).amend(None, None)
        commitment.carry_out(PROPOSE, None)
        decided(commitment, {2026: "firm"})
        with settled():
            commitment.carry_out(APPROVE, None)


class TestEnding:
    def paid(self) -> Commitment:
        """Attested, without the four hands that this takes."""
        commitment = promised(released=(2026,))
        connection.check_constraints()
        facts = {"claimed": 1, "approved": 1, "kind": "part", "state": "attested"}
        with pgtrigger.ignore():
            DisbursementRequest.objects.create(commitment=commitment, tranche=year_of(commitment, 2026), **facts)
            connection.check_constraints()
        return commitment

    def test_nothing_is_annulled_once_something_is_paid(self) -> None:
        commitment = self.paid()
        with refused("annulled_while_nothing_is_paid"):
            moved_by_sql(commitment, "annul", "annulled", hand(commitment.funder, MemberRole.DECIDER).pk)

    def test_nor_lapses_that_year(self) -> None:
        commitment = self.paid()
        with refused("paid_money_does_not_lapse"):
            turned_by_sql(year_of(commitment, 2026), "lapse", "lapsed", MemberRole.DECIDER)

    def test_money_lapses_for_a_reason(self) -> None:
        with refused("lapse_has_its_cause"):
            turned_by_sql(year_of(promised(), 2026), "lapse", "lapsed", MemberRole.DECIDER)

    def test_nobody_accepts_after_the_last_day(self) -> None:
        commitment = promised(state="approved")
        commitment.carry_out(SEND_LETTER, hand(commitment.funder, MemberRole.CASE_OFFICER), accept_by=YESTERDAY)
        leader = hand(commitment.recipient, MemberRole.LEADER)
        with refused("accepted_in_time"):
            moved_by_sql(commitment, "accept", "accepted", leader.pk)

    def test_nobody_accepts_for_others(self) -> None:
        commitment = promised(state="letter_sent")
        for by in (None, hand(commitment.funder, MemberRole.LEADER).pk):
            with refused("the_recipient_accepts"):
                moved_by_sql(commitment, "accept", "accepted", by)

    @pytest.mark.parametrize("move", ["letter_sent lapse lapsed", "accepted expire expired"])
    def test_nothing_ends_before_its_day(self, move: str) -> None:
        state, act, to = move.split()
        scheme: FundingScheme = FundingSchemeFactory.create(acceptance_days=1)
        commitment = promised(state=state, scheme=scheme, expires_on=timezone.localdate())
        with refused("it_ends_on_its_day"):
            moved_by_sql(commitment, act, to, None)


def test_a_told_promise_never_becomes_one_of_ours() -> None:
    commitment = CommitmentFactory.create()
    with refused("commitment_moves_by_its_acts"):
        moved_by_sql(commitment, "approve", "approved", None)
