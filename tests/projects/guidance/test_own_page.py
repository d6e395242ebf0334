"""The page of whoever asked: all of it by the link, nothing without; taken along, and erased whole."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import Error, connection
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from partners.models import User
from partners.models.roles import MemberRole
from projects.knowledge import LocalOffer
from projects.models import EnquiryCount, GuidanceEnquiry
from projects.models.enquiry_states import ANSWER, CLOSE, TAKE, EnquiryState, Reason
from tests.factories import MembershipFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitFactory, UnitServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SECRET, MORE, SPOKEN = "Fiskelukta sitter i veggene", "Hva med havneskolen på kvelden", "Vi ringes om havnefaget"
COURSE = LocalOffer("Logistikk i praksis", "/offers/7/", "Fagskolen", "Bodø", 7)


@pytest.fixture
def guide() -> User:
    service = UnitServiceFactory.create()
    return MembershipFactory.create(organisation=service.unit, role=MemberRole.GUIDE).user


@pytest.fixture
def enquiry(guide: User) -> GuidanceEnquiry:
    return GuidanceEnquiryFactory.create(unit=guide.memberships.get().organisation, text=SECRET)


def read(client: Client, enquiry: GuidanceEnquiry) -> str:
    return str(client.get(enquiry.get_own_url()).content.decode())


def press(client: Client, enquiry: GuidanceEnquiry, name: str, **said: str) -> Any:
    return client.post(reverse(f"guidance-{name}", args=[enquiry.token]), said, follow=True)


class TestThePage:
    def test_it_says_in_plain_words_how_far_it_has_come(
        self, client: Client, enquiry: GuidanceEnquiry, guide: User
    ) -> None:
        assert f"{enquiry.unit} has received it." in read(client, enquiry)
        enquiry.carry_out(TAKE, guide)
        assert f"Somebody at {enquiry.unit} is working on it." in read(client, enquiry)
        enquiry.answer(ANSWER, guide, "Kom på en prat.")
        page = read(client, enquiry)
        assert f"{enquiry.unit} has answered." in page
        assert "Kom på en prat." in page
        assert str(guide) in page
        enquiry.carry_out(CLOSE, guide)
        assert "Write again if something remains." in read(client, enquiry)

    @pytest.mark.parametrize("state", EnquiryState.values)
    def test_the_steps_are_three(self, state: str) -> None:
        steps = GuidanceEnquiryFactory.create(state=state).steps
        assert [mark for _label, mark in steps].count("current") == (state in {"received", "taken"})
        assert steps[-1][0] == ("Closed" if state == "closed" else "Answered")

    def test_courses_are_links(self, client: Client, enquiry: GuidanceEnquiry, guide: User) -> None:
        enquiry.refer(guide, [COURSE], "")
        page = read(client, enquiry)
        assert '<a href="/offers/7/">Logistikk i praksis</a>' in page
        assert "Fagskolen · Bodø" in page

    def test_sent_on_it_says_where_and_why(self, client: Client, enquiry: GuidanceEnquiry, guide: User) -> None:
        other = UnitFactory.create(name="Opus")
        enquiry.send_on(guide, other, Reason.SERVICE)
        assert "Another unit sent it on to Opus: They give this help." in read(client, enquiry)

    def test_nobody_keeps_or_finds_it(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        response = client.get(enquiry.get_own_url())
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()

    def test_only_the_link_opens_it(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        assert len(enquiry.token) >= 40
        for known in ("guessed", enquiry.reference, str(enquiry.pk)):
            response = client.get(reverse("guidance-enquiry", args=[known]))
            assert response.status_code == 404
            assert "There is no enquiry here" in response.content.decode()

    def test_nothing_is_done_by_opening(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        for name in ("more", "erase"):
            assert client.get(reverse(f"guidance-{name}", args=[enquiry.token])).status_code == 405

    def test_its_queries_do_not_grow(
        self, queries: Callable[[str], int], enquiry: GuidanceEnquiry, guide: User
    ) -> None:
        enquiry.answer(ANSWER, guide, "x")
        first = queries(enquiry.get_own_url())
        for n in range(9):
            enquiry.refer(guide, [COURSE._replace(pk=n)], f"x{n}")
        assert queries(enquiry.get_own_url()) == first


class TestAskingMore:
    def test_it_comes_to_the_unit(self, client: Client, enquiry: GuidanceEnquiry, work: Callable[[], int]) -> None:
        page = press(client, enquiry, "more", text=MORE).content.decode()
        assert MORE in page
        assert f"Sent to {enquiry.unit}." in page
        assert work() == 1

    @pytest.mark.parametrize("state", [EnquiryState.ANSWERED, EnquiryState.CLOSED])
    def test_what_was_answered_or_closed_is_worked_on_again(self, enquiry: GuidanceEnquiry, state: str) -> None:
        GuidanceEnquiry.objects.update(state=state)
        enquiry.refresh_from_db()
        enquiry.ask_more(MORE)
        enquiry.refresh_from_db()
        assert enquiry.state == EnquiryState.TAKEN
        assert [event.act for event in enquiry.events.all()] == ["ask_more"]

    def test_before_that_its_state_stays(self, enquiry: GuidanceEnquiry) -> None:
        enquiry.ask_more(MORE)
        enquiry.refresh_from_db()
        assert enquiry.state == EnquiryState.RECEIVED

    def test_nothing_is_not_sent(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        assert "This field is required." in press(client, enquiry, "more", text="").content.decode()
        assert not enquiry.messages.exists()

    def test_twenty_a_day_are_enough(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        answers = [press(client, enquiry, "more", text=str(n)).status_code for n in range(21)]
        assert answers == [200] * 20 + [429]
        assert enquiry.messages.count() == 20

    def test_a_page_left_open_after_it_was_deleted_says_so(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        GuidanceEnquiry.objects.all().delete()
        for name in ("more", "erase"):
            assert press(client, enquiry, name, text=MORE).status_code == 404


class TestTakingItAlong:
    def test_it_is_all_there(self, client: Client, enquiry: GuidanceEnquiry, guide: User) -> None:
        enquiry.ask_more(MORE)
        enquiry.refer(guide, [COURSE], SPOKEN)
        response = client.get(reverse("guidance-export", args=[enquiry.token]))
        assert f'filename="{enquiry.reference}.json"' in response.headers["Content-Disposition"]
        copy = response.json()
        assert (copy["text"], copy["name"], copy["email"]) == (SECRET, enquiry.name, enquiry.email)
        assert [(one["text"], one["unit"]) for one in copy["messages"]] == [(MORE, None), (SPOKEN, str(enquiry.unit))]
        assert [one["title"] for one in copy["referrals"]] == [COURSE.title]
        assert [one["act"] for one in copy["events"]] == ["refer"]

    def test_neither_the_key_nor_the_units_people(self, client: Client, enquiry: GuidanceEnquiry, guide: User) -> None:
        enquiry.answer(ANSWER, guide, "x")
        text = client.get(reverse("guidance-export", args=[enquiry.token])).content.decode()
        assert [word for word in (enquiry.token, guide.email, guide.last_name) if word in text] == []


def everywhere(*words: str) -> list[tuple[str, str]]:
    """Each table where a word stands in some row: the whole database is read."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')  # noqa: S608 - names of our own tables
            text = "\n".join(row[0] for row in cursor.fetchall())
            found += [(table, word) for word in words if word in text]
    return found


