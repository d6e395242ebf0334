"""Writing a project down, and changing what was written."""

from collections.abc import Callable

import pytest
from django.test import Client

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import PartnerRole, Project
from projects.models.states import LeaderPosition
from tests.factories import MembershipFactory, MunicipalityFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
NEW = "/projects/new/"


class TestCreate:
    def test_a_name_is_enough_and_the_own_organisation_begins_it(
        self, client: Client, keeper: User, agency: Organisation
    ) -> None:
        client.post(NEW, {"name": "Løftet", "organisation": agency.pk})
        project = Project.objects.get()
        assert (project.created_by, project.state) == (keeper, "idea")
        assert [(one.organisation, one.role, one.runs) for one in project.partners.all()] == [
            (agency, PartnerRole.OWNER, True)
        ]

    def test_all_of_it_is_kept(self, client: Client, keeper: User, agency: Organisation) -> None:
        region = MunicipalityFactory.create().regions.create(slug="ost", name="Øst", county_id="56")
        typed = {"name": "Løftet", "organisation": agency.pk, "first_year": "2026", "last_year": "2028"}
        places = {"municipalities": ["Kirkenes", ""], "regions": ["ost"], "target_groups": ["young", "outside"]}
        client.post(NEW, typed | places | {"starts_on": "2026-01-15", "leader": keeper.pk, "is_public": "on"})
        project = Project.objects.get()
        assert (project.places, project.target_groups) == ("Øst, Sør-Varanger", ["young", "outside"])
        assert project.period_label == "15 January 2026 – 2028"
        assert list(project.regions.all()) == [region]
        assert (project.leader, project.leader_position) == (keeper, LeaderPosition.HIRED)

    def test_a_form_that_is_sent_twice_makes_one(self, client: Client, keeper: User, agency: Organisation) -> None:
        answers = [client.post(NEW, {"name": "Løftet", "organisation": agency.pk}) for _time in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Project.objects.count() == 1

    def test_county_staff_start_one_too(self, client: Client, member: Member) -> None:
        county = OrganisationFactory.create(county_council=True)
        member(MemberRole.CASE_OFFICER, county)
        client.post(NEW, {"name": "Løftet", "organisation": county.pk})
        assert Project.objects.get().partners.get().organisation == county

    def test_not_for_an_organisation_of_others(self, client: Client, keeper: User) -> None:
        other = OrganisationFactory.create()
        assert client.post(NEW, {"name": "Løftet", "organisation": other.pk}).status_code == 200
        assert not Project.objects.exists()

    def test_whoever_has_several_organisations_chooses(self, client: Client, keeper: User) -> None:
        MembershipFactory.create(user=keeper, role=MemberRole.BROKER, organisation__name="Studiesenteret")
        page = client.get(NEW).content.decode()
        assert "Which of your organisations begins it" in page
        assert "Studiesenteret" in page

    def test_others_are_told_why_not(self, client: Client, member: Member) -> None:
        member()
        answer = client.get(NEW)
        assert answer.status_code == 403
        assert "start projects" in answer.content.decode()

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"name": ""}, "This field is required"),
            ({"first_year": "2028", "last_year": "2026"}, "The last year cannot be before the first."),
            ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "The last day cannot be before the first."),
            (
                {"first_year": "2027", "last_year": "2028", "starts_on": "2026-05-01", "ends_on": "2028-05-01"},
                "must be within the years",
            ),
            ({"municipalities": ["Atlantis"]}, "We know no place called “Atlantis”"),
        ],
    )
    def test_what_cannot_be_is_said(
        self, client: Client, keeper: User, agency: Organisation, typed: dict[str, object], told: str
    ) -> None:
        answer = client.post(NEW, {"name": "Løftet", "organisation": agency.pk} | typed)
        assert told in answer.content.decode()


class TestEdit:
    @pytest.fixture
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/edit/"

    def test_the_keeper_changes_it(self, client: Client, project: Project, keeper: User, url: str) -> None:
        version = client.get(url).context["version"]
        client.post(url, {"name": "Nytt navn", "version": version})
        assert Project.objects.get().name == "Nytt navn"

    def test_what_somebody_else_saved_meanwhile_is_shown_beside_it(
        self, client: Client, project: Project, keeper: User, url: str
    ) -> None:
        version = client.get(url).context["version"]
        client.post(url, {"name": "Først", "version": version})
        answer = client.post(url, {"name": "Sist", "version": version})
        assert answer.status_code == 409
        assert ("Name", "Først", "Sist") in answer.context["conflicts"]
        assert Project.objects.get().name == "Først"

    def test_leaders_are_people_of_those_who_take_part(
        self, client: Client, project: Project, partner: User, keeper: User, url: str
    ) -> None:
        MembershipFactory.create()
        assert set(client.get(url).context["form"].fields["leader"].queryset) == {partner, keeper}

    def test_partners_do_not(self, client: Client, project: Project, partner: User, url: str) -> None:
        assert client.get(url).status_code == 403

    def test_nor_strangers(self, client: Client, member: Member, url: str) -> None:
        member()
        assert client.get(url).status_code == 404

    def test_nothing_is_changed_when_it_has_ended(
        self, client: Client, project: Project, keeper: User, url: str
    ) -> None:
        Project.objects.update(state="closed")
        assert "has ended" in client.get(url).content.decode()
