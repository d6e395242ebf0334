"""Firms asked into a pool that do not answer: one reminder, then their broker is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from partners.models import User
from pooling import outcome_jobs, reminders
from pooling.models import MemberState, Notice, Pool, PoolMember, PoolState
from pooling.reminders import GIVEN_UP_AFTER, LONGEST, REMINDED_AFTER
from tests.factories import CompetenceNeedFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = timedelta(days=1)


def asked(ago: timedelta, **facts: Any) -> PoolMember:
    """A firm that reads English, asked so long ago."""
    firm = OrganisationFactory.create(email="post@firma.example")
    MembershipFactory.create(organisation=firm, user=UserFactory.create(language="en"))
    need = CompetenceNeedFactory.create(employer=firm, state="pooled")
    about = {"state": MemberState.INVITED, "invited_at": timezone.now() - ago, "need": need}
    member: PoolMember = PoolMemberFactory.create(**about | facts)
    return member


def write() -> None:
    outcome_jobs.hourly()


def test_a_firm_is_reminded_once() -> None:
    member = asked(REMINDED_AFTER + DAY)
    for _time in range(2):
        write()
    (reminder,) = mail.outbox
    assert reminder.to == ["post@firma.example"]
    assert reminder.subject == f"Reminder: do you want to join “{member.pool}”?"
    assert f"/pools/answer/{member.token}/" in reminder.body


def test_not_before_some_days_have_gone() -> None:
    asked(REMINDED_AFTER - DAY)
    write()
    assert mail.outbox == []


@pytest.mark.parametrize("state", [MemberState.INTERESTED, MemberState.BINDING, MemberState.ADDED])
def test_one_that_answered_or_was_not_asked_is_left_in_peace(state: str) -> None:
    asked(REMINDED_AFTER + DAY, state=state)
    write()
    assert mail.outbox == []


@pytest.mark.parametrize(("days", "reminded"), [(-1, 0), (0, 1), (1, 1)])
def test_after_the_last_day_to_answer_nobody_is_reminded(days: int, reminded: int) -> None:
    asked(REMINDED_AFTER + DAY, pool=PoolFactory.create(answer_by=timezone.localdate() + days * DAY))
    write()
    assert len(mail.outbox) == reminded


def test_nor_is_one_that_was_asked_long_ago() -> None:
    asked(LONGEST + DAY)
    write()
    assert mail.outbox == []


def test_one_firms_trouble_is_not_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, _good = asked(REMINDED_AFTER + DAY), asked(REMINDED_AFTER + DAY)
    write_to = reminders.write_to
    monkeypatch.setattr(reminders, "write_to", lambda member: write_to(member) if member != bad else 1 / 0)
    write()
    assert len(mail.outbox) == 1


def test_when_the_pool_takes_no_more_firms_nobody_is_reminded() -> None:
    member = asked(REMINDED_AFTER + DAY)
    Pool.objects.filter(pk=member.pool_id).update(state=PoolState.DISSOLVED)
    write()
    assert mail.outbox == []


def test_what_is_written_and_not_sent_is_withdrawn_by_an_answer() -> None:
    member = asked(REMINDED_AFTER + DAY)
    reminders.write_to(member)
    PoolMember.objects.filter(pk=member.pk).update(state=MemberState.INTERESTED)
    write()
    assert mail.outbox == []
    assert Notice.objects.get().given_up_at


def test_asked_anew_it_is_reminded_anew() -> None:
    member = asked(REMINDED_AFTER + 3 * DAY)
    write()
    PoolMember.objects.filter(pk=member.pk).update(invited_at=timezone.now() - REMINDED_AFTER - DAY)
    write()
    assert len(mail.outbox) == 2


class TestTheBroker:
    @pytest.fixture
    def pool(self) -> Pool:
        pool: Pool = PoolFactory.create()
        return pool

    @pytest.fixture
    def broker(self, pool: Pool) -> User:
        broker: User = MembershipFactory.create(role="broker", organisation=pool.handled_by).user
        return broker

    def test_is_told_in_one_card_a_pool(self, pool: Pool, broker: User) -> None:
        for _firm in range(2):
            asked(GIVEN_UP_AFTER + DAY, pool=pool)
        (card,) = reminders.waiting_for(broker, timezone.localdate())
        assert (card.title, card.text, card.tag) == (pool.title, "2 firms have not answered", "Ask by telephone")

    def test_is_not_told_while_the_reminder_is_fresh(self, pool: Pool, broker: User) -> None:
        asked(GIVEN_UP_AFTER - DAY, pool=pool)
        assert list(reminders.waiting_for(broker, timezone.localdate())) == []

    def test_is_not_told_of_pools_of_others(self, broker: User) -> None:
        asked(GIVEN_UP_AFTER + DAY)
        assert list(reminders.waiting_for(broker, timezone.localdate())) == []
