"""Goals with what is reached, and risks as a picture and a list."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from partners.models import User
from projects.knowledge import Figure, Knowledge
from projects.models import Goal, Project, Risk
from tests.factories import UserFactory
from tests.projects.factories_pages import GoalFactory, RiskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]


@pytest.fixture
def url(project: Project) -> str:
    return f"/projects/{project.pk}/goals/"


class Counted(Knowledge):
    def figures(self, project: Project, *period: object) -> list[Figure]:
        return [Figure("firms", "Firms reached", 7, "")]


class TestGoals:
    def test_what_the_system_counts_is_never_typed(
        self, client: Client, project: Project, keeper: User, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projects.progress.knowledge", Counted)
        GoalFactory.create(project=project, indicator="firms", target=5)
        GoalFactory.create(project=project, counted=3, target=5)
        GoalFactory.create(project=project, indicator="needs")
        rows = client.get(url).context["goals"]
        assert [(row.reached, row.is_reached) for row in rows] == [(7, True), (3, False), (None, False)]

    def test_the_main_goal_comes_first(self, client: Client, project: Project, keeper: User, url: str) -> None:
        GoalFactory.create(project=project)
        main = GoalFactory.create(project=project, is_main=True)
        assert client.get(url).context["goals"][0].goal == main
        assert "Main goal" in client.get(url).content.decode()

    def test_is_written_changed_and_taken_away(self, client: Client, project: Project, keeper: User, url: str) -> None:
        client.post(f"{url}new/", {"text": "Nå bedrifter", "indicator": "firms", "target": "20"})
        goal = Goal.objects.get()
        client.post(f"/projects/goals/{goal.pk}/edit/", {"text": "Nå flere", "counted": "2"})
        goal.refresh_from_db()
        assert (goal.project, goal.text, goal.indicator, goal.counted) == (project, "Nå flere", "", 2)
        client.post(f"/projects/goals/{goal.pk}/remove/")
        assert not Goal.objects.exists()

    def test_what_the_system_counts_has_no_figure_of_ones_own(self, client: Client, keeper: User, url: str) -> None:
        answer = client.post(f"{url}new/", {"text": "Nå bedrifter", "indicator": "firms", "counted": "20"})
        assert "Leave your own figure empty." in answer.content.decode()

    def test_others_read_it_only(self, client: Client, project: Project, partner: User, url: str) -> None:
        goal = GoalFactory.create(project=project)
        page = client.get(url).content.decode()
        assert str(goal) in page
        assert "Add a goal" not in page
        for way in (f"{url}new/", f"/projects/goals/{goal.pk}/edit/"):
            assert client.get(way).status_code == 403
        assert client.post(f"/projects/goals/{goal.pk}/remove/").status_code == 403

    def test_empty_it_says_so(self, client: Client, keeper: User, url: str) -> None:
        page = client.get(url).content.decode()
        assert "No goals are written down yet." in page
        assert "No open risks are written down." in page

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, project: Project, keeper: User, queries: Queries, url: str
    ) -> None:
        GoalFactory.create(project=project, indicator="firms")
        RiskFactory.create(project=project, responsible=keeper)
        one = queries(url)
        GoalFactory.create_batch(9, project=project, indicator="needs")
        for _number in range(9):
            RiskFactory.create(project=project, responsible=UserFactory.create())
        # Eleven, and what the site asks to count; nothing is counted where no goal asks for it.
        assert queries(url) == one <= 20
        Goal.objects.update(indicator="")
        assert queries(url) < one


class TestRisks:
    def test_the_gravest_comes_first_and_stands_in_its_square(
        self, client: Client, project: Project, keeper: User, url: str
    ) -> None:
        RiskFactory.create(project=project, likelihood=1, consequence=1)
        grave = RiskFactory.create(project=project, likelihood=3, consequence=3)
        RiskFactory.create(project=project, closed_on=date(2020, 1, 1))
        page = client.get(url)
        assert page.context["risks"][0] == grave
        assert [[cell.numbers for cell in row.cells] for row in page.context["picture"]] == [
            [[], [], [1]],
            [[], [], []],
            [[2], [], []],
        ]
        assert [[cell.color for cell in row.cells] for row in page.context["picture"]] == [
            ["warning", "danger", "danger"],
            ["success", "warning", "danger"],
            ["success", "success", "warning"],
        ]
        assert "1 closed risk" in page.content.decode()

    def test_is_written_and_changed(self, client: Client, project: Project, keeper: User, url: str) -> None:
        typed = {"text": "Få deltakere", "likelihood": "2", "consequence": "3", "responsible": keeper.pk}
        client.post(f"/projects/{project.pk}/risks/new/", typed | {"measure": "Flere bedrifter sammen"})
        risk = Risk.objects.get()
        assert (risk.weight, risk.responsible) == (6, keeper)
        client.post(f"/projects/risks/{risk.pk}/edit/", typed | {"likelihood": "1"})
        risk.refresh_from_db()
        assert (risk.weight, risk.measure) == (3, "")

    def test_is_closed_once(self, client: Client, project: Project, keeper: User) -> None:
        risk = RiskFactory.create(project=project)
        way = f"/projects/risks/{risk.pk}/close/"
        client.post(way)
        risk.refresh_from_db()
        assert risk.closed_on
        Risk.objects.update(closed_on=date(2020, 1, 1))
        client.post(way)
        assert Risk.objects.get().closed_on == date(2020, 1, 1)

    def test_somebody_from_elsewhere_is_not_responsible(self, client: Client, project: Project, keeper: User) -> None:
        typed = {"text": "x", "likelihood": "1", "consequence": "1", "responsible": UserFactory.create().pk}
        assert "Select a valid choice" in client.post(f"/projects/{project.pk}/risks/new/", typed).content.decode()

    def test_others_do_not(self, client: Client, project: Project, partner: User) -> None:
        risk = RiskFactory.create(project=project)
        assert client.get(f"/projects/{project.pk}/risks/new/").status_code == 403
        assert client.get(f"/projects/risks/{risk.pk}/edit/").status_code == 403
        assert client.post(f"/projects/risks/{risk.pk}/close/").status_code == 403
