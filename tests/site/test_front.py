"""The front pages: what waits first, with its act beside it; then what one works with."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models.matches import ProposalState
from brokering.models.needs import NeedState
from config.front import FIRST, everything
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from partners.waiting import Waiting, by_urgency, grouped
from projects.models import PartnerRole, Project, ProjectState
from tests.factories import (
    CompetenceNeedFactory,
    MembershipFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    ProposalFactory,
    VisitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
TODAY = date(2026, 8, 1)


@pytest.fixture
def agency() -> Organisation:
    made: Organisation = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    made.serves.add(MunicipalityFactory.create())
    return made


@pytest.fixture
def leader(member: Member, agency: Organisation) -> User:
    return member(MemberRole.LEADER, agency)


def project_of(agency: Organisation, state: str = ProjectState.RUNNING, **facts: object) -> Project:
    project: Project = ProjectFactory.create(state=state, **facts)
    ProjectPartnerFactory.create(project=project, organisation=agency, role=PartnerRole.OWNER, runs=True)
    return project


def card(title: str, urgency: date | None) -> Waiting:
    return Waiting(title, "/", "", "", "info", urgency)


class TestUrgency:
    def test_overdue_today_soon_undated_later(self) -> None:
        days = {"later": 8, "soon": 7, "today": 0, "overdue": -1, "long overdue": -30}
        cards = [card("undated", None), *(card(name, TODAY + timedelta(days=n)) for name, n in days.items())]
        expected = ["long overdue", "overdue", "today", "soon", "undated", "later"]
        assert [one.title for one in by_urgency(cards, TODAY)] == expected
        groups = [(str(group.label), [one.title for one in group.items]) for group in grouped(cards, TODAY)]
        assert groups == [
            ("Overdue", ["long overdue", "overdue"]),
            ("Today", ["today"]),
            ("Within a week", ["soon"]),
            ("No day is set", ["undated"]),
            ("Later", ["later"]),
        ]

    def test_of_one_day_they_stay_in_their_order(self) -> None:
        assert [one.title for one in by_urgency([card("b", TODAY), card("a", TODAY)], TODAY)] == ["b", "a"]


class TestWhoBrokers:
    def test_sees_first_what_waits_with_its_act(self, client: Client, leader: User, agency: Organisation) -> None:
        proposal = ProposalFactory.create(state=ProposalState.INTERESTED, need__handled_by=agency)
        page = client.get("/").content.decode()
        act = reverse("proposal-act", args=[proposal.pk, "agree"])
        assert f'action="{act}"' in page
        assert page.index("Waiting for you</h1>") < page.index(act) < page.index("My firms and their needs</a>")
        client.post(act)
        assert everything(leader, timezone.localdate()) == []

    def test_the_pipeline_in_short_the_main_acts_and_the_projects(
        self, client: Client, leader: User, agency: Organisation
    ) -> None:
        CompetenceNeedFactory.create(handled_by=agency, headcount=3)
        project, foreign = project_of(agency), ProjectFactory.create(state=ProjectState.RUNNING)
        page = client.get("/").content.decode()
        for shown in ("stage=searching", "1 need · 3 people", "/visits/new/", "/needs/new/", project.name):
            assert shown in page
        assert foreign.name not in page

    def test_so_many_cards_and_a_way_to_all_of_them(self, client: Client, leader: User, agency: Organisation) -> None:
        needs = CompetenceNeedFactory.create_batch(FIRST + 2, handled_by=agency, state=NeedState.SUBMITTED)
        page = client.get("/").content.decode()
        assert page.count('class="waiting"') == FIRST
        assert f"Show all {FIRST + 2}" in page
        every = client.get("/waiting/").content.decode()
        assert [need.pk for need in needs if need.get_absolute_url() not in every] == []

    def test_a_visit_is_followed_up_unless_a_need_of_the_firm_is_or_it_was_visited_again(
        self, leader: User, agency: Organisation
    ) -> None:
        old = TODAY - timedelta(days=20)
        due = VisitFactory.create(handled_by=agency, on=old, next_follow_up=TODAY - timedelta(days=1))
        again = VisitFactory.create(handled_by=agency, on=old, next_follow_up=TODAY)
        VisitFactory.create(handled_by=agency, firm=again.firm, on=TODAY)
        known = VisitFactory.create(handled_by=agency, on=old, next_follow_up=TODAY)
        need = CompetenceNeedFactory.create(handled_by=agency, employer=known.firm, next_follow_up=TODAY)
        VisitFactory.create(on=old, next_follow_up=TODAY)
        found = [(one.title, one.url, one.tag) for one in everything(leader, TODAY)]
        assert found == [
            (due.firm.name, due.get_absolute_url(), "Follow up, due 31 July 2026"),
            (known.firm.name, need.get_absolute_url(), "Follow up today"),
        ]

    def test_nothing_waits_is_said(self, client: Client, leader: User) -> None:
        assert "Nothing waits for you now." in client.get("/").content.decode()
        assert "Nothing waits for you now." in client.get("/waiting/").content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, leader: User, agency: Organisation, queries: Queries
    ) -> None:
        fill(agency, 1)
        one = queries("/")
        fill(agency, 9)
        # Session, person, roles; five kinds of needs, proposals and visits; agreements (four), reports, enquiries,
        # milestones, comments, projects I lead; the pipeline; my projects; saved searches; pools (three).
        assert queries("/") == one <= 34


def fill(agency: Organisation, times: int) -> None:
    for _time in range(times):
        CompetenceNeedFactory.create(handled_by=agency, next_follow_up=timezone.localdate())
        CompetenceNeedFactory.create(handled_by=agency, state=NeedState.SUBMITTED)
        ProposalFactory.create(need__handled_by=agency, state=ProposalState.INTERESTED)
        VisitFactory.create(handled_by=agency, next_follow_up=timezone.localdate())
        project_of(agency)


class TestProjects:
    def test_one_that_lacks_something_waits_with_what_it_lacks(self, leader: User, agency: Organisation) -> None:
        project = project_of(agency, ProjectState.PLANNED)
        (item,) = everything(leader, TODAY)
        assert (item.title, item.url, item.act) == (project.name, project.get_absolute_url(), None)
        assert item.text == "No municipality or region is chosen."

    def test_one_that_lacks_nothing_is_moved_on_from_the_card(
        self, client: Client, leader: User, agency: Organisation
    ) -> None:
        project = project_of(agency, ProjectState.FINANCED)
        Project.objects.update(leader=leader)
        (item,) = everything(leader, TODAY)
        assert item.act
        client.post(item.act.url)
        project.refresh_from_db()
        assert project.state == ProjectState.RUNNING

    def test_an_idea_may_lie_and_a_running_one_waits_on_its_last_day(self, leader: User, agency: Organisation) -> None:
        project_of(agency, ProjectState.IDEA)
        project_of(agency, first_year=2026, last_year=2026, ends_on=TODAY + timedelta(days=1))
        over = project_of(agency, first_year=2026, last_year=2026, ends_on=TODAY)
        found = everything(leader, TODAY)
        assert [(one.title, one.urgency) for one in found] == [(over.name, TODAY)]

    def test_those_of_others_do_not_wait(self, leader: User, agency: Organisation) -> None:
        ProjectFactory.create(state=ProjectState.PLANNED)
        observed = ProjectFactory.create(state=ProjectState.PLANNED)
        ProjectPartnerFactory.create(project=observed, organisation=agency, role=PartnerRole.OBSERVER)
        assert everything(leader, TODAY) == []


class TestOthers:
    def test_county_staff_see_what_waits_and_no_pipeline(self, client: Client, member: Member) -> None:
        need = CompetenceNeedFactory.create(state=NeedState.SUBMITTED, consent_to_share=True)
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
        page = client.get("/").content.decode()
        assert need.get_absolute_url() in page
        assert "No broker yet" in page
        assert "My firms and their needs" not in page
        assert "/visits/new/" not in page

    def test_a_guide_has_the_same_page(self, client: Client, member: Member, agency: Organisation) -> None:
        project = project_of(agency)
        member(MemberRole.GUIDE, agency)
        page = client.get("/").content.decode()
        assert project.name in page
        assert "/visits/new/" not in page

    @pytest.mark.parametrize("provider", [False, True])
    def test_firms_and_providers_keep_theirs(self, client: Client, member: Member, provider: bool) -> None:
        member("employee", OrganisationFactory.create(provider=provider))
        page = client.get("/").content.decode()
        assert 'action="/match/"' in page
        assert "workplace.css" not in page

    def test_a_reader_of_an_agency_does_not_work_there(self, client: Client, agency: Organisation) -> None:
        client.force_login(MembershipFactory.create(organisation=agency, role=MemberRole.READER).user)
        assert "workplace.css" not in client.get("/").content.decode()
