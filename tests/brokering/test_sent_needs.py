"""What comes of a need sent without an account, once it is confirmed: for its sender, its firm and its broker."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.jobs import nightly, send_proposal
from brokering.models import CompetenceNeed, NeedRequest
from brokering.models.needs import NeedState, Source
from brokering.waiting import waiting_for
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    MembershipFactory,
    NeedRequestFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "place")]
Work = Callable[[], int]
Queries = Callable[[str], int]
NUMBER = "974760673"


def press(client: Client, asked: NeedRequest, act: str) -> Any:
    return client.post(reverse(f"need-request-{act}", args=[asked.token]), follow=True)


def read(client: Client, asked: NeedRequest) -> str:
    return str(client.get(asked.get_absolute_url()).content.decode())


@pytest.fixture
def asked() -> NeedRequest:
    """Sent, and not confirmed yet."""
    return NeedRequestFactory.create()


@pytest.fixture
def need(client: Client, asked: NeedRequest) -> CompetenceNeed:
    """Confirmed by the link."""
    press(client, asked, "confirm")
    return CompetenceNeed.objects.get()


class TestConfirming:
    def test_it_becomes_a_need_that_waits_for_the_broker_of_the_place(
        self, client: Client, agency: Organisation, asked: NeedRequest
    ) -> None:
        assert "The need is sent." in press(client, asked, "confirm").content.decode()
        need = CompetenceNeed.objects.get()
        assert (need.state, need.source, need.handled_by) == (NeedState.SUBMITTED, Source.FORM, agency)
        assert (need.text, need.headcount, need.consent_to_share) == (asked.text, asked.headcount, True)
        assert (need.contact_name, need.contact_email) == (asked.contact_name, asked.contact_email)
        assert [(event.act, event.by, event.why) for event in need.events.all()] == [("submit", None, "")]
        assert need.matched_at

    def test_what_is_said_moves_to_the_need(self, need: CompetenceNeed, asked: NeedRequest) -> None:
        asked.refresh_from_db()
        assert {asked.text, asked.firm, asked.number, asked.contact_name, asked.contact_email} == {""}

    def test_twice_is_once(self, client: Client, need: CompetenceNeed, asked: NeedRequest) -> None:
        assert press(client, asked, "confirm").status_code == 200
        with pytest.raises(NeedRequest.DoesNotExist):
            asked.confirm()
        assert CompetenceNeed.objects.count() == Organisation.objects.employers().count() == 1

    def test_a_known_firm_is_found_by_its_number_and_stays_as_it_is(self, client: Client) -> None:
        known = OrganisationFactory.create(name="Kirkenes Rør AS", number=NUMBER, email="post@rør.example", roles=[])
        asked = NeedRequestFactory.create(number=NUMBER, firm="Noe annet")
        assert "Kirkenes Rør AS" not in read(client, asked)
        press(client, asked, "confirm")
        assert CompetenceNeed.objects.get().employer == known
        assert list(Organisation.objects.values_list("name", "email", "roles")) == [(known.name, known.email, [])]

    def test_a_new_firm_is_an_employer_in_that_place(self, need: CompetenceNeed, place: Municipality) -> None:
        firm = need.employer
        assert (firm.name, firm.roles, firm.municipality) == ("Polarnatt Mekaniske AS", ["employer"], place)
        assert (firm.email, firm.number) == ("", None)

    def test_where_no_broker_works_the_county_sees_it(self, client: Client, asked: NeedRequest) -> None:
        council = OrganisationFactory.create(county_council=True)
        officer = MembershipFactory.create(organisation=council, role=MemberRole.CASE_OFFICER).user
        said = "No competence broker works in Sør-Varanger yet. The need goes to Finnmark fylkeskommune."
        assert said in read(client, asked)
        press(client, asked, "confirm")
        need = CompetenceNeed.objects.get()
        assert need.handled_by is None
        waiting = list(waiting_for(officer, timezone.localdate()))
        assert [(item.url, item.tag) for item in waiting] == [(need.get_absolute_url(), "No broker yet")]
        client.force_login(officer)
        assert asked.contact_email in client.get(need.get_absolute_url()).content.decode()

    def test_where_nobody_works_it_says_so_before(self, client: Client, asked: NeedRequest) -> None:
        OrganisationFactory.create(county_council=True)
        assert "for now nobody receives it" in read(client, asked)


class TestAfter:
    def test_the_page_shows_the_need_its_state_and_what_fits(self, client: Client, asked: NeedRequest) -> None:
        offer = searchable(title="Sveising i aluminium")
        press(client, asked, "confirm")
        page = read(client, asked)
        for shown in (asked.text, "Submitted", offer.title, "Withdraw the need", "Delete what you know about me"):
            assert shown in page

    def test_it_asks_as_much_for_ten_courses_as_for_one(
        self, client: Client, asked: NeedRequest, queries: Queries
    ) -> None:
        searchable()
        press(client, asked, "confirm")
        one = queries(asked.get_absolute_url())
        for _ in range(9):
            searchable()
        nightly()
        assert client.get(asked.get_absolute_url()).context["page"].paginator.count == 10
        assert queries(asked.get_absolute_url()) == one <= 20

    def test_a_proposal_goes_to_whoever_sent_the_need_in_their_language(self, need: CompetenceNeed) -> None:
        Organisation.objects.update(email="post@polarnatt.example")
        MembershipFactory.create(organisation=need.employer, user__language="nn")
        need.refresh_from_db()
        send_proposal(ProposalFactory.create(need=need, offer__title="Kurs").pk)
        assert (mail.outbox[0].to, mail.outbox[0].subject) == ([need.contact_email], "A course for you: Kurs")

    def test_it_can_be_withdrawn_once(self, client: Client, need: CompetenceNeed, asked: NeedRequest) -> None:
        assert "The need is withdrawn." in press(client, asked, "withdraw").content.decode()
        page = press(client, asked, "withdraw").content.decode()
        assert "is not possible any more" in page
        assert "Not possible while the need is “Withdrawn”." in page
        assert [(event.act, event.by) for event in need.events.all()] == [("submit", None), ("withdraw", None)]

    def test_what_is_known_about_the_sender_can_be_deleted(
        self, client: Client, need: CompetenceNeed, asked: NeedRequest
    ) -> None:
        assert press(client, asked, "erase").status_code == 200
        need.refresh_from_db()
        assert (need.contact_name, need.contact_email, need.contact_addresses) == ("", "", [])
        assert need.contact_language == "nb"
        assert not NeedRequest.objects.exists()
        assert client.get(asked.get_absolute_url()).status_code == 404

    def test_the_history_never_knew_the_sender(self, need: CompetenceNeed) -> None:
        history = str(list(apps.get_model("brokering", "CompetenceNeedHistory").objects.values())) + str(
            list(need.events.values())
        )
        assert need.text in history
        assert [known for known in (need.contact_name, need.contact_email) if known in history] == []


class TestTheBroker:
    def test_reads_who_asks_and_which_firm_it_may_be(
        self, client: Client, broker: User, asked: NeedRequest, place: Municipality
    ) -> None:
        known = OrganisationFactory.create(name="Polarnatt Mekaniske", municipality=place)
        press(client, asked, "confirm")
        page = client.get(CompetenceNeed.objects.get().get_absolute_url()).content.decode()
        for shown in ("Kari Hansen", "mailto:kari@polarnatt.example", known.get_absolute_url()):
            assert shown in page
        assert "written down by" not in page

    def test_proposes_to_the_sender_though_the_firm_has_no_address(
        self, client: Client, broker: User, asked: NeedRequest, work: Work
    ) -> None:
        offer = searchable()
        press(client, asked, "confirm")
        need = CompetenceNeed.objects.get()
        client.post(reverse("propose", args=[need.pk, offer.pk]), {"message": "Passer dette?"})
        work()
        assert mail.outbox[0].to == ["kari@polarnatt.example"]

    def test_others_of_the_firm_see_who_spoke_for_it_and_strangers_do_not(
        self, client: Client, need: CompetenceNeed
    ) -> None:
        client.force_login(UserFactory.create())
        assert client.get(need.get_absolute_url()).status_code == 404
        client.force_login(MembershipFactory.create(organisation=need.employer).user)
        page = client.get(need.get_absolute_url()).content.decode()
        assert "kari@polarnatt.example" in page
        assert "Perhaps the firm is registered already" not in page
