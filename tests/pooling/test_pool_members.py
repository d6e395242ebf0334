"""Firms join, answer and leave; the needs follow, and nobody is silently left short."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from brokering.models import CompetenceNeed
from brokering.models.needs import COVER, REOPEN, WITHDRAW, NeedState
from partners.acts import Act
from partners.models.roles import MemberRole
from pooling.firm_page import FirmPage
from pooling.jobs import tell_of_alarm
from pooling.models import MemberState, Pool, PoolMember, PoolState, Reservation
from pooling.models.members import BIND, DECLINE, SHOW_INTEREST
from pooling.models.members import WITHDRAW as LEAVE
from pooling.models.pools import ARRANGE, COMPLETE, DISSOLVE, FREEZE, THAW
from pooling.notices import send_due
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MembershipFactory, UserFactory
from tests.pooling.gathering import joined, pool_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]


def checked() -> None:
    """What the database asks when a transaction ends."""
    connection.check_constraints()


def state_of(need: CompetenceNeed) -> str:
    return CompetenceNeed.objects.get(pk=need.pk).state


def test_a_need_that_joins_is_in_a_pool_and_its_firm_is_not_asked_yet() -> None:
    pool, need = pool_of(), CompetenceNeedFactory.create(headcount=3)
    member = PoolMember.objects.join(pool, need, None)
    assert (member.seats, member.state, state_of(need)) == (3, MemberState.ADDED, NeedState.POOLED)
    assert pool.members.seats() == 0


def test_a_need_is_in_one_pool_at_a_time() -> None:
    need = CompetenceNeedFactory.create()
    PoolMember.objects.join(pool_of(), need, None)
    with pytest.raises(ValidationError, match="in another pool"):
        PoolMember.objects.join(pool_of(), need, None)


def test_only_an_open_need_joins() -> None:
    need = CompetenceNeedFactory.create(state=NeedState.COVERED)
    with pytest.raises(ValidationError, match="not possible any more"):
        PoolMember.objects.join(pool_of(), need, None)
    assert not PoolMember.objects.exists()


def test_who_says_no_leaves_and_the_need_is_open_again() -> None:
    member = PoolMember.objects.join(pool_of(), CompetenceNeedFactory.create(), None)
    member.carry_out(DECLINE, None, "no time")
    assert (state_of(member.need), member.has_gone) == (NeedState.OPEN, True)


def test_who_said_no_may_say_yes_after_all() -> None:
    member = joined(pool_of(), 2)
    member.carry_out(LEAVE, None)
    member.carry_out(BIND, None, seats=3)
    assert (state_of(member.need), member.pool.members.seats()) == (NeedState.POOLED, 3)


def test_who_left_cannot_come_back_while_the_need_is_in_another_pool() -> None:
    member = joined(pool_of(), 2)
    member.carry_out(LEAVE, None)
    PoolMember.objects.join(pool_of(), CompetenceNeed.objects.get(pk=member.need_id), None)
    with pytest.raises(ValidationError, match="in another pool"):
        member.carry_out(SHOW_INTEREST, None)


def test_who_was_let_go_is_not_heard_by_an_old_link_while_the_need_is_in_another_pool() -> None:
    pool = pool_of(4)
    silent = PoolMember.objects.join(pool, CompetenceNeedFactory.create(), None)
    for act in (FREEZE, ARRANGE):
        pool.carry_out(act, None)
    second = PoolMember.objects.join(pool_of(), CompetenceNeed.objects.get(pk=silent.need_id), None)
    for act in (DECLINE, LEAVE):
        with pytest.raises(ValidationError, match="has left the pool already"):
            PoolMember.objects.get(pk=silent.pk).carry_out(act, None)
    assert (state_of(silent.need), PoolMember.objects.get(pk=second.pk).has_gone) == (NeedState.POOLED, False)
    assert FirmPage(PoolMember.objects.get(pk=silent.pk), "decline").answers == []


@pytest.mark.parametrize("acts", [[DISSOLVE], [FREEZE, ARRANGE, COMPLETE]])
def test_nobody_leaves_a_pool_that_is_over(acts: list[Act]) -> None:
    pool = pool_of(4)
    for act in acts:
        pool.carry_out(act, None, "over")
    with pytest.raises(ValidationError, match="The pool is over"):
        pool.members.get().carry_out(LEAVE, None)


def test_a_firm_that_left_can_be_added_again() -> None:
    member = joined(pool_of(), 2)
    member.carry_out(LEAVE, None)
    again = PoolMember.objects.join(member.pool, CompetenceNeed.objects.get(pk=member.need_id), None)
    assert (again.pk, again.state, again.left_at) == (member.pk, MemberState.ADDED, None)


def test_no_more_seats_are_bound_than_a_class_takes() -> None:
    pool = pool_of(max_seats=5)
    joined(pool, 4).carry_out(BIND, None)
    late = joined(pool, 3)
    with pytest.raises(ValidationError, match="Only 1 seat is left"):
        late.carry_out(BIND, None)
    assert late.pool.members.seats(MemberState.BINDING) == 4
    late.carry_out(BIND, None, seats=1)
    assert pool.members.seats(MemberState.BINDING) == 5


def test_a_frozen_pool_takes_no_new_firm_and_no_more_seats() -> None:
    pool = pool_of(4)
    asked = PoolMember.objects.join(pool, CompetenceNeedFactory.create(), None)
    pool.carry_out(FREEZE, None)
    with pytest.raises(ValidationError, match="takes no more firms"):
        asked.carry_out(SHOW_INTEREST, None)
    with pytest.raises(ValidationError, match="takes no more firms"):
        PoolMember.objects.join(pool, CompetenceNeedFactory.create(), None)
    member = pool.members.counted().get()
    with pytest.raises(ValidationError, match="takes no more firms"):
        member.carry_out(BIND, None, seats=5)
    member.carry_out(BIND, None)
    assert member.state == MemberState.BINDING


def test_a_pool_is_not_frozen_before_there_are_enough() -> None:
    pool = pool_of(3)
    with pytest.raises(ValidationError, match="1 seat is missing"):
        pool.carry_out(FREEZE, None)
    assert pool.state == PoolState.GATHERING


class TestAlarms:
    def test_a_frozen_pool_that_falls_short_is_told_of_once(self, work: Work) -> None:
        pool = frozen(2, 2)
        broker = MembershipFactory.create(organisation=pool.handled_by, role=MemberRole.BROKER).user
        broker.language = "en"
        broker.save()
        pool.members.all()[0].carry_out(LEAVE, None, "bankrupt")
        checked()
        alarm = pool.alarms.standing().get()
        assert (alarm.seats, alarm.min_seats, work(), work()) == (2, 4, 1, 1)
        assert [message.to for message in mail.outbox] == [[broker.email]]
        assert "2 of at least 4 seats are left" in mail.outbox[0].body
        tell_of_alarm(alarm.pk)
        send_due()
        assert len(mail.outbox) == 1

    def test_so_is_one_that_still_gathers_and_had_enough(self) -> None:
        pool = pool_of(2, 2)
        pool.members.all()[0].carry_out(LEAVE, None)
        assert pool.alarms.standing().count() == 1

    def test_one_that_never_had_enough_is_no_alarm(self) -> None:
        pool = pool_of(1, 1)
        pool.members.all()[0].carry_out(LEAVE, None)
        assert not pool.alarms.exists()

    def test_falling_further_is_told_anew(self) -> None:
        pool = frozen(2, 1, 1)
        for member in pool.members.all()[:2]:
            member.carry_out(LEAVE, None)
        assert [(one.seats, one.settled_at is None) for one in pool.alarms.all()] == [(2, False), (1, True)]

    def test_fewer_seats_are_an_alarm_too(self) -> None:
        pool = frozen(4)
        pool.members.get().carry_out(SHOW_INTEREST, None, seats=1)
        assert pool.alarms.standing().get().seats == 1

    def test_it_is_settled_when_there_are_enough_again(self) -> None:
        pool = pool_of(2, 2)
        pool.members.all()[0].carry_out(LEAVE, None)
        joined(pool, 2)
        assert not pool.alarms.standing().exists()

    def test_and_when_the_pool_is_dissolved(self) -> None:
        pool = frozen(2, 2)
        pool.members.all()[0].carry_out(LEAVE, None)
        pool.carry_out(DISSOLVE, None, "too few")
        assert not pool.alarms.standing().exists()

    def test_one_that_was_settled_before_the_mail_is_not_told(self, work: Work) -> None:
        pool = pool_of(2, 2)
        MembershipFactory.create(organisation=pool.handled_by, role=MemberRole.BROKER)
        pool.members.all()[0].carry_out(LEAVE, None)
        joined(pool, 2)
        work()
        assert mail.outbox == []


def frozen(*seats: int, **facts: Any) -> Pool:
    pool = pool_of(*seats, **facts)
    pool.carry_out(FREEZE, None)
    return pool


class TestNeeds:
    def test_a_need_that_is_withdrawn_leaves_its_pool_with_an_alarm(self) -> None:
        pool = frozen(2, 2)
        member = pool.members.all()[0]
        member.need.carry_out(WITHDRAW, None, "sold the firm")
        checked()
        left = PoolMember.objects.get(pk=member.pk)
        assert (left.state, state_of(member.need)) == (MemberState.WITHDRAWN, NeedState.WITHDRAWN)
        assert pool.alarms.standing().get().seats == 2
        assert left.events.filter(why="sold the firm").exists()

    def test_so_does_one_that_is_covered_elsewhere(self) -> None:
        pool = frozen(2, 2)
        pool.members.all()[0].need.carry_out(COVER, None)
        assert pool.alarms.standing().exists()

    def test_the_nightly_job_leaves_pooled_needs_alone(self) -> None:
        from brokering.jobs import nightly

        member = joined(pool_of(), 2)
        CompetenceNeed.objects.filter(pk=member.need_id).update(latest_start=timezone.localdate().replace(year=2020))
        nightly()
        assert state_of(member.need) == NeedState.POOLED

    def test_all_leave_a_pool_that_is_dissolved(self) -> None:
        pool = frozen(2, 2)
        pool.carry_out(DISSOLVE, UserFactory.create(), "no provider")
        assert {state_of(member.need) for member in pool.members.all()} == {NeedState.OPEN}
        assert not pool.members.present().exists()

    def test_those_that_have_not_answered_leave_when_a_course_is_agreed(self) -> None:
        pool = pool_of(4)
        silent = PoolMember.objects.join(pool, CompetenceNeedFactory.create(), None)
        pool.carry_out(FREEZE, None)
        pool.carry_out(ARRANGE, None)
        assert (state_of(silent.need), pool.members.present().count()) == (NeedState.OPEN, 1)

    def test_needs_are_met_when_the_course_is_completed(self) -> None:
        pool = frozen(2, 2)
        pool.carry_out(ARRANGE, None)
        pool.carry_out(COMPLETE, None)
        assert {state_of(member.need) for member in pool.members.all()} == {NeedState.COVERED}

    def test_who_leaves_after_the_course_is_agreed_gives_its_seats_back(self) -> None:
        pool = frozen(2, 2)
        run = CourseRunFactory.create(seats=4)
        for member in pool.members.all():
            Reservation.objects.take(run, member.need.employer, member.seats, need=member.need, by=None)
        pool.carry_out(ARRANGE, None, run=run)
        pool.members.all()[0].carry_out(LEAVE, None)
        run.refresh_from_db()
        assert (run.seats_taken, pool.alarms.standing().count()) == (2, 1)

    @pytest.mark.parametrize("how", ["reopened", "left"])
    def test_a_need_that_the_course_covers_is_open_again_without_its_seats(self, how: str) -> None:
        pool, run = frozen(2, 2), CourseRunFactory.create(seats=4)
        pool.carry_out(ARRANGE, None, run=run)
        member = pool.members.all()[0]
        Reservation.objects.take(run, member.need.employer, member.seats, need=member.need, by=None)
        member.need.carry_out(COVER, None)
        assert Reservation.objects.held().exists()
        if how == "reopened":
            CompetenceNeed.objects.get(pk=member.need_id).carry_out(REOPEN, None)
        else:
            member.carry_out(LEAVE, None)
        checked()
        assert (state_of(member.need), PoolMember.objects.get(pk=member.pk).has_gone) == (NeedState.OPEN, True)
        assert not Reservation.objects.held().exists()
        assert pool.alarms.standing().get().seats == 2

    def test_a_pool_that_gathers_again_takes_firms_again(self) -> None:
        pool = frozen(4)
        with pytest.raises(ValidationError, match="Say why"):
            pool.carry_out(THAW, None)
        pool.carry_out(THAW, None, "the providers want more")
        joined(pool, 2)
        assert pool.members.seats() == 6
