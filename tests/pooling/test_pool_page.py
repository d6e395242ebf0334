"""The pool page: what the broker, the firms and others see, and what they do there."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from brokering.models.needs import NeedState
from partners.acts import Act
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.models import MemberState, Pool, PoolMember, PoolState
from pooling.models.members import DECLINE, INVITE, SHOW_INTEREST, WITHDRAW
from tests.factories import CompetenceFactory, CompetenceNeedFactory, MunicipalityFactory, OrganisationFactory
from tests.pooling.gathering import joined, pool_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
Queries = Callable[[str], int]
Work = Callable[[], int]


@pytest.fixture
def house() -> Organisation:
    """Brokers competence for Sør-Varanger."""
    house: Organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    house.serves.add(MunicipalityFactory.create())
    return house


@pytest.fixture
def broker(member: Member, house: Organisation) -> User:
    return member(MemberRole.BROKER, house)


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_broker_sees_firms_seats_and_what_is_missing(client: Client, broker: User, house: Organisation) -> None:
    pool = pool_of(2, 1, handled_by=house)
    page = text(client, pool.get_absolute_url())
    assert "3 seats gathered" in page
    assert "1 seat is missing to the least class size." in page
    for member in pool.members.all():
        assert member.need.employer.name in page


def test_a_firm_sees_others_only_when_they_agree(client: Client, member: Member, house: Organisation) -> None:
    pool = pool_of(handled_by=house)
    own, seen, hidden = (joined(pool, 2, employer=OrganisationFactory.create()) for _n in range(3))
    seen.carry_out(SHOW_INTEREST, None, is_visible=True)
    member(MemberRole.EMPLOYEE, own.need.employer)
    page = text(client, pool.get_absolute_url())
    assert seen.need.employer.name in page
    assert hidden.need.employer.name not in page
    assert "1 firm more takes part" in page


@pytest.mark.parametrize("said", [None, DECLINE])
def test_a_firm_that_has_not_said_yes_sees_no_other(
    client: Client, member: Member, house: Organisation, said: Act | None
) -> None:
    pool = pool_of(handled_by=house)
    need = CompetenceNeedFactory.create(handled_by=house, consent_to_share=True)
    own, seen = PoolMember.objects.join(pool, need, None), joined(pool, 2, consent_to_share=True)
    own.carry_out(INVITE, None)
    if said:
        own.carry_out(said, None)
    seen.carry_out(SHOW_INTEREST, None, is_visible=True)
    member(MemberRole.EMPLOYEE, need.employer)
    assert seen.need.employer.name not in text(client, pool.get_absolute_url())


def test_the_page_asks_as_many_queries_for_nine_firms_as_for_three(
    client: Client, broker: User, house: Organisation, queries: Queries
) -> None:
    pool = pool_of(1, 1, 1, handled_by=house)
    few = queries(pool.get_absolute_url())
    for _n in range(6):
        joined(pool, 1)
    assert queries(pool.get_absolute_url()) == few <= 26


def test_a_price_is_worked_out_from_what_is_typed_and_kept_nowhere(
    client: Client, broker: User, house: Organisation
) -> None:
    pool = pool_of(handled_by=house)
    page = text(client, f"{pool.get_absolute_url()}?seats=8&fixed_cost_nok=60000&seat_cost_nok=2000&grant_percent=50")
    assert "4,750" in page.replace("\u00a0", ",").replace(" 750", ",750")
    assert Pool.objects.get(pk=pool.pk).fixed_cost_nok is None


def test_what_cannot_be_worked_out_is_named(client: Client, broker: User, house: Organisation) -> None:
    pool = pool_of(handled_by=house)
    page = text(client, f"{pool.get_absolute_url()}?fixed_cost_nok=60000&grant_percent=150&municipality=Atlantis")
    result = page[page.index('id="price"') :]
    assert 'href="#id_grant_percent"' in result
    assert 'href="#id_municipality"' in result


def test_a_class_that_is_too_large_and_a_price_that_nobody_typed_are_remarked(
    client: Client, broker: User, house: Organisation
) -> None:
    pool = pool_of(handled_by=house, max_seats=16)
    joined(pool, 2, budget_nok=18_000)
    url = f"{pool.get_absolute_url()}?fixed_cost_nok=60000&seats="
    assert "more than the greatest class size, 16" in text(client, f"{url}40")
    assert "more than the greatest class size" not in text(client, f"{url}16")
    assert "the lowest budget a person" in text(client, f"{url}16")
    assert "the lowest budget a person" not in text(client, f"{url}16&price=9000")


def test_figures_are_kept_when_the_broker_says_so(client: Client, broker: User, house: Organisation) -> None:
    pool = pool_of(4, handled_by=house)
    client.post(reverse("pool-costs", args=[pool.pk]), {"fixed_cost_nok": "60 000", "grant_percent": "50"})
    stored = Pool.objects.get(pk=pool.pk)
    assert (stored.fixed_cost_nok, stored.grant_percent, stored.state) == (
        Decimal(60_000),
        Decimal(50),
        PoolState.GATHERING,
    )


def test_a_pool_begins_with_a_need(client: Client, broker: User, house: Organisation) -> None:
    need = CompetenceNeedFactory.create(handled_by=house)
    competence = CompetenceFactory.create()
    facts = {"title": "Sveising", "handled_by": house.pk, "competences": competence.pk, "min_seats": 4, "max_seats": 9}
    answer = client.post(f"{reverse('pool-create')}?need={need.pk}", facts)
    pool = Pool.objects.get()
    assert answer.headers["Location"] == reverse("pool-firms", args=[pool.pk])
    assert pool.members.get().need.state == NeedState.POOLED


def test_firms_are_asked_by_mail_once_and_answer_without_an_account(
    client: Client, broker: User, house: Organisation, work: Work
) -> None:
    pool = pool_of(handled_by=house)
    need = CompetenceNeedFactory.create(handled_by=house, employer__email="post@verksted.example", headcount=3)
    member = PoolMember.objects.join(pool, need, broker)
    for _press in range(2):
        client.post(reverse("pool-invite", args=[pool.pk]), {"firms": member.pk, "message": "Ring meg gjerne."})
    work()
    member.refresh_from_db()
    assert [one.to for one in mail.outbox] == [["post@verksted.example"]]
    assert f"/pools/answer/{member.token}/?answer=bind" in mail.outbox[0].body
    stranger = Client()
    assert stranger.get(member.get_absolute_url()).status_code == 200
    assert PoolMember.objects.get().state == MemberState.INVITED
    stranger.post(member.get_absolute_url(), {"answer": "bind", "seats": 2})
    stored = PoolMember.objects.get()
    assert (stored.state, stored.seats) == (MemberState.BINDING, 2)


def test_what_a_firm_typed_stays_when_it_is_refused(client: Client, house: Organisation) -> None:
    member = joined(pool_of(handled_by=house, max_seats=5), 2)
    page = client.post(member.get_absolute_url(), {"answer": "bind", "seats": 7, "comment": "Vi er mange"})
    assert "Only 5 seats are left" in page.content.decode()
    assert "Vi er mange" in page.content.decode()


def test_a_firm_reads_its_answer_in_its_own_words(client: Client, house: Organisation) -> None:
    member = joined(pool_of(handled_by=house), 2)
    member.carry_out(WITHDRAW, None)
    page = text(client, member.get_absolute_url())
    assert "You have left the pool" in page
    assert "Withdrawn" not in page


def test_the_need_shows_its_pool(client: Client, broker: User, house: Organisation) -> None:
    member = joined(pool_of(handled_by=house), 2)
    assert member.pool.get_absolute_url() in text(client, member.need.get_absolute_url())
