"""Who takes part in a project, and that somebody always carries it out."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from partners.models import Organisation, User
from projects.models import PartnerRole, Project, ProjectPartner
from projects.models.partners import LAST_ONE
from tests.factories import OrganisationFactory, ProjectPartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]


@pytest.fixture
def url(project: Project) -> str:
    return f"/projects/{project.pk}/partners/"


@pytest.fixture
def running(project: Project) -> ProjectPartner:
    """The only one that carries the project out."""
    return project.partners.get(runs=True)


class TestList:
    def test_says_who_does_what(self, client: Client, project: Project, partner: User, url: str) -> None:
        ProjectPartner.objects.filter(runs=False).update(note="Holder kurs", starts_on=date(2026, 3, 1))
        page = client.get(url).content.decode()
        for shown in ("Varanger Utvikling", "Owner", "Carries the project out", "Holder kurs", "1 March 2026 –"):
            assert shown in page
        assert "Add a partner" not in page

    def test_the_owner_comes_first(self, client: Client, project: Project, keeper: User, url: str) -> None:
        ProjectPartnerFactory.create(project=project, organisation__name="Aaa", role=PartnerRole.FUNDER)
        assert [one.role for one in client.get(url).context["partners"]] == ["owner", "funder"]

    def test_is_not_for_strangers(
        self, client: Client, member: Callable[..., User], project: Project, url: str
    ) -> None:
        Project.objects.update(state="planned")
        member()
        assert client.get(url).status_code == 403

    def test_when_the_project_has_ended_it_says_why_nobody_is_added(
        self, client: Client, project: Project, keeper: User, url: str
    ) -> None:
        Project.objects.update(state="closed")
        assert "The project has ended." in client.get(url).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, project: Project, keeper: User, queries: Queries, url: str
    ) -> None:
        one = queries(url)
        ProjectPartnerFactory.create_batch(9, project=project)
        assert queries(url) == one <= 14


class TestAdd:
    def test_is_found_by_a_part_of_its_name(self, client: Client, keeper: User, url: str) -> None:
        twins = OrganisationFactory.create_batch(2, name="Nord universitet", roles=["provider"])
        OrganisationFactory.create(name="Nord Fisk AS")
        assert client.get(f"{url}new/?q=nord").context["found"] == twins

    def test_or_by_one_that_is_much_like_it(self, client: Client, keeper: User, url: str) -> None:
        there = OrganisationFactory.create(name="Nord universitet", roles=["provider"])
        assert client.get(f"{url}new/?q=Nord univeristet").context["found"] == [there]

    def test_what_is_not_there_is_registered_first(
        self, client: Client, keeper: User, project: Project, url: str
    ) -> None:
        page = client.get(f"{url}new/?q=LO").content.decode()
        register = f"/organisations/new/?for=project&amp;of={project.pk}&amp;name=LO"
        assert register in page
        typed = {"name": "LO", "roles": ["partner"]}
        answer = client.post(register.replace("&amp;", "&"), typed)
        assert answer["Location"] == f"{url}new/?organisation={Organisation.objects.get(name='LO').pk}"

    @pytest.mark.parametrize("query", ["for=project", "for=project&of=x", "for=x"])
    def test_a_mangled_way_back_is_none(self, client: Client, keeper: User, query: str) -> None:
        assert client.get(f"/organisations/new/?{query}").status_code == 200

    def test_takes_part_then(self, client: Client, keeper: User, project: Project, url: str) -> None:
        union = OrganisationFactory.create(name="LO", roles=["partner"])
        to = f"{url}new/?organisation={union.pk}"
        assert "LO" in client.get(to).content.decode()
        client.post(to, {"role": "observer", "note": "Samarbeider", "starts_on": "2026-01-01"})
        added = project.partners.get(organisation=union)
        assert (added.role, added.runs, added.note) == ("observer", False, "Samarbeider")

    @pytest.mark.parametrize(
        ("role", "told"), [("owner", "already has that role"), ("partner", "Select a valid"), ("funder", "")]
    )
    def test_not_twice_in_a_role(
        self, client: Client, keeper: User, agency: Organisation, project: Project, url: str, role: str, told: str
    ) -> None:
        typed = {"role": role if role != "partner" else "boss"}
        answer = client.post(f"{url}new/?organisation={agency.pk}", typed)
        assert told in answer.content.decode()
        assert project.partners.count() == (1 if told else 2)

    def test_there_is_one_owner(self, client: Client, keeper: User, project: Project, url: str) -> None:
        other = OrganisationFactory.create(roles=["partner"])
        answer = client.post(f"{url}new/?organisation={other.pk}", {"role": "owner"})
        assert "has an owner already" in answer.content.decode()

    def test_the_firms_of_others_are_not_found(self, client: Client, keeper: User, url: str) -> None:
        firm = OrganisationFactory.create(name="Hemmelig AS")
        assert client.get(f"{url}new/?q=hemmelig").context["found"] == []
        assert client.get(f"{url}new/?organisation={firm.pk}").status_code == 404

    @pytest.mark.parametrize("query", ["q=%00", "organisation=x", "organisation=99999999999999999999"])
    def test_what_nobody_would_type_is_no_error_of_ours(
        self, client: Client, keeper: User, url: str, query: str
    ) -> None:
        assert client.get(f"{url}new/?{query}").status_code in {200, 404}

    def test_others_do_not_add(self, client: Client, partner: User, url: str) -> None:
        assert client.get(f"{url}new/").status_code == 403


class TestEdit:
    def test_the_part_is_changed_and_ended(self, client: Client, partner: User, keeper: User, project: Project) -> None:
        other = project.partners.get(runs=False)
        client.post(f"/projects/partners/{other.pk}/edit/", {"role": "observer", "ends_on": "2026-06-30"})
        other.refresh_from_db()
        assert (other.role, other.ends_on) == ("observer", date(2026, 6, 30))

    def test_the_last_one_goes_on_carrying_it_out(self, client: Client, keeper: User, running: ProjectPartner) -> None:
        url = f"/projects/partners/{running.pk}/edit/"
        page = client.post(url, {"role": "owner", "ends_on": "2020-06-30"}).content.decode()
        assert "Choose somebody who does, first." in page
        assert "and it has not ended." in page

    def test_not_while_another_does(self, client: Client, keeper: User, running: ProjectPartner) -> None:
        ProjectPartnerFactory.create(project=running.project, runs=True)
        client.post(f"/projects/partners/{running.pk}/edit/", {"role": "owner"})
        running.refresh_from_db()
        assert not running.runs

    def test_others_do_not(self, client: Client, partner: User, running: ProjectPartner) -> None:
        assert client.get(f"/projects/partners/{running.pk}/edit/").status_code == 403


class TestRemove:
    def test_is_taken_away_and_the_history_keeps_it(
        self, client: Client, partner: User, keeper: User, project: Project
    ) -> None:
        other = project.partners.get(runs=False)
        client.post(f"/projects/partners/{other.pk}/remove/")
        assert not project.partners.filter(pk=other.pk).exists()
        history = client.get(f"/projects/{project.pk}/history/").content.decode()
        for shown in ("taken away", "Studiesenteret: Partner"):
            assert shown in history

    def test_the_last_one_that_carries_it_out_stays(
        self, client: Client, keeper: User, running: ProjectPartner
    ) -> None:
        answer = client.post(f"/projects/partners/{running.pk}/remove/", follow=True)
        assert "Choose somebody who does, first." in answer.content.decode()
        assert ProjectPartner.objects.filter(pk=running.pk).exists()


class TestDatabase:
    """Raw SQL: a project that somebody carries out always has somebody who does."""

    @pytest.mark.parametrize(
        "sql", ["DELETE FROM projects_projectpartner", "UPDATE projects_projectpartner SET runs = false"]
    )
    def test_the_last_one_stays(self, running: ProjectPartner, sql: str) -> None:
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match=LAST_ONE):
            cursor.execute(f"{sql} WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE", [running.pk])

    def test_one_of_two_may_go_and_so_may_the_project(self, running: ProjectPartner) -> None:
        ProjectPartnerFactory.create(project=running.project, runs=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM projects_projectpartner WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE", [running.pk]
            )
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            running.project.delete()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not ProjectPartner.objects.exists()


def test_a_number_longer_than_any_key_is_no_error_of_ours(client: Client, keeper: User, project: Project) -> None:
    assert client.get(f"/projects/{project.pk}/partners/new/?organisation={'9' * 5000}").status_code == 200
