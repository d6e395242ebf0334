"""The readable history of a project: everything in it, for those who may know of it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from partners.models import User
from projects.history import event_sources, version_sources
from projects.models import Project
from projects.models.states import PLAN
from tests.factories import OrganisationFactory, ProjectFactory
from tests.projects.factories_activities import MilestoneFactory
from tests.projects.factories_agreements import AgreementFactory, sent
from tests.projects.factories_pages import GoalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]


@pytest.fixture
def url(project: Project) -> str:
    return f"/projects/{project.pk}/history/"


def test_every_kind_of_thing_in_a_project_is_told_of() -> None:
    told = {source.kind: source.path for source in event_sources()}
    assert (
        told.items()
        >= {
            "project": "project",
            "agreement": "agreement__project",
            "activity": "activity__project",
            "milestone": "milestone__project",
            "report": "report__requirement__project",
            "commitment": "commitment__project",
            "tranche": "tranche__commitment__project",
            "condition": "condition__commitment__project",
        }.items()
    )
    facts = {source.kind for source in version_sources()}
    assert facts >= {"project", "projectpartner", "goal", "risk", "agreement", "activity", "milestone"}
    assert "programme" not in facts


def test_an_act_is_told_with_who_and_why(client: Client, project: Project, keeper: User, url: str) -> None:
    project.carry_out(PLAN, keeper, "Styret sa ja")
    page = client.get(url).content.decode()
    for shown in ("Project: “Planned”", str(keeper), "Styret sa ja"):
        assert shown in page


def test_what_changed_is_told_in_words(client: Client, project: Project, keeper: User, url: str) -> None:
    version = client.get(f"/projects/{project.pk}/edit/").context["version"]
    typed = {"name": "Nytt navn", "version": version, "target_groups": ["young"], "leader": keeper.pk}
    client.post(f"/projects/{project.pk}/edit/", typed | {"starts_on": "2026-02-01"})
    entry = client.get(f"{url}?kind=project").context["entries"][0]
    assert entry.by == keeper
    assert {(change.label, change.before, change.after) for change in entry.changes} >= {
        ("Name", "Kompetanseløftet", "Nytt navn"),
        ("Target groups", "not stated", "Young people without completed education"),
        ("Project leader", "not stated", str(keeper)),
        ("First day", "not stated", "1 February 2026"),
        ("Has a public page", "yes", "no"),
    }


def test_a_move_alone_is_no_change_of_facts(client: Client, project: Project, keeper: User, url: str) -> None:
    before = len(client.get(url).context["entries"])
    project.carry_out(PLAN, keeper)
    assert len(client.get(url).context["entries"]) == before + 1


def test_places_that_come_and_go_are_told(client: Client, project: Project, keeper: User, url: str) -> None:
    version = client.get(f"/projects/{project.pk}/edit/").context["version"]
    client.post(f"/projects/{project.pk}/edit/", {"name": project.name, "version": version})
    entry = client.get(f"{url}?kind=projectmunicipality").context["entries"][0]
    assert (entry.thing, entry.label, entry.by) == ("Sør-Varanger", "delete", keeper)


def test_the_newest_comes_first(client: Client, project: Project, keeper: User, url: str) -> None:
    GoalFactory.create(project=project)
    times = [entry.at for entry in client.get(url).context["entries"]]
    assert times == sorted(times, reverse=True)


def test_is_narrowed_to_a_kind(client: Client, project: Project, keeper: User, url: str) -> None:
    GoalFactory.create(project=project)
    assert {entry.kind for entry in client.get(f"{url}?kind=goal").context["entries"]} == {"Goal"}
    assert len({entry.kind for entry in client.get(f"{url}?kind=nonsense").context["entries"]}) > 1


def test_other_projects_are_not_told_of(client: Client, project: Project, keeper: User, url: str) -> None:
    GoalFactory.create(project=ProjectFactory.create(), text="Andres mål")
    assert "Andres mål" not in client.get(url).content.decode()


def test_what_one_may_not_see_is_not_told_of(client: Client, project: Project, partner: User, url: str) -> None:
    AgreementFactory.create(project=project, title="Hemmelig avtale")
    assert "Hemmelig avtale" not in client.get(url).content.decode()


def test_the_keeper_is_told_of_the_agreements(client: Client, project: Project, keeper: User, url: str) -> None:
    AgreementFactory.create(project=project, title="Samarbeid om kurs")
    assert "Samarbeid om kurs" in client.get(url).content.decode()


def test_strangers_do_not_read_it(client: Client, member: Callable[..., User], project: Project, url: str) -> None:
    Project.objects.update(state="planned")
    member()
    assert client.get(url).status_code == 403


def test_asks_as_many_queries_for_much_as_for_little(
    client: Client, project: Project, keeper: User, queries: Queries, url: str
) -> None:
    GoalFactory.create(project=project)
    MilestoneFactory.create(project=project)
    one = queries(url)
    GoalFactory.create_batch(9, project=project)
    MilestoneFactory.create_batch(9, project=project)
    assert queries(url) == one <= 16


def test_the_keepers_own_note_is_not_told_to_the_parties(
    client: Client, project: Project, partner: User, url: str
) -> None:
    agreement = sent(partner.memberships.get().organisation, OrganisationFactory.create(), project=project)
    agreement.note, agreement.decided_on = "Hemmelig", date(2026, 5, 1)
    agreement.save()
    page = client.get(url).content.decode()
    assert "May 2026" in page
    assert "Hemmelig" not in page