class TestErasing:
    @pytest.fixture
    def whole(self, client: Client, enquiry: GuidanceEnquiry, guide: User) -> GuidanceEnquiry:
        """With everything that can belong to one."""
        EnquiryCount.add(enquiry.unit, enquiry.subject, enquiry.delete_after)
        client.force_login(guide)
        client.post(reverse("enquiry-answer", args=[enquiry.pk]), {"text": SPOKEN})
        press(client, enquiry, "more", text=MORE)
        enquiry.refer(guide, [COURSE], "x")
        return enquiry

    def words(self, enquiry: GuidanceEnquiry) -> list[str]:
        return [SECRET, MORE, SPOKEN, enquiry.name, enquiry.email, enquiry.phone, enquiry.token, enquiry.reference]

    def test_before_it_stands_in_its_own_tables_only(self, whole: GuidanceEnquiry) -> None:
        """Not in histories, jobs, sessions or the cache."""
        assert {table for table, _word in everywhere(*self.words(whole))} == {
            "projects_guidanceenquiry",
            "projects_enquirymessage",
        }
        assert not Context.objects.filter(metadata__icontains=whole.token).exists()
        assert caches["default"].get(whole.email) is None

    def test_afterwards_it_is_nowhere_in_the_database(self, client: Client, whole: GuidanceEnquiry) -> None:
        page = press(client, whole, "erase").content.decode()
        assert "Everything is deleted" in page
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert everywhere(*self.words(whole), COURSE.title) == []
        for table in ("guidanceenquiry", "enquirymessage", "enquiryevent", "referral"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM projects_{table}")  # noqa: S608 - the names above
                assert cursor.fetchone() == (0,), table

    def test_its_count_stays(self, client: Client, whole: GuidanceEnquiry) -> None:
        press(client, whole, "erase")
        assert EnquiryCount.objects.get().received == 1
        assert client.get(whole.get_own_url()).status_code == 404

    def test_the_page_asks_before(self, client: Client, whole: GuidanceEnquiry) -> None:
        page = read(client, whole)
        assert page.index("It cannot be undone.") < page.index("Yes, delete everything")


class TestEvents:
    @pytest.fixture
    def moved(self, enquiry: GuidanceEnquiry, guide: User) -> GuidanceEnquiry:
        enquiry.carry_out(TAKE, guide)
        return enquiry

    def test_one_is_never_changed(self, moved: GuidanceEnquiry) -> None:
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update rows"):
            cursor.execute("UPDATE projects_enquiryevent SET act = 'close'")

    def test_one_is_deleted_with_its_enquiry_only(self, moved: GuidanceEnquiry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM projects_enquiryevent")
            with pytest.raises(Error, match="an enquiry that is kept"):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_replayed_they_give_the_state(self, moved: GuidanceEnquiry, guide: User) -> None:
        moved.answer(ANSWER, guide, "x")
        moved.carry_out(CLOSE, guide)
        moved.ask_more("x")
        moved.refresh_from_db()
        path = [(event.from_state, event.to_state) for event in moved.events.all()]
        assert path == [("received", "taken"), ("taken", "answered"), ("answered", "closed"), ("closed", "taken")]
        assert moved.state == "taken"
