"""What units do: public once it is stated, written by their leaders, and “not stated” until then."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config import demo_services
from partners.models import Organisation, Region, User
from partners.models.roles import MemberRole
from projects.models import UnitService
from tests.factories import MunicipalityFactory, OrganisationFactory
from tests.projects.factories_guidance import UnitFactory, UnitServiceFactory, fauske

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SAID = {"kind": "mapping", "about": "Vi går gjennom det du kan.", "audiences": ["young"], "takes_enquiries": "on"}


def services(client: Client, organisation: Organisation) -> Any:
    return client.get(reverse("organisation-services", args=[organisation.pk]))


class TestThePublicPage:
    def test_the_units_stand_under_one_roof(self, client: Client) -> None:
        service = UnitServiceFactory.create(about="Ta kontakt når du vil.", audiences=["firms"])
        silent = UnitFactory.create(parent=service.unit.parent, name="Opus")
        for page in (
            client.get(reverse("guidance-units")).content.decode(),
            services(client, service.unit).content.decode(),
            services(client, service.unit.parent).content.decode(),
        ):
            for shown in (service.unit.name, silent.name, service.about, "Firms, public and private", "Nordland"):
                assert shown in page
            assert "What it does: not stated" in page
            assert "Takes enquiries" in page
            assert reverse("guidance") in page

    def test_without_any_it_says_so(self, client: Client) -> None:
        assert "No unit is registered yet" in client.get(reverse("guidance-units")).content.decode()

    def test_an_organisation_that_states_nothing_is_not_shown_to_strangers(self, client: Client) -> None:
        assert services(client, UnitFactory.create()).status_code == 404

    def test_but_to_its_own_people(self, client: Client, member: Callable[..., User]) -> None:
        unit = UnitFactory.create()
        member(MemberRole.EMPLOYEE, unit)
        page = services(client, unit).content.decode()
        assert "What it does: not stated" in page
        assert reverse("service-create", args=[unit.pk]) not in page

    def test_its_own_list_of_places_is_said(self, client: Client) -> None:
        service = UnitServiceFactory.create()
        other = UnitServiceFactory.create(unit=service.unit, kind="mapping")
        other.municipalities.add(MunicipalityFactory.create())
        page = services(client, service.unit).content.decode()
        assert "Where: Nordland" in page
        assert "Where: Sør-Varanger" in page

    def test_it_stands_on_the_pages_of_the_organisation(self, client: Client, member: Callable[..., User]) -> None:
        service = UnitServiceFactory.create()
        parent = service.unit.parent
        link = f'href="{reverse("organisation-services", args=[parent.pk])}"'
        assert link in client.get(reverse("provider", args=[parent.pk])).content.decode()
        member(MemberRole.EMPLOYEE, parent)
        page = client.get(parent.get_absolute_url()).content.decode()
        assert link in page
        assert f"{service.unit}: Career guidance" in page
        assert "What it does for people and firms" in page

    def test_nothing_stands_on_those_of_others(self, client: Client, member: Callable[..., User]) -> None:
        firm = OrganisationFactory.create()
        member(MemberRole.EMPLOYEE, firm)
        assert "What it does for people and firms" not in client.get(firm.get_absolute_url()).content.decode()

    def test_queries_do_not_grow(self, queries: Callable[[str], int]) -> None:
        def add(kind: str) -> None:
            service = UnitServiceFactory.create(kind=kind)
            service.municipalities.add(fauske())
            UnitServiceFactory.create(unit=UnitFactory.create(parent=service.unit.parent))

        add("guidance")
        first = queries(reverse("guidance-units"))
        for _ in range(9):
            add("mapping")
        assert queries(reverse("guidance-units")) == first


class TestWriting:
    @pytest.fixture
    def unit(self) -> Organisation:
        return UnitFactory.create()

    @pytest.mark.parametrize("house", ["unit", "parent"])
    def test_a_leader_writes_what_the_unit_does(
        self, client: Client, member: Callable[..., User], unit: Organisation, house: str
    ) -> None:
        member(MemberRole.LEADER, unit if house == "unit" else unit.parent)
        page = client.post(reverse("service-create", args=[unit.pk]), SAID | {"municipalities": "Fauske"}, follow=True)
        service = UnitService.objects.get()
        assert (service.unit, service.kind, service.audiences) == (unit, "mapping", ["young"])
        assert list(service.municipalities.all()) == [fauske()]
        assert "The service is saved." in page.content.decode()
        edit = reverse("service-edit", args=[service.pk])
        assert edit in page.content.decode()
        assert 'value="Fauske"' in client.get(edit).content.decode()
        client.post(edit, {"kind": "guidance"})
        service.refresh_from_db()
        assert (service.kind, service.about, service.takes_enquiries) == ("guidance", "", False)
        removed = client.post(reverse("service-remove", args=[service.pk]), follow=True)
        assert "“Career guidance” is removed." in removed.content.decode()
        assert not UnitService.objects.exists()

    @pytest.mark.parametrize("role", [role for role in MemberRole if role != MemberRole.LEADER])
    def test_nobody_else_does(self, client: Client, member: Callable[..., User], unit: Organisation, role: str) -> None:
        service = UnitServiceFactory.create(unit=unit)
        member(role, unit)
        for name, pk in (("service-create", unit.pk), ("service-edit", service.pk)):
            response = client.get(reverse(name, args=[pk]))
            assert response.status_code == 403
            assert "Only the unit’s leaders can do this." in response.content.decode()
        assert client.post(reverse("service-remove", args=[service.pk])).status_code == 403

    def test_leaders_of_others_do_not_even_find_it(
        self, client: Client, member: Callable[..., User], unit: Organisation
    ) -> None:
        service = UnitServiceFactory.create(unit=unit)
        member(MemberRole.LEADER)
        for name, pk in (("service-create", unit.pk), ("service-edit", service.pk)):
            assert client.get(reverse(name, args=[pk])).status_code == 404

    def test_a_service_twice_is_refused_with_a_sentence(
        self, client: Client, member: Callable[..., User], unit: Organisation
    ) -> None:
        UnitServiceFactory.create(unit=unit, kind="mapping")
        member(MemberRole.LEADER, unit)
        page = client.post(reverse("service-create", args=[unit.pk]), SAID).content.decode()
        assert "The unit has this service already." in page


def test_the_demonstration_states_what_is_known_and_no_more() -> None:
    region = Region.objects.create(slug="salten", name="Salten", county=fauske().county)
    region.municipalities.add(fauske())
    school, unit = "fauske-videregaende-skole", "fauske-karrieresenter"
    demo_services.load({slug: UnitFactory.create(name=slug) for slug in (school, unit)})
    stated = set(UnitService.objects.values_list("unit__name", "kind"))
    assert stated == {(unit, "guidance")} | {(school, kind) for kind in ("guidance", "mapping", "referral")}
    assert [str(one.unit) for one in UnitService.objects.filter(takes_enquiries=True)] == [unit]
    assert all(fauske() in one.municipalities.all() for one in UnitService.objects.filter(unit__name=school))
