"""Needs: those I see, and one of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    MatchFactory,
    MembershipFactory,
    OrganisationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
TEXT = "Vi trenger to som kan sveise i aluminium før sesongen."


class TestList:
    url = "/needs/"

    def test_a_firm_sees_its_own(self, client: Client, member: Member, firm: Organisation) -> None:
        mine = CompetenceNeedFactory.create(employer=firm)
        CompetenceNeedFactory.create()
        member("employee", firm)
        assert list(client.get(self.url).context["page"]) == [mine]

    def test_a_broker_sees_those_the_organisation_handles(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        handled = CompetenceNeedFactory.create(employer=firm, handled_by=agency)
        CompetenceNeedFactory.create(employer=firm)
        assert list(client.get(self.url).context["page"]) == [handled]

    def test_a_county_sees_what_its_firms_share_but_no_drafts(self, client: Client, member: Member) -> None:
        shared = CompetenceNeedFactory.create(consent_to_share=True)
        CompetenceNeedFactory.create(consent_to_share=False)
        CompetenceNeedFactory.create(consent_to_share=True, state=NeedState.DRAFT)
        CompetenceNeedFactory.create(consent_to_share=True, municipality=None)
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
        assert list(client.get(self.url).context["page"]) == [shared]

    def test_who_has_two_ways_to_a_need_sees_it_once(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        for role in (MemberRole.EMPLOYEE, MemberRole.READER):
            MembershipFactory.create(user=broker, organisation=firm, role=role)
        need = CompetenceNeedFactory.create(employer=firm, handled_by=agency, created_by=broker)
        MatchFactory.create_batch(2, need=need)
        found = client.get(self.url).context["page"]
        assert [(one.pk, one.strong, one.possible) for one in found] == [(need.pk, 2, 0)]

    def test_the_newest_comes_first(self, client: Client, member: Member, firm: Organisation) -> None:
        needs = CompetenceNeedFactory.create_batch(3, employer=firm)
        member("employee", firm)
        assert list(client.get(self.url).context["page"]) == needs[::-1]

    def test_is_searched_by_text_state_and_place(
        self, client: Client, member: Member, firm: Organisation, place: Municipality
    ) -> None:
        need = CompetenceNeedFactory.create(employer=firm, text="Hygiene", state=NeedState.COVERED, municipality=place)
        CompetenceNeedFactory.create(employer=firm, municipality=None)
        member("employee", firm)
        for query in ({"q": "hygi"}, {"state": "covered"}, {"municipality": "Kirkenes"}):
            assert list(client.get(self.url, query).context["page"]) == [need]

    @pytest.mark.parametrize("query", ["state=x", "municipality=Atlantis", "page=x", "q=%00", "municipality=%00"])
    def test_what_nobody_would_type_is_no_error_of_ours(self, client: Client, member: Member, query: str) -> None:
        member()
        assert client.get(f"{self.url}?{query}").status_code == 200

    def test_an_empty_list_says_what_to_do(self, client: Client, member: Member) -> None:
        member()
        assert 'class="empty"' in client.get(self.url).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, broker: User, agency: Organisation, queries: Queries
    ) -> None:
        CompetenceNeedFactory.create(handled_by=agency)
        one = queries(self.url)
        for need in CompetenceNeedFactory.create_batch(9, handled_by=agency):
            MatchFactory.create(need=need)
        assert queries(self.url) == one <= 6


class TestPage:
    def test_shows_the_text_the_facts_and_the_history(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        typed = {"modes": ["online"], "level": "short_course", "max_travel_km": "50"}
        client.post("/needs/new/", {"employer": firm.pk, "text": TEXT, "headcount": "2", "source": "visit", **typed})
        page = client.get(CompetenceNeed.objects.get().get_absolute_url()).content.decode()
        for shown in (TEXT, "Kirkenes Rør AS", "Online", "Short course", "50 km", "written down by", "Submitted"):
            assert shown in page

    def test_asks_as_many_queries_whatever_there_is_to_show(
        self, client: Client, broker: User, agency: Organisation, queries: Queries
    ) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        MatchFactory.create(need=need)
        one = queries(need.get_absolute_url())
        MatchFactory.create_batch(9, need=need)
        need.competences.add(CompetenceFactory.create())
        # Eight of its own, and who I am: session and person.
        assert queries(need.get_absolute_url()) == one <= 11
