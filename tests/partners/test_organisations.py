"""The pages about organisations: what they show, what they hide, what they save."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import InvitationFactory, MembershipFactory, MunicipalityFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
Login = Callable[..., User]
NUMBER = "974760673"


@pytest.fixture
def broker(client: Client) -> User:
    """Logged in; brokers for Sør-Varanger."""
    membership = MembershipFactory.create(role=MemberRole.BROKER, organisation__name="Varanger Utvikling")
    membership.organisation.serves.add(MunicipalityFactory.create())
    client.force_login(membership.user)
    return membership.user


def typed(**values: object) -> dict[str, object]:
    """What a person fills into the form."""
    return {"name": "Kirkenes Rør AS", "number": "", "municipality": "Sør-Varanger", "roles": ["employer"], **values}


class TestList:
    url = "/organisations/"

    def test_shows_mine_and_hides_others(self, client: Client, member: Login) -> None:
        mine = OrganisationFactory.create(name="Mitt Verksted AS")
        OrganisationFactory.create(name="En Konkurrent AS")
        member("employee", mine)
        page = client.get(self.url).content.decode()
        assert "Mitt Verksted AS" in page
        assert "En Konkurrent AS" not in page

    def test_finds_by_a_part_of_the_name_or_the_number(self, client: Client, broker: User) -> None:
        place = MunicipalityFactory.create()
        OrganisationFactory.create(name="Kirkenes Rør AS", number=NUMBER, municipality=place)
        OrganisationFactory.create(name="Pasvik Bakeri AS", municipality=place)
        for text in ("kirkenes", "974 760 673"):
            page = client.get(self.url, {"q": text}).content.decode()
            assert "Kirkenes Rør AS" in page
            assert "Pasvik Bakeri AS" not in page

    def test_narrows_by_what_they_take_part_as(self, client: Client, broker: User) -> None:
        place = MunicipalityFactory.create()
        OrganisationFactory.create(name="Kirkenes Rør AS", municipality=place)
        OrganisationFactory.create(name="Kurs og Læring", municipality=place, roles=["provider"])
        page = client.get(self.url, {"role": "provider"}).content.decode()
        assert "Kurs og Læring" in page
        assert "Kirkenes Rør AS" not in page

    def test_says_what_to_do_when_nothing_is_found(self, client: Client, broker: User) -> None:
        assert 'class="empty"' in client.get(self.url, {"q": "finnes ikke"}).content.decode()

    def test_only_brokers_are_offered_to_register(self, client: Client, broker: User, member: Login) -> None:
        assert reverse("organisation-create") in client.get(self.url).content.decode()
        member("leader")
        assert reverse("organisation-create") not in client.get(self.url).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, broker: User, queries: Callable[[str], int]
    ) -> None:
        one = queries(self.url)
        OrganisationFactory.create_batch(10, municipality=MunicipalityFactory.create())
        assert queries(self.url) == one <= 7

    def test_a_page_holds_twenty(self, client: Client, broker: User) -> None:
        OrganisationFactory.create_batch(25, municipality=MunicipalityFactory.create())
        assert len(client.get(self.url).context["page"]) == 20


class TestPage:
    def test_is_404_for_those_who_may_not_see_it(self, client: Client, member: Login) -> None:
        member("leader")
        assert client.get(OrganisationFactory.create().get_absolute_url()).status_code == 404

    def test_a_stranger_is_asked_to_log_in(self, client: Client) -> None:
        url = OrganisationFactory.create().get_absolute_url()
        assert client.get(url).headers["Location"] == f"/account/login/?next={url}"

    def test_shows_facts_units_members_and_invitations_to_its_leader(self, client: Client, member: Login) -> None:
        place = MunicipalityFactory.create()
        organisation = OrganisationFactory.create(number=NUMBER, municipality=place, email="post@example.no")
        unit = OrganisationFactory.create(parent=organisation, name="Avdeling Pasvik")
        invitation = InvitationFactory.create(organisation=organisation)
        user = member("leader", organisation)
        page = client.get(organisation.get_absolute_url()).content.decode()
        for shown in (NUMBER, "Sør-Varanger", "post@example.no", unit.name, user.email, invitation.email):
            assert shown in page
        assert reverse("organisation-edit", args=[organisation.pk]) in page

    def test_hides_invitations_from_an_employee_and_says_why(self, client: Client, member: Login) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        invitation = InvitationFactory.create(organisation=leader.organisation)
        member("employee", leader.organisation)
        response = client.get(leader.organisation.get_absolute_url())
        page = response.content.decode()
        assert leader.user.email in page
        assert invitation.email not in page
        assert response.context["actions"]["invite"] in page

    def test_never_shows_the_key_of_an_invitation(self, client: Client, member: Login) -> None:
        invitation = InvitationFactory.create()
        member("leader", invitation.organisation)
        assert invitation.token not in client.get(invitation.organisation.get_absolute_url()).content.decode()

    def test_hides_members_from_the_parent_of_its_people(self, client: Client, member: Login) -> None:
        parent = MembershipFactory.create(role=MemberRole.LEADER)
        member("employee", OrganisationFactory.create(parent=parent.organisation))
        assert parent.user.email not in client.get(parent.organisation.get_absolute_url()).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, member: Login, queries: Callable[[str], int]
    ) -> None:
        organisation = OrganisationFactory.create()
        member("leader", organisation)

        def grow(by: int) -> int:
            OrganisationFactory.create_batch(by, parent=organisation)
            MembershipFactory.create_batch(by, organisation=organisation)
            InvitationFactory.create_batch(by, organisation=organisation)
            return queries(organisation.get_absolute_url())

        one = grow(1)
        assert grow(9) == one <= 12


class TestRegistering:
    url = "/organisations/new/"

    def test_a_broker_registers_a_firm_and_leads_it_on(self, client: Client, broker: User) -> None:
        response = client.post(self.url, typed(number="974 760 673", email="post@example.no"))
        firm = Organisation.objects.get(name="Kirkenes Rør AS")
        assert response.headers["Location"] == firm.get_absolute_url()
        assert (firm.number, firm.registered_by, firm.municipality_id) == (NUMBER, broker, "5605")
        assert reverse("invitation-create", args=[firm.pk]) in client.get(firm.get_absolute_url()).content.decode()

    def test_whoever_came_from_a_need_goes_back_to_it(self, client: Client, broker: User) -> None:
        assert client.get(f"{self.url}?for=need").context["form"]["roles"].value() == ["employer"]
        response = client.post(f"{self.url}?for=need", typed())
        firm = Organisation.objects.get(name="Kirkenes Rør AS")
        assert response.headers["Location"] == f"/needs/new/?employer={firm.pk}"

    def test_whoever_came_from_elsewhere_is_not_sent_there(self, client: Client, broker: User) -> None:
        response = client.post(f"{self.url}?for=https://example.no", typed())
        assert response.headers["Location"] == Organisation.objects.get(name="Kirkenes Rør AS").get_absolute_url()

    def test_others_are_told_why_they_cannot(self, client: Client, member: Login) -> None:
        member("leader")
        assert client.get(self.url).status_code == 403
        assert client.post(self.url, typed()).status_code == 403
        assert not Organisation.objects.filter(name="Kirkenes Rør AS").exists()

    @pytest.mark.parametrize("number", ["974760674", "97476067", "9747606733", "NI-TALL"])
    def test_a_mistyped_number_is_explained_once(self, client: Client, broker: User, number: str) -> None:
        [said] = client.post(self.url, typed(number=number)).context["form"].errors["number"]
        assert number in said

    def test_a_number_that_is_taken_is_explained_with_the_name(self, client: Client, broker: User) -> None:
        there = OrganisationFactory.create(number=NUMBER)
        [said] = client.post(self.url, typed(number="974 760 673")).context["form"].errors["number"]
        assert there.name in said

    def test_ones_own_number_is_no_duplicate(self, client: Client, member: Login) -> None:
        MunicipalityFactory.create()
        organisation = OrganisationFactory.create(number=NUMBER)
        member("leader", organisation)
        response = client.post(reverse("organisation-edit", args=[organisation.pk]), typed(number=NUMBER))
        assert response.headers["Location"] == organisation.get_absolute_url()

    def test_a_likely_duplicate_is_shown_before_anything_is_saved(self, client: Client, broker: User) -> None:
        there = OrganisationFactory.create(name="Kirkenes Rør og Varme AS")
        response = client.post(self.url, typed())
        assert there.name in response.content.decode()
        assert not Organisation.objects.filter(name="Kirkenes Rør AS").exists()

    def test_one_that_is_another_is_registered_the_second_time(self, client: Client, broker: User) -> None:
        OrganisationFactory.create(name="Kirkenes Rør og Varme AS")
        client.post(self.url, typed(is_another="1"))
        assert Organisation.objects.filter(name="Kirkenes Rør AS").exists()

    def test_a_duplicate_one_may_not_see_is_named_but_not_linked(self, client: Client, broker: User) -> None:
        hidden = OrganisationFactory.create(name="Kirkenes Rør og Varme AS")
        assert hidden.get_absolute_url() not in client.post(self.url, typed()).content.decode()

    @pytest.mark.parametrize("role", ["county", "funder"])
    def test_nobody_makes_a_county_of_a_firm(self, client: Client, broker: User, role: str) -> None:
        response = client.post(self.url, typed(roles=["employer", role]))
        assert "roles" in response.context["form"].errors


class TestUnits:
    def test_a_leader_registers_a_unit(self, client: Client, member: Login) -> None:
        parent = OrganisationFactory.create(municipality=MunicipalityFactory.create())
        member("leader", parent)
        url = reverse("unit-create", args=[parent.pk])
        assert 'value="Sør-Varanger"' in client.get(url).content.decode()
        client.post(url, typed(name="Avdeling Pasvik"))
        assert Organisation.objects.get(name="Avdeling Pasvik").parent == parent

    def test_a_unit_has_no_units(self, client: Client, member: Login) -> None:
        unit = OrganisationFactory.create(parent=OrganisationFactory.create())
        member("leader", unit)
        assert client.get(reverse("unit-create", args=[unit.pk])).status_code == 403


class TestEditing:
    def test_saves_and_keeps_the_roles_that_are_not_free(self, client: Client, member: Login) -> None:
        MunicipalityFactory.create()
        county = OrganisationFactory.create(county_council=True)
        member("case_officer", county)
        client.post(reverse("organisation-edit", args=[county.pk]), typed(name="Finnmark", roles=["provider"]))
        county.refresh_from_db()
        assert (county.name, set(county.roles)) == ("Finnmark", {"provider", "county", "funder"})

    def test_an_employee_may_not(self, client: Client, member: Login) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        member("employee", leader.organisation)
        assert client.get(reverse("organisation-edit", args=[leader.organisation.pk])).status_code == 403

    def test_a_foreign_one_is_404(self, client: Client, member: Login) -> None:
        member("leader")
        assert client.get(reverse("organisation-edit", args=[OrganisationFactory.create().pk])).status_code == 404

    def test_a_mistake_keeps_what_was_typed(self, client: Client, member: Login) -> None:
        organisation = OrganisationFactory.create(name="Verksted AS")
        member("leader", organisation)
        url = reverse("organisation-edit", args=[organisation.pk])
        page = client.post(url, typed(municipality="Ingensteds")).content.decode()
        assert 'value="Ingensteds"' in page
        assert 'value="Kirkenes Rør AS"' in page
        organisation.refresh_from_db()
        assert organisation.name == "Verksted AS"
