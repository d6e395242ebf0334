"""What a visit and its needs belong to: a project, and a firm that may be new."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from brokering.models import CompetenceNeed, Visit
from partners.models import Municipality, Organisation, User
from projects.models import PartnerRole, Project, ProjectState
from tests.brokering.test_visits import NEW, typed
from tests.factories import (
    CompetenceNeedFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    VisitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]


def project_of(agency: Organisation, place: Municipality | None = None) -> Project:
    project = ProjectFactory.create(state=ProjectState.RUNNING)
    ProjectPartnerFactory.create(project=project, organisation=agency, role=PartnerRole.OWNER, runs=True)
    project.municipalities.set([place] if place else [])
    return project


class TestProjects:
    def test_the_only_project_is_chosen_and_follows_the_needs(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        project = project_of(agency)
        assert client.get(NEW).context["form"]["project"].value() == project.pk
        client.post(NEW, typed(firm, "Krankurs", project=project.pk))
        assert Visit.objects.get().project == CompetenceNeed.objects.get().project == project

    def test_of_two_the_one_that_covers_the_firms_place_is_chosen(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation, place: Municipality
    ) -> None:
        project_of(agency)
        covering = project_of(agency, place)
        assert client.get(NEW).context["form"]["project"].value() is None
        assert client.get(NEW, {"firm": firm.pk}).context["form"]["project"].value() == covering.pk
        assert client.get("/needs/new/", {"employer": firm.pk}).context["form"]["project"].value() == covering.pk

    def test_other_peoples_and_ended_projects_are_not_offered(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        foreign = ProjectFactory.create(state=ProjectState.RUNNING)
        ended = project_of(agency)
        Project.objects.filter(pk=ended.pk).update(state=ProjectState.CLOSED)
        assert "project" not in client.get(NEW).context["form"].fields
        client.post(NEW, typed(firm, project=foreign.pk))
        assert Visit.objects.get().project is None

    def test_a_firm_does_not_choose_among_projects(self, client: Client, member: Member, firm: Organisation) -> None:
        project_of(firm)
        member("employee", firm)
        assert "project" not in client.get("/needs/new/").context["form"].fields

    def test_a_project_that_has_ended_stays_with_its_need(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        project = project_of(agency)
        need = CompetenceNeedFactory.create(employer=firm, handled_by=agency, project=project)
        Project.objects.filter(pk=project.pk).update(state=ProjectState.CLOSED)
        url = reverse("need-edit", args=[need.pk])
        form = client.get(url)
        assert form.context["form"]["project"].value() == project.pk
        data = {"employer": firm.pk, "text": "Nytt", "headcount": 2, "source": "visit", "project": project.pk}
        client.post(url, data | {"version": form.context["version"]})
        need.refresh_from_db()
        assert (need.text, need.project) == ("Nytt", project)

    def test_the_need_says_in_which_project_it_was_found_to_its_broker_only(
        self, client: Client, broker: User, member: Member, agency: Organisation, firm: Organisation
    ) -> None:
        project = project_of(agency)
        need = CompetenceNeedFactory.create(employer=firm, handled_by=agency, project=project)
        assert project.name in client.get(need.get_absolute_url()).content.decode()
        member("employee", firm)
        assert project.name not in client.get(need.get_absolute_url()).content.decode()


class TestNeedsOfAVisit:
    def test_one_that_is_entered_later_belongs_to_the_visit_and_its_project(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        visit = VisitFactory.create(firm=firm, handled_by=agency, project=project_of(agency))
        url = f"/needs/new/?visit={visit.pk}"
        assert url in client.get(visit.get_absolute_url()).content.decode()
        form = client.get(url).context["form"]
        data = {name: form[name].value() for name in ("employer", "project", "source")}
        assert data == {"employer": firm.pk, "project": visit.project_id, "source": "visit"}
        client.post(url, data | {"text": "Krankurs", "headcount": 2})
        assert visit.needs.get().text == "Krankurs"

    def test_one_of_another_firm_does_not(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        visit = VisitFactory.create(handled_by=agency)
        data = {"employer": firm.pk, "text": "Krankurs", "headcount": 2, "source": "visit"}
        client.post(f"/needs/new/?visit={visit.pk}", data)
        assert CompetenceNeed.objects.get().visit is None

    @pytest.mark.parametrize("visit", ["", "x", "²", "9" * 30])
    def test_a_visit_of_others_is_none(self, client: Client, broker: User, visit: str) -> None:
        foreign = VisitFactory.create()
        form = client.get("/needs/new/", {"visit": visit or foreign.pk}).context["form"]
        assert form["employer"].value() != foreign.firm_id


class TestRegisteringTheFirmFirst:
    firm = {"name": "Pasvik Bakeri AS", "municipality": "Kirkenes", "roles": ["employer"]}

    def test_what_was_typed_is_there_again_with_the_new_firm_chosen(self, client: Client, broker: User) -> None:
        data = typed("Pasvik Bakeri AS", "Hygiene", "", met="Ola")
        register = client.post(NEW, data | {"register": "1"}).headers["Location"]
        page = client.get(register)
        assert "Afterwards you go on with the visit." in page.content.decode()
        assert page.context["form"]["name"].value() == "Pasvik Bakeri AS"
        back = client.post(register, self.firm).headers["Location"]
        again = client.get(back).content.decode()
        for kept in ("Pasvik Bakeri AS", "Hygiene", "Ola", "Travelt før sesongen."):
            assert f'value="{kept}"' in again or kept in again
        assert not Visit.objects.exists()
        client.post(back, data)
        assert Visit.objects.get().firm.name == "Pasvik Bakeri AS"
        assert "Travelt før sesongen." not in client.get(NEW).content.decode()

    def test_who_turns_round_comes_back_to_the_visit(self, client: Client, broker: User) -> None:
        register = client.post(NEW, typed("", register="1")).headers["Location"]
        assert f'href="{NEW}">Cancel' in " ".join(client.get(register).content.decode().split())
        assert "Travelt før sesongen." in client.get(NEW).content.decode()

    def test_the_firms_own_page_leads_here(self, client: Client, broker: User, firm: Organisation) -> None:
        assert f'href="{NEW}?firm={firm.pk}"' in client.get(firm.get_absolute_url()).content.decode()
        assert client.get(NEW, {"firm": firm.pk}).context["form"]["firm"].value() == firm.name

    @pytest.mark.parametrize("firm", ["0", "-", "\0", "9" * 30, "²"])
    def test_a_firm_that_is_none_of_ones_own_is_not_chosen(self, client: Client, broker: User, firm: str) -> None:
        assert client.get(NEW, {"firm": firm}).context["form"]["firm"].value() is None
