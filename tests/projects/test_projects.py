"""Projects: those one may read about, and one of them as everybody, a partner and its keeper see it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.knowledge import Figure, Knowledge, MoneyLine
from projects.models import PartnerRole, Project, ProjectState
from projects.models.states import LeaderPosition
from tests.factories import (
    MunicipalityFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    UserFactory,
)
from tests.projects.factories_pages import GoalFactory, ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
PLANNED = ProjectState.PLANNED


class TestList:
    url = "/projects/"

    def test_a_stranger_sees_the_public_ones(self, client: Client) -> None:
        public = ProjectFactory.create(state=PLANNED)
        ProjectFactory.create(state=ProjectState.IDEA)
        ProjectFactory.create(state=PLANNED, is_public=False)
        assert list(client.get(self.url).context["page"]) == [public]

    def test_a_partner_sees_its_own_as_well(self, client: Client, partner: User, project: Project) -> None:
        assert list(client.get(self.url).context["page"]) == [project]

    def test_a_row_says_programme_period_partners_and_state(self, client: Client) -> None:
        project = ProjectFactory.create(state=PLANNED, programme=ProgrammeFactory.create(name="Piloter"))
        ProjectPartnerFactory.create(project=project, organisation__name="Studiesenteret")
        page = client.get(self.url).content.decode()
        for shown in ("Piloter", "2026 – 2028", "Studiesenteret", "Planned"):
            assert shown in page

    @pytest.mark.parametrize(
        "query",
        [
            "state=planned",
            "programme={programme}",
            "place=county:56",
            "group=young",
            "q=løft",
            "q=samsvar",
        ],
    )
    def test_is_filtered(self, client: Client, query: str) -> None:
        programme = ProgrammeFactory.create()
        found = ProjectFactory.create(
            name="Løftet", state=PLANNED, programme=programme, purpose="Samsvar", target_groups=["young", "employers"]
        )
        found.municipalities.add(MunicipalityFactory.create(), MunicipalityFactory.create(number="5607", name="Vadsø"))
        ProjectFactory.create(name="Annet", purpose="", state=ProjectState.RUNNING)
        assert list(client.get(f"{self.url}?{query.format(programme=programme.pk)}").context["page"]) == [found]

    def test_a_region_finds_what_is_there_by_either_name(self, client: Client) -> None:
        place = MunicipalityFactory.create()
        region = place.regions.create(slug="varanger", name="Varanger", county=place.county)
        by_region, by_place = ProjectFactory.create_batch(2, state=PLANNED)
        by_region.regions.add(region)
        by_place.municipalities.add(place)
        ProjectFactory.create(state=PLANNED)
        assert list(client.get(f"{self.url}?place=region:varanger").context["page"]) == [by_region, by_place]

    def test_only_mine(self, client: Client, partner: User, project: Project) -> None:
        ProjectFactory.create(state=PLANNED)
        assert len(client.get(self.url).context["page"]) == 2
        assert list(client.get(f"{self.url}?mine=on").context["page"]) == [project]

    @pytest.mark.parametrize("query", ["state=x", "programme=x", "place=x:y", "page=x", "q=%00", "mine=on", "group=x"])
    def test_what_nobody_would_type_is_no_error_of_ours(self, client: Client, query: str) -> None:
        assert client.get(f"{self.url}?{query}").status_code == 200

    def test_empty_it_says_what_to_do(self, client: Client, keeper: User) -> None:
        page = client.get(self.url).content.decode()
        assert 'class="empty"' in page
        assert "/projects/new/" in page

    def test_who_may_not_start_one_is_not_asked_to(self, client: Client, member: Member) -> None:
        member()
        assert "/projects/new/" not in client.get(self.url).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(self, client: Client, keeper: User, queries: Queries) -> None:
        def more(number: int) -> None:
            for project in ProjectFactory.create_batch(number, state=PLANNED, programme=ProgrammeFactory.create()):
                ProjectPartnerFactory.create(project=project)

        more(1)
        one = queries(self.url)
        more(9)
        # Six of its own (count, rows, partners, organisations, and the choices of two filters), three about who I am.
        assert queries(self.url) == one <= 10


class Known(Knowledge):
    """Answers as the site does where there is something to tell."""

    def figures(self, project: Project, *period: object) -> list[Figure]:
        return [Figure("firms", "Firms reached", 7, "Firms with a need")]

    def money(self, project: Project) -> list[MoneyLine]:
        return [
            MoneyLine("Kompetanse Norge", 2020, Decimal("1400000"), "firm", "Firm", ()),
            MoneyLine("Fylkeskommunen", None, None, "held_out", "Held out", ()),
        ]

    def missing_money(self, project: Project) -> list[str]:
        return ["The plan for 2027 is not covered."]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("progress", "views.projects", "models.guards"):
        monkeypatch.setattr(f"projects.{module}.knowledge", Known)


class TestPublicPage:
    def test_says_what_it_is_for_and_who_takes_part(self, client: Client, project: Project) -> None:
        owner = OrganisationFactory.create(name="Departementet")
        project.programme = ProgrammeFactory.create(name="Piloter", owner=owner)
        project.state, project.target_groups = PLANNED, ["outside"]
        project.save()
        page = client.get(project.get_absolute_url()).content.decode()
        told = (project.purpose, "Piloter", "On behalf of Departementet", "Varanger Utvikling", "Owner", "2026 – 2028")
        for shown in (*told, "Sør-Varanger", "People outside working life"):
            assert shown in page

    def test_what_is_not_known_is_not_stated(self, client: Client) -> None:
        project = ProjectFactory.create(state=PLANNED, purpose="", first_year=None, last_year=None)
        # Purpose, who takes part, period, where, target groups, project leader.
        assert client.get(project.get_absolute_url()).content.decode().count("not stated") == 6

    @pytest.mark.usefixtures("known")
    def test_shows_money_by_strength_and_what_has_come_of_it(self, client: Client, project: Project) -> None:
        Project.objects.update(state=PLANNED)
        GoalFactory.create(project=project, text="Nå 5 bedrifter", indicator="firms", target=5)
        page = client.get(project.get_absolute_url())
        assert [(row.reached, row.is_reached) for row in page.context["goals"]] == [(7, True)]
        for shown in ("Kompetanse Norge", "Held out", "What has come of it", "Firms with a need"):
            assert shown in page.content.decode()

    def test_the_leader_is_named_to_those_who_take_part_only(
        self, client: Client, project: Project, partner: User
    ) -> None:
        leader = UserFactory.create(first_name="Ravna", last_name="Multemyr")
        Project.objects.update(state=PLANNED, leader=leader, leader_position=LeaderPosition.HIRED)
        inside, outside = (one.get(project.get_absolute_url()).content.decode() for one in (client, Client()))
        assert "Ravna Multemyr" in inside
        assert "Ravna" not in outside
        assert leader.email not in inside + outside

    def test_a_stranger_has_no_tabs_steps_or_acts(self, client: Client, project: Project) -> None:
        Project.objects.update(state=PLANNED)
        page = client.get(project.get_absolute_url()).content.decode()
        for inside in ('class="tabs', 'class="steps"', "What now?"):
            assert inside not in page

    @pytest.mark.parametrize("hidden", [{"state": ProjectState.IDEA}, {"is_public": False, "state": PLANNED}])
    def test_what_is_not_public_is_not_there(self, client: Client, project: Project, hidden: dict[str, object]) -> None:
        Project.objects.update(**hidden)
        assert client.get(project.get_absolute_url()).status_code == 404


class TestInside:
    def test_a_partner_sees_tabs_and_steps_but_no_acts(self, client: Client, project: Project, partner: User) -> None:
        page = client.get(project.get_absolute_url()).content.decode()
        assert 'class="tabs' in page
        assert 'class="steps"' in page
        assert "What now?" not in page

    def test_the_keeper_sees_what_is_missing_one_by_one(self, client: Client, project: Project, keeper: User) -> None:
        project.municipalities.clear()
        Project.objects.update(purpose="")
        shown = client.get(project.get_absolute_url()).context
        assert [(act.name, missing) for act, missing in shown["acts"]] == [
            ("plan", ["The purpose is not written.", "No municipality or region is chosen."])
        ]
        assert [act.name for act, _missing in shown["reasoned"]] == ["cancel"]

    @pytest.mark.usefixtures("known")
    def test_what_the_financing_lacks_is_listed(self, client: Client, project: Project, keeper: User) -> None:
        Project.objects.update(state=PLANNED)
        page = client.get(project.get_absolute_url()).content.decode()
        assert "<li>The plan for 2027 is not covered.</li>" in page

    @pytest.mark.parametrize(("state", "current"), [("running", 3), ("paused", 3), ("closing", 4)])
    def test_the_steps_say_where_it_is(
        self, client: Client, project: Project, keeper: User, state: str, current: int
    ) -> None:
        Project.objects.update(state=state)
        kinds = [kind for _label, kind in client.get(project.get_absolute_url()).context["steps"]]
        assert kinds == ["done"] * current + ["current"] + ["todo"] * (5 - current)

    def test_a_closed_one_has_done_them_all_and_a_cancelled_one_is_on_none(
        self, client: Client, project: Project, keeper: User
    ) -> None:
        Project.objects.update(state=ProjectState.CLOSED)
        steps = client.get(project.get_absolute_url()).context["steps"]
        assert {kind for _label, kind in steps} == {"done"}
        Project.objects.update(state=ProjectState.CANCELLED)
        assert client.get(project.get_absolute_url()).context["steps"] == []

    def test_asks_as_many_queries_whatever_there_is_to_show(
        self, client: Client, project: Project, keeper: User, queries: Queries
    ) -> None:
        one = queries(project.get_absolute_url())
        for organisation in OrganisationFactory.create_batch(9):
            ProjectPartnerFactory.create(project=project, organisation=organisation, role=PartnerRole.OBSERVER)
        GoalFactory.create_batch(9, project=project)
        # Ten of its own, three about who I am, the rest what the site knows of figures and money.
        assert queries(project.get_absolute_url()) == one <= 24


class TestActs:
    def test_the_keeper_moves_it_on(self, client: Client, project: Project, keeper: User) -> None:
        client.post(f"/projects/{project.pk}/acts/plan/")
        assert [(event.act, event.by) for event in project.events.all()] == [("plan", keeper)]

    def test_not_before_all_is_there(self, client: Client, project: Project, keeper: User) -> None:
        Project.objects.update(purpose="")
        answer = client.post(f"/projects/{project.pk}/acts/plan/")
        assert answer.status_code == 403
        assert "The purpose is not written." in answer.content.decode()

    def test_a_reason_is_asked_for_where_it_must_be(self, client: Client, project: Project, keeper: User) -> None:
        url = f"/projects/{project.pk}/acts/cancel/"
        assert "Say why." in client.post(url, {"why": " "}, follow=True).content.decode()
        client.post(url, {"why": "Ingen penger"})
        assert [event.why for event in project.events.all()] == ["Ingen penger"]

    def test_others_do_not(self, client: Client, project: Project, partner: User) -> None:
        assert client.post(f"/projects/{project.pk}/acts/plan/").status_code == 403

    def test_an_act_that_is_none_is_not_there(self, client: Client, project: Project, keeper: User) -> None:
        assert client.post(f"/projects/{project.pk}/acts/explode/").status_code == 404


class TestProgramme:
    def test_lists_its_projects(self, client: Client) -> None:
        mine = ProjectFactory.create(state=PLANNED, programme=ProgrammeFactory.create())
        ProjectFactory.create(state=PLANNED)
        assert mine.programme
        assert list(client.get(mine.programme.get_absolute_url()).context["page"]) == [mine]

    def test_without_any_it_says_so(self, client: Client) -> None:
        programme = ProgrammeFactory.create(about="Om piloter", wants_new=True)
        page = client.get(programme.get_absolute_url()).content.decode()
        for shown in ("Om piloter", "not stated", "do not exist locally", "No project of this programme"):
            assert shown in page

    def test_there_is_no_other(self, client: Client) -> None:
        assert client.get("/programmes/99/").status_code == 404

    def test_asks_as_many_queries_for_ten_as_for_one(self, client: Client, queries: Queries) -> None:
        programme = ProgrammeFactory.create()

        def more(number: int) -> None:
            for project in ProjectFactory.create_batch(number, state=PLANNED, programme=programme):
                ProjectPartnerFactory.create(project=project)

        more(1)
        one = queries(programme.get_absolute_url())
        more(9)
        assert queries(programme.get_absolute_url()) == one <= 5


def test_county_staff_see_what_concerns_their_county(client: Client, member: Member) -> None:
    project = ProjectFactory.create(state=PLANNED, is_public=False)
    project.municipalities.add(MunicipalityFactory.create())
    member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
    page = client.get(project.get_absolute_url())
    assert page.status_code == 200
    assert 'class="tabs' not in page.content.decode()


def test_a_unit_of_a_partner_is_inside(client: Client, member: Member, project: Project, agency: Organisation) -> None:
    member(MemberRole.EMPLOYEE, OrganisationFactory.create(parent=agency))
    assert 'class="tabs' in client.get(project.get_absolute_url()).content.decode()
