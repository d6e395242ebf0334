"""What had been promised on a day: replayed from events, against rows, totals and a recorded history (I16)."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.asof import State, as_they_stood, replay, standing
from funding.models import Commitment, CommitmentEvent, Condition, ConditionEvent, Tranche, TrancheEvent
from funding.models.commitment_states import ACTS, WITHDRAW
from funding.models.conditions import ACTS as ASSESSMENTS
from funding.models.conditions import MEET
from funding.models.tranche_states import MOVES, TrancheState
from partners.acts import Event
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import UserFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory
from tests.funding.factories_promises import drafted, hand, promised, year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def happened(events: type[Event], day: date, **which: object) -> None:
    """It was that day that they happened, at noon."""
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    label = f"funding.{events.__name__}:never_changed"
    with pgtrigger.ignore(label):
        events._default_manager.filter(**which).update(at=noon)


@pytest.fixture
def told() -> Commitment:
    """Registered in 2024; in 2025 its amount was put right and its condition met; in 2026 it was withdrawn."""
    tranche = TrancheFactory.create(year=2026, amount=Decimal(400_000), state="conditional")
    commitment: Commitment = tranche.commitment
    condition = ConditionFactory.create(commitment=commitment, text="Rapporten")
    happened(CommitmentEvent, date(2024, 12, 31))
    happened(TrancheEvent, date(2024, 12, 31))
    happened(ConditionEvent, date(2025, 3, 1))
    tranche.amend(Decimal("399999.99"), None)
    happened(TrancheEvent, date(2025, 6, 1), act="amend")
    condition.carry_out(MEET, hand(commitment.funder, MemberRole.CASE_OFFICER), "Rapport 1")
    happened(ConditionEvent, date(2025, 6, 1), act="meet")
    commitment.carry_out(WITHDRAW, None, "Ført feil")
    happened(CommitmentEvent, date(2026, 1, 1), act="withdraw")
    return commitment


class TestAsOf:
    @pytest.mark.parametrize(
        ("day", "known"),
        [
            (date(2024, 12, 30), None),
            (date(2024, 12, 31), ("reported", "400000.00", None)),
            (date(2025, 3, 1), ("reported", "400000.00", "open")),
            (date(2025, 5, 31), ("reported", "400000.00", "open")),
            (date(2025, 6, 1), ("reported", "399999.99", "met")),
            (date(2025, 12, 31), ("reported", "399999.99", "met")),
            (date(2026, 1, 1), ("withdrawn", "399999.99", "met")),
        ],
    )
    def test_a_recorded_history(self, told: Commitment, day: date, known: tuple[str, str, str | None] | None) -> None:
        stood = standing(day, Commitment.objects.all())
        if known is None:
            assert stood == {}
            return
        one = stood[told.pk]
        assert [(year.state, str(year.amount)) for year in one.years.values()] == [("conditional", known[1])]
        assert (one.state, list(one.conditions.values())) == (known[0], [known[2]] if known[2] else [])

    def test_is_three_questions(self, told: Commitment, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3):
            standing(date(2025, 12, 31), Commitment.objects.all())

    def test_is_shown_on_the_page_of_money(self, client: Client, told: Commitment) -> None:
        client.force_login(hand(told.funder, MemberRole.CASE_OFFICER))
        url = reverse("project-money", args=[told.project_id])
        shown = client.get(url, {"on": "2025-05-31"}).content.decode()
        assert "NOK 400\u00a0000" in shown
        assert "Not assessed" in shown
        assert "This is what stood when 31 May 2025 ended" in shown
        later = client.get(url, {"on": "2025-12-31"}).content.decode()
        assert "NOK 399\u00a0999.99" in later
        assert "Rapport 1" in later
        assert "Nothing was registered that day" in client.get(url, {"on": "2024-12-30"}).content.decode()
        assert "Withdrawn, annulled or lapsed" in client.get(url).content.decode()
        assert "That day has not been yet." in client.get(url, {"on": "2999-01-01"}).content.decode()

    def test_changes_nothing(self, told: Commitment) -> None:
        [shown] = as_they_stood(Commitment.objects.all(), date(2025, 12, 31))
        assert shown.state == "reported"
        assert Commitment.objects.get().state == "withdrawn"


def test_events_that_do_not_follow_each_other_are_not_replayed() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        replay([TrancheEvent(act="release", from_state="firm", to_state="released")])
    assert replay([]) == State()


def everybody(commitment: Commitment) -> list[User | None]:
    roles = (MemberRole.CASE_OFFICER, MemberRole.DECIDER, MemberRole.ATTESTER, MemberRole.FINANCE)
    leader = hand(commitment.recipient, MemberRole.LEADER) if commitment.recipient else UserFactory.create()
    return [*(hand(commitment.funder, role) for role in roles), leader, None]


ACT = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 5), st.decimals("0.01", "500000", places=2))


@pytest.mark.parametrize("begin", ["told", "draft", "accepted"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=14))
def test_i16_whatever_is_done_by_whomever_the_events_tell_it(
    begin: str, acts: list[tuple[int, int, int, Decimal]]
) -> None:
    """Legal or not: what is refused leaves nothing, and what is done can be replayed."""
    with transaction.atomic():
        commitment = begun(begin)
        people = everybody(commitment)
        for what, which, who, amount in acts:
            attempt(commitment, what, which, people[who], amount)
        connection.check_constraints()
        assert_told(commitment)
        transaction.set_rollback(True)


def begun(begin: str) -> Commitment:
    if begin == "told":
        commitment: Commitment = CommitmentFactory.create()
        commitment.add(2026, Decimal(400_000), "firm", None)
        commitment.add(2027, None, "held_out", None)
    else:
        commitment = drafted() if begin == "draft" else promised(to={2026: "firm"})
    ConditionFactory.create(commitment=commitment, tranche=year_of(commitment, 2026))
    return commitment


def attempt(commitment: Commitment, what: int, which: int, by: User | None, amount: Decimal) -> None:
    """One of all the acts there are, on one of all the things there are; what is not possible is refused."""
    tranche = list(commitment.tranches.all())[which % 2]
    whole, money, judged = list(ACTS.values()), [*MOVES], list(ASSESSMENTS.values())
    number = what % (len(whole) + len(money) + len(judged) + 1)
    try:
        with transaction.atomic():
            if number < len(whole):
                Commitment.objects.get(pk=commitment.pk).carry_out(whole[number], by, "Fordi")
            elif number < len(whole) + len(money):
                act = money[number - len(whole)]
                to = list(TrancheState)[which % len(TrancheState)]
                tranche.turn(act, tranche.state if act == "amend" else to, by, "Fordi", amount=amount)
                connection.check_constraints()
            elif number < len(whole) + len(money) + len(judged):
                condition = commitment.conditions.get()
                condition.carry_out(judged[number - len(whole) - len(money)], by, "Rapport")  # type: ignore[arg-type]
            else:
                tranche.release(by)  # type: ignore[arg-type]
    except (ValidationError, IntegrityError):
        return


def assert_told(commitment: Commitment) -> None:
    stored = Commitment.objects.get(pk=commitment.pk)
    assert replay(commitment.events.order_by("pk")).state == stored.state
    told = {one.pk: replay(one.events.order_by("pk")) for one in Tranche.objects.filter(commitment=commitment)}
    rows = {one.pk: State(one.state, one.amount) for one in Tranche.objects.filter(commitment=commitment)}
    assert told == rows
    for condition in Condition.objects.filter(commitment=commitment):
        assert replay(condition.events.order_by("pk")).state == condition.state
    [stood] = standing(timezone.localdate(), Commitment.objects.filter(pk=commitment.pk)).values()
    assert (stood.state, stood.years) == (stored.state, rows)
    total = sum((one.amount for one in stood.years.values() if one.amount), Decimal(0))
    assert total == sum((one.amount for one in stored.tranches.all() if one.amount), Decimal(0))
    assert stored.is_told != stored.events.filter(act="draft").exists()
