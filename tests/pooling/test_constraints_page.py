"""What the database refuses of pools and their members."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from pooling.models import MemberEvent, Pool, PoolAlarm, PoolEvent, PoolMember, Reservation
from pooling.models.pools import ARRANGE, FREEZE
from tests.factories import CourseRunFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory, ReservationFactory
from tests.pooling.gathering import pool_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()

POOLS: dict[str, dict[str, Any]] = {
    "pool_latest_start_is_not_before_earliest": {"earliest_start": TODAY, "latest_start": TODAY - timedelta(days=1)},
    "pool_class_sizes_are_in_order": {"min_seats": 9, "max_seats": 8},
    "pool_fixed_cost_is_not_negative": {"fixed_cost_nok": Decimal(-1)},
    "pool_seat_cost_is_not_negative": {"seat_cost_nok": Decimal(-1)},
    "pool_grant_is_not_negative": {"grant_nok": Decimal(-1)},
    "pool_grant_percent_is_of_hundred": {"grant_percent": Decimal(101)},
    "pool_modes_are_known": {"modes": ["by_post"]},
    "pool_state_is_known": {"state": "asleep"},
}
MEMBERS: dict[str, dict[str, Any]] = {
    "a_member_wants_a_seat": {"seats": 0},
    "member_state_is_known": {"state": "asleep"},
    "who_said_no_has_left": {"state": "declined"},
}


def refused(act: Callable[[], object], name: str) -> None:
    with pytest.raises(Error, match=name), transaction.atomic():
        done(act)


def done(act: Callable[[], object]) -> None:
    """With what the database asks when the transaction ends."""
    act()
    connection.check_constraints()


@pytest.mark.parametrize("name", POOLS)
def test_a_pool_that_cannot_be_is_refused(name: str) -> None:
    pool = PoolFactory.create()
    refused(lambda: Pool.objects.filter(pk=pool.pk).update(**POOLS[name]), name)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_cannot_be_is_refused(name: str) -> None:
    member = PoolMemberFactory.create()
    refused(lambda: PoolMember.objects.filter(pk=member.pk).update(**MEMBERS[name]), name)


def test_a_need_is_in_a_pool_once() -> None:
    member = PoolMemberFactory.create(left_at=timezone.now())
    refused(lambda: PoolMemberFactory.create(pool=member.pool, need=member.need), "a_need_is_in_a_pool_once")


def test_a_need_is_in_one_pool_at_a_time() -> None:
    member = PoolMemberFactory.create()
    refused(lambda: PoolMemberFactory.create(need=member.need), "a_need_is_in_one_pool_at_a_time")


def test_one_alarm_of_a_pool_stands() -> None:
    pool = PoolFactory.create()
    PoolAlarm.objects.create(pool=pool, seats=1, min_seats=4)
    refused(lambda: PoolAlarm.objects.create(pool=pool, seats=2, min_seats=4), "one_alarm_of_a_pool_stands")


def test_an_alarm_is_of_too_few_seats() -> None:
    pool = PoolFactory.create()
    refused(lambda: PoolAlarm.objects.create(pool=pool, seats=4, min_seats=4), "an_alarm_is_of_too_few_seats")


@pytest.mark.parametrize("change", [{"seats": 1}, {"left_at": timezone.now()}, {"state": "added"}])
def test_a_short_pool_has_an_alarm_when_its_firms_change(change: dict[str, Any]) -> None:
    pool = pool_of(2, 2)
    pool.carry_out(FREEZE, None)
    refused(lambda: PoolMember.objects.filter(pool=pool).update(**change), "a_short_pool_has_an_alarm")


@pytest.mark.parametrize("change", [{"min_seats": 5}, {"state": "arranged", "min_seats": 5}])
def test_and_when_the_pool_itself_changes(change: dict[str, Any]) -> None:
    pool = pool_of(2, 2)
    pool.carry_out(FREEZE, None)
    refused(lambda: Pool.objects.filter(pk=pool.pk).update(**change), "a_short_pool_has_an_alarm")


def test_and_when_others_give_back_the_seats_that_filled_it() -> None:
    pool, run = pool_of(2, 2), CourseRunFactory.create(seats=9)
    pool.carry_out(FREEZE, None)
    pool.carry_out(ARRANGE, None, run=run)
    kept = ReservationFactory.create(run=run, seats=2)
    PoolMember.objects.filter(pk=pool.members.all()[0].pk).update(seats=1)
    connection.check_constraints()
    refused(
        lambda: Reservation.objects.filter(pk=kept.pk).update(released_at=timezone.now()), "a_short_pool_has_an_alarm"
    )


def test_what_was_said_and_done_stays_as_it_was_written() -> None:
    pool = pool_of(4)
    pool.carry_out(FREEZE, None)
    refused(lambda: PoolEvent.objects.filter(pool=pool).update(why="otherwise"), "never_changed|Cannot update")
    said = MemberEvent.objects.filter(member__pool=pool)
    refused(lambda: said.update(why="otherwise"), "never_changed|Cannot update")
