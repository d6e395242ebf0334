"""What follows for a need when it is noted how its course went, and when that is put right."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CompetenceNeed
from brokering.models.needs import COVER, NeedState
from partners.models import Organisation, User
from pooling.models import MemberState, Outcome, Pool, PoolMember, PoolState, Reservation
from tests.factories import CompetenceNeedFactory, CourseRunFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory, ReservationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Note = Callable[[Reservation, int], None]


@pytest.fixture
def kept(agency: Organisation) -> Reservation:
    """Two seats that a single need had on a course that began yesterday; the need is covered."""
    begun = timezone.localdate() - timedelta(days=1)
    need = CompetenceNeedFactory.create(handled_by=agency, state=NeedState.COVERED)
    run = CourseRunFactory.create(start=begun, end=begun + timedelta(days=9))
    made: Reservation = ReservationFactory.create(run=run, need=need, firm=need.employer)
    return made


@pytest.fixture
def note(client: Client, broker: User) -> Note:
    """So many of the two completed."""

    def noted(kept: Reservation, completed: int) -> None:
        said = {f"{kept.pk}-started": "2", f"{kept.pk}-completed": str(completed)}
        said["ended_on"] = str(timezone.localdate())
        assert client.post(reverse("run-outcome", args=[kept.run_id]), said).status_code == 302

    return noted


def of_a_pool(kept: Reservation) -> Pool:
    assert kept.need
    pool: Pool = PoolFactory.create(run=kept.run, handled_by=kept.need.handled_by, min_seats=1)
    CompetenceNeed.objects.filter(reservations=kept).update(state=NeedState.POOLED)
    PoolMemberFactory.create(pool=pool, need=kept.need, state=MemberState.BINDING)
    Pool.objects.filter(pk=pool.pk).update(state=PoolState.ARRANGED)
    return pool


def need_of(kept: Reservation) -> CompetenceNeed:
    return CompetenceNeed.objects.get(reservations=kept)


def test_a_single_need_of_which_nobody_completed_is_open_again(kept: Reservation, note: Note) -> None:
    note(kept, 0)
    assert need_of(kept).state == NeedState.OPEN
    assert Outcome.objects.standing().noted().count() == 1


def test_so_is_one_of_a_pool_when_the_number_is_put_right(kept: Reservation, note: Note) -> None:
    pool = of_a_pool(kept)
    note(kept, 2)
    assert need_of(kept).state == NeedState.COVERED
    note(kept, 0)
    assert (need_of(kept).state, Pool.objects.get(pk=pool.pk).state) == (NeedState.OPEN, PoolState.COMPLETED)
    note(kept, 1)
    assert need_of(kept).state == NeedState.COVERED


def test_one_that_is_gathered_for_another_course_meanwhile_stays_there(kept: Reservation, note: Note) -> None:
    of_a_pool(kept)
    note(kept, 0)
    member = PoolMember.objects.join(PoolFactory.create(), need_of(kept), None)
    Outcome.objects.update(started=1)
    note(kept, 0)
    assert (need_of(kept).state, PoolMember.objects.get(pk=member.pk).has_gone) == (NeedState.POOLED, False)


def test_what_is_noted_again_unchanged_leaves_a_need_as_it_is(kept: Reservation, note: Note) -> None:
    note(kept, 0)
    need_of(kept).carry_out(COVER, None)
    note(kept, 0)
    assert need_of(kept).state == NeedState.COVERED
