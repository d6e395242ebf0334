"""What waits after a course: noting how it went, telephoning those who are silent, answering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Municipality, Organisation, User
from partners.waiting import Waiting
from pooling import outcome_waiting
from pooling.models.followups import GIVEN_UP_AFTER
from tests.factories import (
    CompetenceNeedFactory,
    CourseRunFactory,
    MembershipFactory,
    MunicipalityFactory,
    OrganisationFactory,
)
from tests.pooling.factories import ReservationFactory
from tests.pooling.factories_outcomes import FollowUpFactory, OutcomeFactory, noted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def house() -> Organisation:
    place: Municipality = MunicipalityFactory.create()
    house: Organisation = OrganisationFactory.create(name="Varanger Utvikling")
    house.serves.add(place)
    return house


@pytest.fixture
def broker(house: Organisation) -> User:
    broker: User = MembershipFactory.create(role="broker", organisation=house).user
    return broker


def cards(user: User) -> list[Waiting]:
    return list(outcome_waiting.waiting_for(user, timezone.localdate()))


def test_a_course_that_is_over_is_one_card_however_many_firms(house: Organisation, broker: User) -> None:
    ended = timezone.localdate() - timedelta(days=2)
    run = CourseRunFactory.create(start=ended, end=ended)
    for _firm in range(2):
        need = CompetenceNeedFactory.create(handled_by=house)
        OutcomeFactory.create(reservation=ReservationFactory.create(run=run, need=need))
    (card,) = cards(broker)
    assert (card.title, card.url, card.tag) == (run.offer.title, f"/runs/{run.pk}/outcome/", "Note how it went")
    assert "2 firms" in card.text


def test_a_course_that_goes_on_and_one_that_is_noted_are_none(house: Organisation, broker: User) -> None:
    today = timezone.localdate()
    going_on = CourseRunFactory.create(start=today, end=today)
    need = CompetenceNeedFactory.create(handled_by=house)
    OutcomeFactory.create(reservation=ReservationFactory.create(run=going_on, need=need))
    noted(reservation=ReservationFactory.create(need=CompetenceNeedFactory.create(handled_by=house)))
    assert cards(broker) == []


def test_a_firm_that_stays_silent_is_to_be_telephoned_by_its_own_broker(house: Organisation, broker: User) -> None:
    need = CompetenceNeedFactory.create(handled_by=house)
    long_ago = timezone.now() - GIVEN_UP_AFTER - timedelta(days=1)
    facts = {"sent_at": long_ago, "reminded_at": long_ago}
    silent = FollowUpFactory.create(outcome=noted(reservation=ReservationFactory.create(need=need)), **facts)
    FollowUpFactory.create(outcome=noted(), **facts)
    (card,) = cards(broker)
    assert (card.title, card.url) == (silent.outcome.firm.name, silent.get_absolute_url())


def test_a_firm_is_asked_on_its_front_page_until_it_answers(broker: User) -> None:
    member = MembershipFactory.create(role="employee")
    question = FollowUpFactory.create(outcome=noted(firm=member.organisation))
    (card,) = cards(member.user)
    assert (card.url, card.tag) == (question.get_absolute_url(), "Is it used at work?")
    question.answer(1, "not", None)
    assert cards(member.user) == []
