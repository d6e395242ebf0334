"""From a need to its firm and back: registering the firm first, and beginning on the firm's page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from brokering.models import CompetenceNeed
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.brokering.test_need_forms import NEW, TEXT, filled
from tests.factories import CompetenceFactory, CompetenceNeedFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]


class TestRegisteringTheFirmFirst:
    details = {"municipality": "Kirkenes", "modes": ["online"], "latest_start": "2030-04-01", "level": "bachelor"}
    firm = {"name": "Pasvik Bakeri AS", "municipality": "", "roles": ["employer"]}

    def test_what_was_typed_is_there_again_with_the_new_firm_chosen(self, client: Client, broker: User) -> None:
        competence = CompetenceFactory.create()
        typed = {"text": TEXT, "headcount": "0", "competences": [competence.pk], "shift_work": "on", **self.details}
        register = client.post(NEW, {"employer": "", **typed, "register": "1"}).headers["Location"]
        assert "Afterwards you go on with the need." in client.get(register).content.decode()
        back = client.post(register, self.firm).headers["Location"]
        form = client.get(back).context["form"]
        firm = Organisation.objects.get(name="Pasvik Bakeri AS")
        assert back == f"{NEW}?employer={firm.pk}"
        again = {name: form[name].value() for name in typed}
        assert again == typed | {"shift_work": True}
        assert f'value="{firm.pk}" selected' in str(form["employer"])
        assert not CompetenceNeed.objects.exists()

    def test_what_was_typed_is_forgotten_when_the_need_is_saved(
        self, client: Client, broker: User, firm: Organisation
    ) -> None:
        client.post(NEW, {"text": TEXT, "register": "1"})
        assert TEXT in client.get(NEW).content.decode()
        client.post(NEW, filled(firm))
        assert TEXT not in client.get(NEW).content.decode()

    def test_nobody_else_sees_what_was_typed(self, client: Client, broker: User, member: Member) -> None:
        client.post(NEW, {"text": TEXT, "register": "1"})
        member()
        assert TEXT not in client.get(NEW).content.decode()

    def test_who_turns_round_comes_back_to_the_need(self, client: Client, broker: User) -> None:
        register = client.post(NEW, {"text": TEXT, "register": "1"}).headers["Location"]
        assert f'href="{NEW}">Cancel' in " ".join(client.get(register).content.decode().split())

    def test_enter_in_a_field_saves_and_does_not_register(self, client: Client, broker: User) -> None:
        page = client.get(NEW).content.decode()
        assert page.index('<button type="submit" hidden>') < page.index('name="register"')

    def test_only_those_who_may_register_firms_are_offered_to(
        self, client: Client, member: Member, firm: Organisation
    ) -> None:
        member("employee", firm)
        assert 'name="register"' not in client.get(NEW).content.decode()
        assert client.post(NEW, filled(firm, register="1")).headers["Location"].startswith("/needs/")

    def test_a_need_that_is_changed_has_its_firm(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        assert 'name="register"' not in client.get(reverse("need-edit", args=[need.pk])).content.decode()


class TestFromAFirmsPage:
    offered = "Enter a need for this firm"

    def test_the_firm_is_chosen_already(self, client: Client, broker: User, firm: Organisation) -> None:
        OrganisationFactory.create(municipality=firm.municipality)
        page = client.get(firm.get_absolute_url()).content.decode()
        assert self.offered in page
        assert f'href="{NEW}?employer={firm.pk}"' in page
        form = client.get(NEW, {"employer": firm.pk}).context["form"]
        assert f'value="{firm.pk}" selected' in str(form["employer"])

    def test_a_reader_is_not_offered_to(self, client: Client, member: Member, firm: Organisation) -> None:
        member(MemberRole.READER, firm)
        assert self.offered not in client.get(firm.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("employer", ["0", "-", "\0", "9" * 30])
    def test_a_firm_that_is_none_of_ones_own_is_not_chosen(
        self, client: Client, broker: User, firm: Organisation, employer: str
    ) -> None:
        page = client.get(NEW, {"employer": employer})
        assert "selected" not in str(page.context["form"]["employer"]).replace('value="" selected', "")
