"""Whatever firms and brokers do in whatever order, needs and seats stay as they were said."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from pooling.models import MemberEvent, MemberState, Pool, PoolAlarm, PoolMember
from pooling.models.members import ADD, BIND, COUNTED, DECLINE, SHOW_INTEREST
from pooling.models.members import WITHDRAW as LEAVE
from pooling.models.pools import ARRANGE, COMPLETE, DISSOLVE, FREEZE, LIVE, POOL_ACTS, THAW
from tests.factories import CompetenceNeedFactory
from tests.pooling.gathering import pool_of

pytestmark = pytest.mark.django_db

acts = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([BIND, SHOW_INTEREST, DECLINE, LEAVE, FREEZE, THAW, ARRANGE, COMPLETE, DISSOLVE, ADD]),
        st.integers(1, 5),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
@example([(0, BIND, 4), (1, FREEZE, 1), (1, ARRANGE, 1), (1, ADD, 1), (1, DECLINE, 1)])
@example([(0, BIND, 4), (0, DISSOLVE, 1), (0, ADD, 1), (0, LEAVE, 1)])
def test_whatever_happens_seats_are_as_said_and_nobody_is_silently_short(done: list[tuple[int, Any, int]]) -> None:
    with transaction.atomic():
        pool, second = pool_of(min_seats=4, max_seats=9), pool_of()
        members = [PoolMember.objects.join(pool, CompetenceNeedFactory.create(), None) for _n in range(4)]
        for number, act, seats in done:
            try:
                if act.name in POOL_ACTS:
                    pool.carry_out(act, None, "so it was")
                elif act == ADD:
                    PoolMember.objects.join(second, CompetenceNeed.objects.get(pk=members[number].need_id), None)
                else:
                    PoolMember.objects.get(pk=members[number].pk).carry_out(act, None, seats=seats)
            except ValidationError:
                pass
            holds(pool)
        transaction.set_rollback(True)


def holds(pool: Pool) -> None:
    connection.check_constraints()
    said = 0
    for member in pool.members.counted():
        last = MemberEvent.objects.filter(member=member, to_state__in=COUNTED).last()
        assert last is not None
        assert (last.seats, last.to_state) == (member.seats, member.state)
        said += last.seats or 0
    assert pool.members.seats() == said
    assert pool.members.seats(MemberState.BINDING) <= 9
    short = pool.members.seats() < 4 and Pool.objects.get(pk=pool.pk).is_closed
    assert not short or PoolAlarm.objects.standing().filter(pool=pool).exists()
    for member in pool.members.all():
        is_in = PoolMember.objects.present().filter(need=member.need_id, pool__state__in=LIVE).exists()
        assert (CompetenceNeed.objects.get(pk=member.need_id).state == NeedState.POOLED) == is_in
