"""Asking for guidance without an account: who gets it is said, nothing is lost, and nothing is stored twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners.models import Distance, Municipality, Organisation
from partners.models.roles import MemberRole
from projects.models import Audience, EnquiryCount, GuidanceEnquiry, RetentionRule, ServiceKind
from projects.models.enquiry_states import Route
from projects.routing import Way, way_for
from tests.factories import CountyFactory, MembershipFactory, MunicipalityFactory
from tests.projects.factories_guidance import UnitServiceFactory, fauske

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
SAID = {
    "asker": "person",
    "firm": "",
    "subject": "guidance",
    "municipality": "Fauske",
    "text": "Jeg er lei av fisken og vil bli noe annet.",
    "name": "Ida Spørrevik",
    "email": "ida@sporrevik.example",
    "phone": "",
    "answer_by": "email",
    "homepage": "",
    "key": "one",
}


def send(client: Client, **said: str) -> Any:
    return client.post(reverse("guidance"), SAID | said)


def staffed(**facts: Any) -> Organisation:
    """A unit that gives the service, with a guide who reads."""
    service = UnitServiceFactory.create(**facts)
    MembershipFactory.create(organisation=service.unit, role=MemberRole.GUIDE)
    return service.unit


@pytest.fixture
def unit() -> Organisation:
    return staffed()


def far_away(km: float = 700) -> Municipality:
    place = MunicipalityFactory.create()
    for one, other in ((place, fauske()), (fauske(), place)):
        Distance.objects.create(origin=one, destination=other, km=km)
    return place


def test_from_the_front_page_to_the_answering_page(client: Client, unit: Organisation, work: Work) -> None:
    assert reverse("guidance") in client.get("/").content.decode()
    assert "you need no account" in client.get(reverse("guidance")).content.decode()
    response = send(client)
    enquiry = GuidanceEnquiry.objects.get()
    assert response.headers["Location"] == enquiry.get_own_url()
    page = client.get(enquiry.get_own_url()).content.decode()
    for shown in (enquiry.reference, SAID["text"], str(unit), "because they do this in Fauske: Career guidance"):
        assert shown in page
    assert work() == 2
    assert {message.to[0] for message in mail.outbox} == {SAID["email"], unit.memberships.get().user.email}


class TestTheForm:
    def test_it_says_who_reads_it_and_how_long_it_is_kept(self, client: Client) -> None:
        page = client.get(reverse("guidance")).content.decode()
        assert "deleted at the latest 6 months after the last message" in page
        RetentionRule.objects.update_or_create(unit=None, defaults={"months": 1})
        assert "deleted at the latest 1 month after" in client.get(reverse("guidance")).content.decode()

    def test_it_promises_the_longest_of_all_units(self, client: Client, unit: Organisation) -> None:
        RetentionRule.objects.create(unit=unit, months=24)
        assert "24 months" in client.get(reverse("guidance")).content.decode()
        send(client)
        assert GuidanceEnquiry.objects.get().kept_months == 24

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"text": ""}, "This field is required."),
            ({"text": "a\0b"}, "Null characters are not allowed."),
            ({"text": "a" * 4001}, "at most 4000 characters"),
            ({"subject": ""}, "This field is required."),
            ({"subject": "love"}, "Select a valid choice."),
            ({"municipality": "Nowhere"}, "We know no place called “Nowhere”."),
            ({"name": ""}, "This field is required."),
            ({"email": "ida"}, "Enter a valid email address."),
            ({"email": "ida@a.example\r\nBcc: alle@b.example"}, "Enter a valid email address."),
            ({"email": ""}, "Give your e-mail address, or choose to have the answer by phone."),
            ({"answer_by": "phone"}, "Give the number we are to call."),
            ({"asker": "firm"}, "Give the name of the firm."),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(
        self, client: Client, unit: Organisation, said: dict[str, str], sentence: str
    ) -> None:
        page = send(client, **said).content.decode()
        assert page.count(sentence) == 2, "in the summary, and at the field"
        assert not GuidanceEnquiry.objects.exists()

    def test_without_e_mail_one_is_called(self, client: Client, unit: Organisation, work: Work) -> None:
        """Nobody is kept out who does not read e-mail."""
        send(client, email="", phone="900 00 001", answer_by="phone")
        enquiry = GuidanceEnquiry.objects.get()
        assert "They call you." in client.get(enquiry.get_own_url()).content.decode()
        work()
        assert [message.to for message in mail.outbox] == [[unit.memberships.get().user.email]]

    def test_a_firm_asks_too(self, client: Client, unit: Organisation) -> None:
        send(client, asker="firm", firm="Fjordbåten AS")
        assert GuidanceEnquiry.objects.get().sender == "Fjordbåten AS (Ida Spørrevik)"

    def test_what_it_is_about_may_come_along(self, client: Client) -> None:
        page = client.get(reverse("guidance"), {"about": "recognition"}).content.decode()
        (chosen,) = re.findall(r"<input[^>]*checked[^>]*subject[^>]*>|<input[^>]*subject[^>]*checked[^>]*>", page)
        assert 'value="recognition"' in chosen

    def test_pressed_twice_it_is_one(self, client: Client, unit: Organisation, work: Work) -> None:
        assert len({send(client).headers["Location"] for _ in range(3)}) == 1
        assert work() == 2
        assert GuidanceEnquiry.objects.count() == EnquiryCount.objects.get().received == 1

    def test_changed_and_sent_again_it_is_another(self, client: Client, unit: Organisation) -> None:
        assert send(client).headers["Location"] != send(client, text="Noe helt annet.").headers["Location"]

    def test_the_same_words_in_another_form_open_nobodys_page(self, client: Client, unit: Organisation) -> None:
        assert send(client).headers["Location"] != send(client, key="two").headers["Location"]

    def test_every_form_has_a_key_of_its_own(self, client: Client) -> None:
        keys = {
            re.findall(r'name="key" value="([^"]{30,})"', str(client.get("/guidance/").content)).pop() for _ in "ab"
        }
        assert len(keys) == 2

    def test_a_robot_stores_nothing(self, client: Client, unit: Organisation, work: Work) -> None:
        assert send(client, homepage="https://spam.example").status_code == 302
        assert not GuidanceEnquiry.objects.exists()
        assert work() == 0

    def test_an_address_asks_five_times_a_day(self, client: Client, unit: Organisation, work: Work) -> None:
        answers = [send(client, key=str(n)) for n in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert "Nothing is stored; try later." in answers[-1].content.decode()
        assert SAID["text"] in answers[-1].content.decode()
        assert GuidanceEnquiry.objects.count() == EnquiryCount.objects.get().received == 5
        assert work() == 10

    def test_a_network_asks_twenty_times_an_hour(self, client: Client, unit: Organisation) -> None:
        answers = [send(client, email=f"nr{n}@a.example", key=str(n)).status_code for n in range(21)]
        assert answers == [302] * 20 + [429]

    def test_its_queries_do_not_grow(self, queries: Callable[[str], int], unit: Organisation) -> None:
        first = queries(reverse("guidance"))
        for _ in range(9):
            RetentionRule.objects.create(unit=staffed(), months=3)
        assert queries(reverse("guidance")) == first


class TestWhereItGoes:
    def way(self, subject: str = "guidance", asker: str = "person", place: Municipality | None = None) -> Way:
        found = way_for(place or fauske(), subject, asker)
        assert found
        return found

    def test_to_the_unit_in_the_place(self) -> None:
        county = fauske().county
        bodo = MunicipalityFactory.create(number="1804", name="Bodø", county=county)
        Distance.objects.create(origin=fauske(), destination=bodo, km=40)
        other, here = staffed(unit__municipality=bodo), staffed()
        assert self.way()[:2] == (here, Route.HERE)
        assert self.way(place=bodo)[:2] == (other, Route.HERE)

    def test_to_one_that_names_the_place_before_one_that_covers_the_county(self) -> None:
        saltdal = MunicipalityFactory.create(number="1840", name="Saltdal", county=fauske().county)
        staffed()
        named = UnitServiceFactory.create()
        named.municipalities.add(saltdal)
        MembershipFactory.create(organisation=named.unit, role=MemberRole.LEADER)
        assert self.way(place=saltdal)[:2] == (named.unit, Route.HERE)

    def test_within_the_county_to_the_nearest(self) -> None:
        county = fauske().county
        bodo = MunicipalityFactory.create(number="1804", name="Bodø", county=county)
        saltdal = MunicipalityFactory.create(number="1840", name="Saltdal", county=county)
        for town, km in ((bodo, 80), (fauske(), 25)):
            Distance.objects.create(origin=saltdal, destination=town, km=km)
        staffed(unit__municipality=bodo)
        near = staffed()
        assert self.way(place=saltdal) == (near, Route.COVERS, 25)

    def test_to_one_that_guides_where_nobody_gives_that_very_help(self, unit: Organisation) -> None:
        assert self.way("recognition")[:2] == (unit, Route.GUIDES)
        expert = staffed(kind=ServiceKind.RECOGNITION)
        assert self.way("recognition")[:2] == (expert, Route.HERE)

    def test_a_service_with_a_list_is_for_those_places_only(self) -> None:
        service = UnitServiceFactory.create()
        MembershipFactory.create(organisation=service.unit, role=MemberRole.GUIDE)
        bodo = MunicipalityFactory.create(number="1804", name="Bodø", county=fauske().county)
        service.municipalities.add(bodo)
        assert self.way().why == Route.NEAREST

    @pytest.mark.parametrize("house", ["unit", "parent"])
    def test_without_a_list_it_is_for_the_places_that_the_house_serves(self, house: str, unit: Organisation) -> None:
        bodo = MunicipalityFactory.create(number="1804", name="Bodø", county=fauske().county)
        assert unit.parent
        {"unit": unit, "parent": unit.parent}[house].serves.add(bodo)
        assert self.way().why == Route.NEAREST
        assert self.way(place=bodo).why == Route.COVERS

    def test_what_is_for_firms_is_not_for_a_person(self) -> None:
        staffed(audiences=[Audience.FIRMS])
        assert way_for(fauske(), "guidance", "person") is None
        assert self.way(asker="firm").why == Route.HERE

    def test_never_to_a_unit_where_nobody_reads(self, unit: Organisation) -> None:
        unit.memberships.update(role=MemberRole.EMPLOYEE)
        assert way_for(fauske(), "guidance", "person") is None

    def test_nor_to_one_that_does_not_take_enquiries(self) -> None:
        staffed(takes_enquiries=False)
        assert way_for(fauske(), "guidance", "person") is None

    def test_the_same_every_time(self) -> None:
        units = [staffed() for _ in range(5)]
        assert {self.way().unit for _ in range(5)} == {units[0]}


class TestWhereNobodyCovers:
    def test_the_nearest_is_offered_and_nothing_is_stored(self, client: Client, unit: Organisation) -> None:
        far_away()
        page = send(client, municipality="Kirkenes").content.decode()
        assert "Nothing is sent yet" in page
        assert f"{unit}, Fauske, about 700 kilometres away" in page
        assert SAID["text"] in page
        assert not GuidanceEnquiry.objects.exists()

    def test_it_goes_there_when_one_says_so(self, client: Client, unit: Organisation) -> None:
        far_away()
        send(client, municipality="Kirkenes", send_to=f"{unit.pk}-5605")
        enquiry = GuidanceEnquiry.objects.get()
        assert (enquiry.unit, enquiry.route) == (unit, Route.NEAREST)
        assert "and you chose it" in client.get(enquiry.get_own_url()).content.decode()

    @pytest.mark.parametrize("other", ["0-5605", "x", "", "{unit}-1841", "{unit}"])
    def test_not_anywhere_else(self, client: Client, unit: Organisation, other: str) -> None:
        far_away()
        said = {"municipality": "Kirkenes", "send_to": other.format(unit=unit.pk)}
        assert "Nothing is sent yet" in send(client, **said).content.decode()
        assert not GuidanceEnquiry.objects.exists()

    def test_one_whose_place_is_not_known_is_offered_without_a_distance(self, client: Client) -> None:
        MunicipalityFactory.create()
        unit = staffed(unit__municipality=None)
        page = send(client, municipality="Kirkenes").content.decode()
        assert f"{unit} takes enquiries" in page
        assert "kilometres" not in page

    def test_where_there_is_none_at_all_it_says_so(self, client: Client) -> None:
        CountyFactory.create()
        fauske()
        page = send(client).content.decode()
        assert "Nobody in Kompetansebro takes enquiries about this in Fauske or near it." in page
        assert "What you wrote stands below, and is not stored." in page
        assert SAID["text"] in page
