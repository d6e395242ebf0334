"""The demand board: what providers see, that they could run it, its feed and what the weekly e-mail tells."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering import digest
from brokering.matching import rematch
from brokering.models import Competence, CompetenceNeed
from partners.models import DigestRefusal, Organisation, User
from partners.models.roles import MemberRole
from pooling.board.digest import CouldRunNews, NewDemand, PooledDemand
from pooling.models import BoardKey, CouldRun, PoolProposal
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseOfferFactory,
    MunicipalityFactory,
    OrganisationFactory,
    searchable,
)
from tests.pooling.factories_asking import CouldRunFactory
from tests.pooling.gathering import pool_of
from tests.pooling.test_board_cells import asked_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
BOARD = "/demand-board/"
WEEK = timedelta(days=7)
TOKEN = re.compile(r'name="csrfmiddlewaretoken"[^>]*>')


@pytest.fixture
def school(member: Callable[..., User]) -> User:
    """A provider that teaches welding, logged in."""
    house = OrganisationFactory.create(provider=True, name="Sveiseskolen")
    offer = CourseOfferFactory.create(provider=house)
    offer.competences.add(CompetenceFactory.create())
    return member(MemberRole.EMPLOYEE, house)


@pytest.fixture
def demand() -> None:
    """Three firms in Sør-Varanger, and one that must not be seen."""
    for number in range(3):
        asked_for(employer=OrganisationFactory.create(name=f"Fjordverft {number} AS"), headcount=4)
    asked_for("regnskap", text="Regnskap for Nordlys Bakeri", employer=OrganisationFactory.create(name="Nordlys"))


@pytest.mark.usefixtures("demand")
class TestTheBoard:
    def test_it_shows_what_is_asked_for_and_not_by_whom(self, client: Client, school: User) -> None:
        shown = client.get(BOARD).content.decode()
        assert "about 10 people, 3–5 firms" in shown
        assert "Sør-Varanger" in shown
        for never in ("Fjordverft", "Nordlys", "Vi trenger folk"):
            assert never not in shown

    def test_filters_choose_among_what_is_there(self, client: Client, school: User) -> None:
        assert client.get(BOARD, {"county": "56"}).content.decode().count("<article") == 1
        assert client.get(BOARD, {"mine": "on"}).content.decode().count("<article") == 1
        assert client.get(BOARD, {"county": "99"}).content.decode().count("<article") == 2

    def test_nobody_alone_is_found_out_by_all_filters_and_the_feed(self, client: Client, school: User) -> None:
        """Whatever one firm alone asks for, when, where and for how many: every page and the feed stay the same."""
        near = asked_for("regnskap", employer=OrganisationFactory.create())
        key = BoardKey.objects.renew(school)

        def everything() -> list[str]:
            chosen = product(("", "helse", "industri"), ("", "56", "18"), ("", "2026-2", "2027-1"), ("", "on"))
            queries = [dict(zip(("area", "county", "season", "mine"), some, strict=True)) for some in chosen]
            addresses = [(address, query) for address in (BOARD, key.get_absolute_url()) for query in queries]
            return [TOKEN.sub("", client.get(address, query).content.decode()) for address, query in addresses]

        before = everything()
        far = MunicipalityFactory.create(number="1804", name="Bodø")
        asked = {"headcount": 900, "municipality": far, "level": "master", "earliest_start": date(2027, 2, 1)}
        CompetenceNeed.objects.filter(pk=near.pk).update(**asked)
        assert everything() == before
        CompetenceNeed.objects.filter(headcount=4).update(headcount=9)
        assert everything() != before

    def test_brokers_who_know_other_numbers_are_told_of_no_people(
        self, client: Client, member: Callable[..., User]
    ) -> None:
        house = OrganisationFactory.create(roles=["partner"])
        house.serves.add("5605")
        member(MemberRole.BROKER, house)
        shown = client.get(BOARD).content.decode()
        assert "3–5 firms" in shown
        assert "about 10 people" not in shown

    def test_firms_do_not_see_it(self, client: Client, member: Callable[..., User]) -> None:
        member(MemberRole.LEADER, OrganisationFactory.create())
        assert client.get(BOARD).status_code == 403

    def test_it_asks_no_more_for_many_needs(self, client: Client, school: User, queries: Callable[[str], int]) -> None:
        few = queries(BOARD)
        for _firm in range(9):
            asked_for()
        assert queries(BOARD) == few <= 20


@pytest.mark.usefixtures("demand")
class TestWeCouldRunThis:
    URL = "/demand-board/sveising-m5605/"

    def test_it_is_said_once_and_taken_back(self, client: Client, school: User) -> None:
        house = Organisation.objects.get(name="Sveiseskolen")
        assert client.post(self.URL, {"provider": house.pk, "note": "I mars"}).headers["Location"] == BOARD
        said = CouldRun.objects.get()
        assert (said.provider, said.competence_id, said.municipality_id, said.by) == (house, "sveising", "5605", school)
        assert "has said that it could run this" in client.get(BOARD).content.decode()
        again = client.post(self.URL, {"provider": house.pk})
        assert "You have said so already." in again.content.decode()
        client.post(reverse("demand-could-withdraw", args=[said.pk]))
        assert not CouldRun.objects.standing().exists()

    def test_brokers_see_it_where_they_gather_firms(self, client: Client, member: Callable[..., User]) -> None:
        house = OrganisationFactory.create(roles=["partner"])
        house.serves.add("5605")
        member(MemberRole.BROKER, house)
        pool = pool_of(2, handled_by=house, municipality_id="5605")
        pool.competences.add(Competence.objects.get(pk="sveising"))
        proposal = PoolProposal.objects.create(
            handled_by=house, competence_id="sveising", municipality_id="5605", sure=0.9
        )
        proposal.parts.create(need=CompetenceNeedFactory.create(handled_by=house), seats=2)
        CouldRunFactory.create(provider__name="Sveiseskolen", municipality_id="5605", note="Når som helst i mars")
        CouldRunFactory.create(provider__name="Langt unna", municipality=MunicipalityFactory.create(number="1841"))
        for url in (pool.get_absolute_url(), proposal.get_absolute_url()):
            page = client.get(url).content.decode()
            assert "Sveiseskolen: Når som helst i mars" in page
            assert "Langt unna" not in page

    def test_brokers_see_who_could(self, client: Client, member: Callable[..., User]) -> None:
        CouldRunFactory.create(
            provider__name="Sveiseskolen", municipality=MunicipalityFactory.create(), note="Når som helst i mars"
        )
        agency = OrganisationFactory.create(roles=["partner"])
        agency.serves.add(MunicipalityFactory.create())
        member(MemberRole.BROKER, agency)
        shown = client.get(BOARD).content.decode()
        assert "Sveiseskolen" in shown
        assert "Når som helst i mars" in shown

    def test_other_providers_do_not(self, client: Client, school: User) -> None:
        CouldRunFactory.create(provider__name="Konkurrenten", municipality=MunicipalityFactory.create())
        assert "Konkurrenten" not in client.get(BOARD).content.decode()

    def test_of_what_is_not_on_the_board_nothing_can_be_said(self, client: Client, school: User) -> None:
        assert client.get("/demand-board/sveising-m5601/").status_code == 404


@pytest.mark.usefixtures("demand")
class TestTheFeed:
    def test_it_needs_no_login_and_names_nobody(self, client: Client, school: User) -> None:
        client.post(reverse("demand-feed-renew"))
        address = BoardKey.objects.get().get_absolute_url()
        client.logout()
        answer = client.get(address)
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        feed = answer.content.decode()
        assert feed.count("<entry>") == 1
        assert re.search(r" 10 \w+, 3–5 ", feed), "roughly how many people and firms"
        assert "Fjordverft" not in feed
        assert client.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304

    def test_a_new_address_closes_the_old_one(self, client: Client, school: User) -> None:
        old = BoardKey.objects.renew(school).get_absolute_url()
        client.post(reverse("demand-feed-renew"))
        assert client.get(old).status_code == 404

    def test_who_may_no_longer_see_the_board_has_no_feed(self, client: Client, school: User) -> None:
        address = BoardKey.objects.renew(school).get_absolute_url()
        school.memberships.all().delete()
        assert client.get(address).status_code == 404


@pytest.mark.usefixtures("demand")
class TestTheWeeklyMail:
    def told(self, user: User) -> list[str]:
        now = timezone.now()
        return [item.title for section in PooledDemand().sections(user, now - WEEK, now) for item in section.items]

    def test_providers_hear_of_new_demand_in_what_they_teach(self, school: User) -> None:
        assert self.told(school) == ["Welding, Sør-Varanger"]

    def test_but_not_of_what_they_have_said_they_could_run(self, school: User) -> None:
        house = Organisation.objects.get(name="Sveiseskolen")
        CouldRunFactory.create(provider=house, municipality=MunicipalityFactory.create())
        assert self.told(school) == []

    def test_nor_of_what_is_old(self, school: User) -> None:
        CompetenceNeed.objects.update(created_at=timezone.now() - 2 * WEEK)
        assert self.told(school) == []

    def test_brokers_hear_who_could(self, member: Callable[..., User]) -> None:
        agency = OrganisationFactory.create(roles=["partner"])
        agency.serves.add(MunicipalityFactory.create())
        CompetenceNeed.objects.update(handled_by=agency)
        CouldRunFactory.create(provider__name="Sveiseskolen", note="I mars")
        now = timezone.now()
        (section,) = CouldRunNews().sections(member(MemberRole.BROKER, agency), now - WEEK, now)
        assert (section.title, [item.title for item in section.items]) == ("Welding", ["Sveiseskolen"])


def test_of_needs_that_are_told_together_the_part_about_single_courses_is_silent(member: Callable[..., User]) -> None:
    CourseOfferFactory.create(title="Regnskap", description="Bokføring")
    offer = searchable(title="Sveising av aluminium")
    offer.competences.add(CompetenceFactory.create())
    keeper = member(MemberRole.EMPLOYEE, offer.provider)
    for _firm in range(3):
        rematch(CompetenceNeedFactory.create(text="Vi vil sveise aluminium", consent_to_share=True))
    now = timezone.now()
    assert PooledDemand().sections(keeper, now - WEEK, now)
    assert digest.NewDemand().sections(keeper, now - WEEK, now)
    assert NewDemand().sections(keeper, now - WEEK, now) == []
    DigestRefusal.objects.create(user=keeper, kind=PooledDemand.name)
    assert NewDemand().sections(keeper, now - WEEK, now)
