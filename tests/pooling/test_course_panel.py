"""From a pool or a need to its course: request, run, seats, how it went and effect, for whoever may see them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import CourseRun
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.choosing import cancel, choose
from pooling.models import Bid, CourseRequest, MemberState, Outcome, Pool, PoolState
from tests.factories import (
    CompetenceNeedFactory,
    MembershipFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    UserFactory,
)
from tests.pooling.factories import PoolFactory, PoolMemberFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]


@pytest.fixture
def pool(agency: Organisation) -> Pool:
    """Three firms, nine seats, frozen, of a project of the agency."""
    project = ProjectFactory.create()
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    return gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN, project=project), 2, 3, 4)


@pytest.fixture
def asked(pool: Pool) -> CourseRequest:
    return CourseRequestFactory.create(pool=pool)


@pytest.fixture
def bid(asked: CourseRequest) -> Bid:
    return BidFactory.create(request=asked, made=True, provider__name="Nordkurs")


@pytest.fixture
def run(bid: Bid) -> CourseRun:
    return choose(bid, UserFactory.create(), "Nærmest")


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def course(client: Client, pool: Pool) -> str:
    """The part of the pool's page about its course."""
    panel = r'<section class="panel[^>]*aria-labelledby="course">.*?</section>'
    found = re.search(panel, page(client, pool.get_absolute_url()), re.DOTALL)
    return found.group() if found else ""


def addresses(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


class TestOfAPoolOnItsWay:
    def test_the_request_stands_in_place_of_the_button(
        self, client: Client, broker: User, pool: Pool, asked: CourseRequest
    ) -> None:
        assert addresses(course(client, pool)) == [asked.get_absolute_url()]
        assert reverse("pool-ask", args=[pool.pk]) not in page(client, pool.get_absolute_url())
        cancel(asked, broker, "Firmaene ombestemte seg")
        assert course(client, pool) == ""
        assert reverse("pool-ask", args=[pool.pk]) in page(client, pool.get_absolute_url())

    def test_firms_do_not_see_the_request(
        self, client: Client, member: Member, pool: Pool, asked: CourseRequest
    ) -> None:
        member(MemberRole.LEADER, pool.members.all()[0].need.employer)
        assert course(client, pool) == ""

    def test_of_a_single_need_as_well(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        ask = reverse("need-ask", args=[need.pk])
        assert ask in page(client, need.get_absolute_url())
        request = CourseRequestFactory.create(pool=None, need=need)
        shown = page(client, need.get_absolute_url())
        assert ask not in shown
        assert request.get_absolute_url() in shown


class TestOfAnAgreedPool:
    def test_the_broker_sees_all_of_it_and_every_link_opens(
        self, client: Client, broker: User, pool: Pool, run: CourseRun
    ) -> None:
        shown = course(client, pool)
        for said in ("Nordkurs", run.dates, run.price_label, "3 of 12 free"):
            assert said in shown
        links = addresses(shown)
        assert links == [
            run.course_request.get_absolute_url(),
            reverse("run-seats", args=[run.pk]),
            reverse("run-outcome", args=[run.pk]),
            reverse("project-effect", args=[pool.project_id]),
        ]
        assert [client.get(url).status_code for url in links] == [200] * 4

    def test_when_it_is_over_how_it_went_is_noted_and_shown(
        self, client: Client, broker: User, pool: Pool, run: CourseRun
    ) -> None:
        assert "Note how it went" not in course(client, pool)
        ended = timezone.localdate() - timedelta(days=2)
        CourseRun.objects.filter(pk=run.pk).update(start=ended, end=ended)
        assert "Note how it went" in course(client, pool)
        for kept in run.reservations.all():
            Outcome.objects.of_seats(kept).note(kept.seats, 2, ended, None)
        assert "9 started, 6 completed" in course(client, pool)

    def test_a_firm_that_takes_part_sees_the_course_and_its_seats(
        self, client: Client, member: Member, pool: Pool, run: CourseRun
    ) -> None:
        member(MemberRole.LEADER, pool.members.all()[0].need.employer)
        shown = course(client, pool)
        assert "Nordkurs" in shown
        assert addresses(shown) == [reverse("run-seats", args=[run.pk])]
        assert client.get(reverse("run-seats", args=[run.pk])).status_code == 200

    def test_a_firm_that_said_no_sees_nothing_of_it(
        self, client: Client, member: Member, pool: Pool, run: CourseRun
    ) -> None:
        no = PoolMemberFactory.create(pool=pool, state=MemberState.DECLINED, left_at=timezone.now())
        member(MemberRole.LEADER, no.need.employer)
        assert client.get(pool.get_absolute_url()).status_code == 200
        assert course(client, pool) == ""

    def test_the_county_sees_the_course_and_no_firms_seats(
        self, client: Client, member: Member, pool: Pool, run: CourseRun
    ) -> None:
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
        shown = course(client, pool)
        assert "Nordkurs" in shown
        assert addresses(shown) == []


class TestToWhoTakesPart:
    def test_from_the_request_and_from_the_seats(self, client: Client, broker: User, run: CourseRun) -> None:
        for url in (run.course_request.get_absolute_url(), reverse("run-seats", args=[run.pk])):
            assert reverse("run-outcome", args=[run.pk]) in page(client, url)

    def test_the_provider_whose_bid_was_chosen_reads_who_the_firms_are(
        self, client: Client, asked: CourseRequest, bid: Bid
    ) -> None:
        lost = BidFactory.create(request=asked, made=True)
        firms = [member.need.employer.name for member in Pool.objects.get().members.all()]
        assert not any(firm in page(client, bid.get_absolute_url()) for firm in firms)
        run = choose(bid, UserFactory.create(), "Nærmest")
        shown = page(client, bid.get_absolute_url())
        assert all(firm in shown for firm in firms)
        assert reverse("run-outcome", args=[run.pk]) not in shown
        assert not any(firm in page(client, lost.get_absolute_url()) for firm in firms)

    def test_with_an_account_also_who_takes_part(
        self, client: Client, member: Member, run: CourseRun, bid: Bid
    ) -> None:
        member(MemberRole.EMPLOYEE, bid.provider)
        assert reverse("run-outcome", args=[run.pk]) in page(client, bid.get_absolute_url())
        assert client.get(reverse("run-outcome", args=[run.pk])).status_code == 200


def test_the_seats_that_are_left_are_reached_from_the_public_course(client: Client, asked: CourseRequest) -> None:
    """By a firm that could keep them; to strangers and readers no address is shown."""
    run = choose(BidFactory.create(request=asked, made=True), UserFactory.create(), "Nærmest", is_public=True)
    seats, course_url = reverse("run-seats", args=[run.pk]), run.offer.get_absolute_url()
    assert seats not in page(client, course_url)
    client.force_login(MembershipFactory.create(role=MemberRole.READER).user)
    assert seats not in page(client, course_url)
    client.force_login(MembershipFactory.create(role=MemberRole.LEADER).user)
    assert seats in page(client, course_url)
    assert client.get(seats).status_code == 200
    CourseRun.objects.filter(pk=run.pk).update(seats_taken=F("seats"))
    assert seats not in page(client, course_url)


def test_the_effect_is_found_beside_the_pools_and_from_the_projects(client: Client, broker: User) -> None:
    for url in (reverse("pool-list"), reverse("project-list"), reverse("gap-list")):
        assert f'href="{reverse("effect")}"' in page(client, url)
    assert f'href="{reverse("pool-list")}"' in page(client, reverse("effect"))
