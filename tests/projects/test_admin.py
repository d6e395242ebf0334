"""The administration of programmes and projects."""

import pytest
from django.test import Client

from partners.models import User
from projects.models import Programme, Project
from tests.projects.factories_pages import ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def administrator(client: Client) -> User:
    """Logged in."""
    user = User.objects.create_superuser("admin@example.no", "korrekt hest batteri")
    client.force_login(user)
    return user


def test_a_programme_is_registered_here(client: Client, administrator: User) -> None:
    client.post("/admin/projects/programme/add/", {"name": "Kompetansepiloter", "wants_new": "on"})
    assert Programme.objects.get().wants_new
    assert client.get(Programme.objects.get().get_absolute_url()).status_code == 200


def test_a_projects_state_and_partners_are_seen_not_set(client: Client, project: Project, administrator: User) -> None:
    url = f"/admin/projects/project/{project.pk}/change/"
    assert "Varanger Utvikling" in client.get(url).content.decode()
    places = list(project.municipalities.values_list("pk", flat=True))
    inlines = {f"{name}-{part}_FORMS": 0 for name in ("partners", "events") for part in ("TOTAL", "INITIAL")}
    programme = ProgrammeFactory.create()
    typed = {"name": "Nytt navn", "state": "closed", "municipalities": places, "programme": programme.pk}
    client.post(url, typed | inlines)
    project.refresh_from_db()
    assert (project.name, project.state, project.programme) == ("Nytt navn", "idea", programme)


@pytest.mark.parametrize("way", ["add/", "{pk}/delete/"])
def test_projects_are_neither_begun_nor_deleted_here(
    client: Client, project: Project, administrator: User, way: str
) -> None:
    assert client.get(f"/admin/projects/project/{way.format(pk=project.pk)}").status_code == 403


@pytest.mark.parametrize("model", ["programme", "project"])
def test_lists_are_searched(client: Client, project: Project, administrator: User, model: str) -> None:
    assert client.get(f"/admin/projects/{model}/?q=kompetanse").status_code == 200
