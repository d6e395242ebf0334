"""Release of a year's money: I5 and I6."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.utils import timezone

from funding.models import Commitment, FrameEntry, Tranche
from funding.models.conditions import REOPEN
from tests.funding.factories_cases import Case, case
from tests.funding.invariants.attempts import allowed, insert, move_by_sql, refused, sql, told
from tests.funding.invariants.chain import ALL_FIRM, FIRST, SECOND, THIRD, accepted, year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def release_by_sql(made: Case, year: int = FIRST, **facts: object) -> None:
    """As thoroughly as somebody with SQL can: event, state, day and decision."""
    tranche = year_of(made, year)
    about = {"released_at": timezone.now(), "decision_id": made.decision.pk, **facts}
    move_by_sql(tranche, "release", "released", made.house.officer, event_amount=tranche.amount, **about)


class TestI05:
    """What is held out is never released: a decision makes it conditional or firm first."""

    def test_the_model_says_so(self) -> None:
        held_out = year_of(made := accepted(), THIRD)
        assert held_out.state == "held_out"
        with told():
            held_out.release(made.house.officer)
        assert Tranche.objects.get(pk=held_out.pk).state == "held_out"

    def test_raw_sql_is_refused(self) -> None:
        made = accepted()
        held_out = year_of(made, THIRD)
        frame = made.house.frames[THIRD].pk
        with refused("only_a_decision_makes_money_surer"):
            release_by_sql(made, THIRD, frame_id=frame)
        for act in ("decide", "correct", "amend", "register"):
            rules = ("only_a_decision_makes_money_surer", "only_the_funder_answers", "a_decision_is_named")
            with refused(*rules, "only_drafts_are_put_right"):
                move_by_sql(held_out, act, "released", made.house.decider, event_amount=held_out.amount)
        with refused("held_out_is_never_released"):
            sql("UPDATE funding_tranche SET state = 'released' WHERE id = %s", held_out.pk)

    def test_nor_by_saying_that_it_is_firm(self) -> None:
        made = accepted()
        held_out, decider = year_of(made, THIRD), made.house.decider
        about = {"event_decision_id": made.decision.pk, "event_amount": held_out.amount}
        with refused("a_decision_makes_it_so"):
            move_by_sql(held_out, "decide", "firm", decider, **about, frame_id=made.house.frames[THIRD].pk)


class TestI06:
    """Release needs a decision, acceptance, every precondition, cover in the frame, and a day before the last."""

    def test_the_model_says_so(self) -> None:
        made = case("letter_sent")
        with told():
            year_of(made).release(made.house.officer)
        assert list(year_of(made).hindrances(timezone.localdate()))
        made = accepted()
        assert not list(year_of(made).hindrances(timezone.localdate()))
        year_of(made).release(made.house.officer)
        assert year_of(made).state == "released"

    def test_raw_sql_is_refused(self) -> None:
        """As long as the recipient has not accepted."""
        for state in ("granted", "letter_sent"):
            with refused("release_is_earned"):
                release_by_sql(accepted(state=state))

    def test_while_a_condition_is_open(self) -> None:
        made = accepted()
        made.commitment.conditions.get().carry_out(REOPEN, made.house.officer, "Likevel ikke")
        with refused("release_is_earned"):
            release_by_sql(made)
        with told():
            year_of(made).release(made.house.officer)

    def test_without_a_decision_of_its_own(self) -> None:
        made, other = accepted(), case("granted")
        for decision in (None, other.decision.pk):
            with refused("release_is_earned", "held_out_is_never_released"):
                release_by_sql(made, decision_id=decision)

    def test_beyond_the_frame(self) -> None:
        made = accepted()
        frame = made.house.frames[SECOND]
        FrameEntry.objects.create(frame=frame, amount=Decimal(-9_700_001), why="Kutt")
        with refused("release_is_earned"):
            release_by_sql(made, SECOND)
        with told():
            year_of(made, SECOND).release(made.house.officer)

    def test_after_the_last_day(self) -> None:
        made = accepted()
        yesterday = timezone.localdate() - timedelta(days=1)
        with refused("promise_is_fixed"):
            Commitment.objects.update(expires_on=yesterday)
        with pgtrigger.ignore(), allowed():
            Commitment.objects.update(expires_on=yesterday)
        with refused("release_is_earned"):
            release_by_sql(made)
        with told():
            year_of(made).release(made.house.officer)

    def test_a_year_is_not_born_released(self) -> None:
        made = accepted()
        facts = {"commitment_id": made.commitment.pk, "year": 2031, "decided_by": "", "amount": 1}
        about = {"decision_id": made.decision.pk, "released_at": timezone.now(), "frame_id": None}
        with refused("release_is_earned", "held_out_is_never_released"):
            insert(Tranche, state="released", **facts, **about)

    def test_and_all_of_it_can_be_released(self) -> None:
        made = accepted(sure=ALL_FIRM)
        for year in ALL_FIRM:
            with allowed():
                year_of(made, year).release(made.house.officer)
