"""The front page shows what waits for a person, and nothing that waits for others."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from brokering.models.matches import ProposalState
from brokering.models.needs import NeedState
from brokering.waiting import waiting_for
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from partners.waiting import MOST, Waiting
from tests.factories import (
    CompetenceNeedFactory,
    CourseOfferFactory,
    MembershipFactory,
    ProposalFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
TODAY = date(2026, 8, 1)


@pytest.fixture
def broker(agency: Organisation) -> User:
    return MembershipFactory.create(organisation=agency, role=MemberRole.BROKER).user


def tags(user: User) -> list[str]:
    return [item.tag for item in waiting_for(user, TODAY)]


def test_a_firm_is_asked_for_its_answers() -> None:
    proposal = ProposalFactory.create(state=ProposalState.SENT)
    ProposalFactory.create(state=ProposalState.SENT)
    ProposalFactory.create(state=ProposalState.DECLINED, need=proposal.need)
    person = MembershipFactory.create(organisation=proposal.need.employer).user
    expected = Waiting(
        proposal.offer.title, proposal.get_absolute_url(), str(proposal.need), "Say yes or no", "warning"
    )
    assert list(waiting_for(person, TODAY)) == [expected]


def test_a_broker_sees_yeses_what_was_handed_in_and_whom_to_follow_up(broker: User, agency: Organisation) -> None:
    ProposalFactory.create(state=ProposalState.INTERESTED, need__handled_by=agency)
    CompetenceNeedFactory.create(handled_by=agency, state=NeedState.SUBMITTED)
    CompetenceNeedFactory.create(handled_by=agency, next_follow_up=TODAY)
    CompetenceNeedFactory.create(handled_by=agency, next_follow_up=TODAY - timedelta(days=2))
    assert tags(broker) == [
        "Agree with the provider",
        "Follow up, due 30 July 2026",
        "Follow up today",
        "Open it for brokering",
    ]


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"next_follow_up": TODAY}, True),
        ({"next_follow_up": TODAY + timedelta(days=1)}, False),
        ({"next_follow_up": TODAY, "state": NeedState.COVERED}, False),
        ({"next_follow_up": None}, False),
    ],
)
def test_follow_ups_wait_from_their_day_while_the_need_is_open(
    broker: User, agency: Organisation, change: dict[str, object], waits: bool
) -> None:
    CompetenceNeedFactory.create(handled_by=agency, **change)
    assert bool(tags(broker)) == waits


def test_what_other_brokers_handle_does_not_wait(broker: User) -> None:
    ProposalFactory.create(state=ProposalState.INTERESTED)
    CompetenceNeedFactory.create(state=NeedState.SUBMITTED)
    assert tags(broker) == []


def test_a_provider_looks_over_its_stale_courses() -> None:
    stale = CourseOfferFactory.create(stale_on=TODAY)
    CourseOfferFactory.create(provider=stale.provider, stale_on=TODAY + timedelta(days=1))
    CourseOfferFactory.create(provider=stale.provider, stale_on=TODAY, is_published=False)
    CourseOfferFactory.create(stale_on=TODAY)
    person = MembershipFactory.create(organisation=stale.provider).user
    assert [item.title for item in waiting_for(person, TODAY)] == [stale.title]


def test_of_each_kind_so_many_that_a_page_holds_them(broker: User, agency: Organisation) -> None:
    CompetenceNeedFactory.create_batch(MOST + 3, handled_by=agency, state=NeedState.SUBMITTED)
    assert len(tags(broker)) == MOST


def test_the_front_page_shows_the_cards(client: Client, broker: User, agency: Organisation) -> None:
    need = CompetenceNeedFactory.create(handled_by=agency, state=NeedState.SUBMITTED)
    client.force_login(broker)
    page = client.get("/").content.decode()
    assert need.get_absolute_url() in page
    assert "Open it for brokering" in page


def test_says_so_when_nothing_waits(client: Client, member: Member) -> None:
    member()
    assert "Nothing waits for you now." in client.get("/").content.decode()


def test_a_stranger_is_asked_what_is_needed(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'action="/match/"' in page
    assert "Waiting for you" not in page
