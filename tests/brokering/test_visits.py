"""Logging a visit, and who reads it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.models import CompetenceNeed, Visit
from brokering.models.needs import NeedState
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    MembershipFactory,
    OrganisationFactory,
    VisitFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
NEW = "/visits/new/"
LIST = "/visits/"


def typed(firm: Organisation | str, *needs: str, **changes: Any) -> dict[str, Any]:
    plain = {"firm": str(firm), "on": timezone.localdate().isoformat(), "notes": "Travelt før sesongen."}
    return {**plain, "found": list(needs), "found_people": ["2" for _need in needs], **changes}


class TestLogging:
    def test_a_firm_and_two_sentences_are_a_visit_with_two_open_needs(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        offer = searchable(title="Sveising i aluminium")
        response = client.post(NEW, typed("kirkenes rør as", "Sveise i aluminium", "Krankurs"))
        visit = Visit.objects.get()
        assert response.headers["Location"] == visit.get_absolute_url()
        assert (visit.firm, visit.handled_by, visit.by, visit.on) == (firm, agency, broker, timezone.localdate())
        needs = list(visit.needs.order_by("pk"))
        assert [(need.text, need.headcount) for need in needs] == [("Sveise i aluminium", 2), ("Krankurs", 2)]
        for need in needs:
            assert (need.state, need.source, need.employer) == (NeedState.OPEN, "visit", firm)
            assert (need.handled_by, need.created_by, need.municipality) == (agency, broker, firm.municipality)
            assert not need.consent_to_share
        assert [match.offer for match in needs[0].matches.all()] == [offer]

    def test_pressed_twice_it_is_logged_once(self, client: Client, broker: User, firm: Organisation) -> None:
        for _time in range(2):
            client.post(NEW, typed(firm, "Krankurs"))
        assert (Visit.objects.count(), CompetenceNeed.objects.count()) == (1, 1)

    def test_a_need_that_was_forgotten_goes_to_the_same_visit(
        self, client: Client, broker: User, firm: Organisation
    ) -> None:
        client.post(NEW, typed(firm, "Krankurs"))
        client.post(NEW, typed(firm, "Krankurs", "Truckførerbevis"))
        assert set(Visit.objects.get().needs.values_list("text", flat=True)) == {"Krankurs", "Truckførerbevis"}

    def test_another_visit_the_same_day_is_another(self, client: Client, broker: User, firm: Organisation) -> None:
        client.post(NEW, typed(firm))
        client.post(NEW, typed(firm, notes="Var innom igjen."))
        assert Visit.objects.count() == 2

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("firm", "", "This field is required."),
            ("firm", "Ukjent AS", "We know no firm called “Ukjent AS”."),
            ("firm", "Kirkenes Rør", "Did you mean Kirkenes Rør AS?"),
            ("on", (timezone.localdate() + timedelta(days=2)).isoformat(), "choose today or an earlier day"),
            ("next_follow_up", "2000-01-01", "Choose a day after the visit"),
            ("found_people", ["0"], "Say how many people “Krankurs” is for"),
            ("found_people", ["10001"], "Say how many people “Krankurs” is for"),
            ("found_people", ["²"], "Say how many people “Krankurs” is for"),
            ("found", ["x" * 1001], "Write each need in at most 1000 characters."),
            ("notes", "x" * 4001, "at most 4000 characters"),
        ],
    )
    def test_a_mistake_is_explained_and_keeps_what_was_typed(
        self, client: Client, broker: User, firm: Organisation, field: str, value: Any, told: str
    ) -> None:
        page = client.post(NEW, typed(firm, "Krankurs", met="Kari i verkstedet") | {field: value}).content.decode()
        assert told in page
        assert "Kari i verkstedet" in page
        assert not Visit.objects.exists()

    def test_of_two_firms_of_one_name_the_place_tells(
        self, client: Client, broker: User, firm: Organisation, agency: Organisation
    ) -> None:
        other = OrganisationFactory.create(name=firm.name, municipality=firm.municipality)
        client.post(NEW, typed(f"{firm.name} ({firm.municipality})"))
        assert Visit.objects.get().firm == other

    def test_only_firms_that_one_may_write_needs_for_are_found(self, client: Client, broker: User) -> None:
        stranger = OrganisationFactory.create(name="Langt Unna AS")
        assert "We know no firm called" in client.post(NEW, typed(stranger)).content.decode()

    def test_who_brokers_for_two_visits_for_the_one_that_serves_the_place(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation, place: Municipality
    ) -> None:
        elsewhere = OrganisationFactory.create(name="Aust-Finnmark Meglarar", roles=["partner"])
        elsewhere.serves.add(Municipality.objects.create(**far_away(place)))
        MembershipFactory.create(user=broker, organisation=elsewhere, role=MemberRole.BROKER)
        client.post(NEW, typed(firm))
        assert Visit.objects.get().handled_by == agency

    @given(st.lists(st.text(max_size=30), max_size=4), st.lists(st.text(max_size=8), max_size=4), st.text(max_size=40))
    @examples(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_is_typed_is_no_error_of_ours(
        self, client: Client, broker: User, firm: Organisation, needs: list[str], people: list[str], name: str
    ) -> None:
        for firm_name in (name, firm.name):
            data = {"firm": firm_name, "on": "2026-01-01", "found": needs, "found_people": people, "notes": name}
            assert client.post(NEW, data).status_code in {200, 302}


def far_away(place: Municipality) -> dict[str, Any]:
    return {
        "number": "5603",
        "name": "Hammerfest",
        "official_name": "Hammerfest",
        "county": place.county,
        "latitude": 70.66,
        "longitude": 23.68,
        "point": "centre",
    }


class TestWhoReadsIt:
    def test_colleagues_do_and_the_firm_does_not(
        self, client: Client, member: Member, agency: Organisation, firm: Organisation
    ) -> None:
        visit = VisitFactory.create(firm=firm, handled_by=agency)
        member(MemberRole.LEADER, agency)
        assert visit.notes in client.get(visit.get_absolute_url()).content.decode()
        assert visit.notes in client.get(LIST).content.decode()
        for role, house in ((MemberRole.LEADER, firm), (MemberRole.READER, agency), (MemberRole.GUIDE, agency)):
            member(role, house)
            assert client.get(visit.get_absolute_url()).status_code == 404
            assert client.get(reverse("visit-edit", args=[visit.pk])).status_code == 404

    @pytest.mark.parametrize("url", [LIST, NEW])
    def test_only_brokers_have_visits(self, client: Client, member: Member, url: str) -> None:
        member("employee")
        assert client.get(url).status_code == 403

    def test_another_brokers_visits_are_their_own(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        foreign, own = VisitFactory.create(firm=firm), VisitFactory.create(firm=firm, handled_by=agency)
        assert list(client.get(LIST).context["page"]) == [own]
        assert client.get(foreign.get_absolute_url()).status_code == 404

    def test_a_firm_that_was_visited_is_seen(self, client: Client, broker: User, agency: Organisation) -> None:
        away = VisitFactory.create(handled_by=agency).firm
        assert client.get(away.get_absolute_url()).status_code == 200
        assert away.name in client.get(NEW).content.decode()


class TestList:
    def test_the_latest_comes_first_and_is_searched_by_firm(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        today = timezone.localdate()
        old = VisitFactory.create(firm=firm, handled_by=agency, on=today - timedelta(days=9))
        new = VisitFactory.create(handled_by=agency)
        assert list(client.get(LIST).context["page"]) == [new, old]
        assert list(client.get(LIST, {"q": "kirkenes"}).context["page"]) == [old]
        assert 'class="empty"' in client.get(LIST, {"q": "\0%"}).content.decode()

    def test_an_empty_list_says_what_to_do(self, client: Client, broker: User) -> None:
        assert "Log the first visit" in client.get(LIST).content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, broker: User, agency: Organisation, queries: Queries
    ) -> None:
        CompetenceNeedFactory.create(visit=VisitFactory.create(handled_by=agency))
        one = queries(LIST)
        for visit in VisitFactory.create_batch(9, handled_by=agency):
            CompetenceNeedFactory.create_batch(2, visit=visit)
        assert queries(LIST) == one <= 5


class TestPage:
    def test_shows_what_was_written_and_the_needs(self, client: Client, broker: User, agency: Organisation) -> None:
        visit = VisitFactory.create(handled_by=agency, met="Kari", next_follow_up=timezone.localdate())
        need = CompetenceNeedFactory.create(visit=visit, handled_by=agency)
        page = client.get(visit.get_absolute_url()).content.decode()
        for shown in (visit.notes, "Kari", need.text, str(visit.by)):
            assert shown in page

    def test_what_is_not_known_is_said_to_be(self, client: Client, broker: User, agency: Organisation) -> None:
        visit = VisitFactory.create(handled_by=agency, notes="")
        page = client.get(visit.get_absolute_url()).content.decode()
        assert page.count("not stated") == 2
        assert "No need was written down." in page

    def test_asks_as_many_queries_whatever_was_found(
        self, client: Client, broker: User, agency: Organisation, queries: Queries
    ) -> None:
        visit = VisitFactory.create(handled_by=agency)
        CompetenceNeedFactory.create(visit=visit)
        one = queries(visit.get_absolute_url())
        CompetenceNeedFactory.create_batch(9, visit=visit)
        assert queries(visit.get_absolute_url()) == one <= 5


class TestChanging:
    def test_saves_and_takes_more_needs(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        visit = VisitFactory.create(firm=firm, handled_by=agency)
        url = reverse("visit-edit", args=[visit.pk])
        version = client.get(url).context["version"]
        client.post(url, typed(firm, "Krankurs", notes="", version=version))
        visit.refresh_from_db()
        assert (visit.notes, visit.needs.get().text) == ("", "Krankurs")

    def test_saved_by_somebody_else_meanwhile_shows_both_and_changes_nothing(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        visit = VisitFactory.create(firm=firm, handled_by=agency)
        url = reverse("visit-edit", args=[visit.pk])
        version = client.get(url).context["version"]
        client.post(url, typed(firm, notes="Min", version=version))
        response = client.post(url, typed(firm, notes="Din", version=version))
        assert response.status_code == 409
        assert "Min" in response.content.decode()
        visit.refresh_from_db()
        assert visit.notes == "Min"

    def test_notes_are_not_in_the_history_so_that_they_can_be_deleted(self) -> None:
        visit = VisitFactory.create(notes="Hemmelig", met="Kari")
        assert visit.history.count() == 1
        kept = {field.name for field in visit.history.model._meta.get_fields()}
        assert kept.isdisjoint({"notes", "met"})
