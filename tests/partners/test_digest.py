"""The weekly e-mail: gathered from kinds, once a week and person, silent when there is nothing, ended by one click."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_q.models import Schedule
from pytest_django import Settings

from config import env
from partners import digest, jobs
from partners.digest import Item, Section, kinds, opening, send_due, write_all
from partners.models import Digest, DigestRefusal, User
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MONDAY = datetime(2026, 5, 4, 7, 0, tzinfo=ZoneInfo("Europe/Oslo"))
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


class News:
    """A kind that tells everybody what lies in `told`, and remembers what it was asked."""

    name, label = "news", "What is new"
    told: list[Section] = []
    asked: list[tuple[datetime, datetime]] = []

    def is_for(self, user: User) -> bool:
        return True

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        self.asked.append((since, until))
        return self.told


class Tips(News):
    name, label = "tips", "Tips"

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        return [Section(_("Language"), "/about/", [Item("Tips", "/about/")])]


@pytest.fixture(autouse=True)
def only_these_kinds(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.DIGEST_KINDS = [f"{__name__}.News", f"{__name__}.Tips"]
    monkeypatch.setattr(News, "told", [Section("A <need>", "/needs/1/", [Item("Course", "/offers/1/", "30 km")], 2)])
    monkeypatch.setattr(News, "asked", [])
    kinds.cache_clear()
    yield
    kinds.cache_clear()


@pytest.fixture
def reader() -> User:
    return MembershipFactory.create(user__language="en").user


def links(of: Any) -> list[str]:
    """The paths of the links in a mail that end it, in the order they stand."""
    return re.findall(r"https?://[^/]+(/weekly/unsubscribe/\S+/)", of.body)


class TestWriting:
    def test_tells_what_there_is_in_text_and_html(self, reader: User) -> None:
        write_all(MONDAY)
        send_due(MONDAY)
        letter: Any = mail.outbox[0]
        html = str(letter.alternatives[0][0])
        assert (letter.to, letter.subject) == ([reader.email], "Your week in Kompetansebro")
        for part in (letter.body, html):
            for shown in ("What is new", "Course", "/needs/1/", "/offers/1/", "30 km", "and 2 more", "Tips"):
                assert shown in part
        assert "A <need>" in letter.body
        assert "A &lt;need&gt;" in html
        assert 'lang="en"' in html

    def test_with_one_kind_the_subject_says_which(self, reader: User, settings: Settings) -> None:
        settings.DIGEST_KINDS = settings.DIGEST_KINDS[:1]
        kinds.cache_clear()
        write_all(MONDAY)
        assert Digest.objects.get().subject == "What is new"

    def test_is_in_the_readers_language(self, reader: User) -> None:
        User.objects.update(language="nb")
        write_all(MONDAY)
        written = Digest.objects.get()
        assert "Språk" in written.text
        assert 'lang="nb"' in written.html

    def test_nothing_is_sent_when_there_is_nothing(self, reader: User, settings: Settings, monkeypatch: Any) -> None:
        settings.DIGEST_KINDS = settings.DIGEST_KINDS[:1]
        kinds.cache_clear()
        monkeypatch.setattr(News, "told", [])
        write_all(MONDAY)
        send_due(MONDAY)
        assert mail.outbox == []
        assert Digest.objects.get().until == MONDAY

    def test_asks_from_where_the_last_one_ended(self, reader: User) -> None:
        write_all(MONDAY)
        write_all(MONDAY + 3 * WEEK)
        assert News.asked == [(MONDAY - WEEK, MONDAY), (MONDAY, MONDAY + 3 * WEEK)]

    def test_one_persons_trouble_is_not_anothers(self, reader: User, monkeypatch: Any, caplog: Any) -> None:
        other = MembershipFactory.create().user

        def sections(self: News, user: User, since: datetime, until: datetime) -> list[Section]:
            if user == reader:
                raise ValueError
            return [Section("A", "/", [])]

        monkeypatch.setattr(News, "sections", sections)
        write_all(MONDAY)
        assert Digest.objects.get().user == other
        assert "could not be written" in caplog.text

    def test_goes_to_nobody_who_is_gone_or_has_no_part_in_anything(self, reader: User) -> None:
        UserFactory.create()
        User.objects.filter(pk=reader.pk).update(is_active=False)
        write_all(MONDAY)
        assert not Digest.objects.exists()


class TestOnce:
    def test_a_week_and_person(self, reader: User) -> None:
        for late in (0, 1, 23):
            write_all(MONDAY + late * HOUR)
            send_due(MONDAY + late * HOUR)
        assert len(mail.outbox) == 1
        write_all(MONDAY + WEEK)
        send_due(MONDAY + WEEK)
        names = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
        assert names == [f"<digest-{reader.pk}-2026-05-{day}@kompetansebro>" for day in ("04", "11")]

    def test_the_database_holds_it(self, reader: User) -> None:
        write_all(MONDAY)
        with pytest.raises(IntegrityError, match="one_digest_a_person_and_week"):
            Digest.objects.create(user=reader, week=MONDAY.date(), until=MONDAY)

    def test_neither_is_one_both_sent_and_given_up_nor_a_kind_refused_twice(self, reader: User) -> None:
        write_all(MONDAY)
        with pytest.raises(IntegrityError, match="a_digest_is_sent_or_given_up"), transaction.atomic():
            Digest.objects.update(sent_at=MONDAY, given_up_at=MONDAY)
        DigestRefusal.objects.create(user=reader, kind="news")
        with pytest.raises(IntegrityError, match="a_kind_is_refused_once"), transaction.atomic():
            DigestRefusal.objects.create(user=reader, kind="news")

    def test_what_is_delivered_is_not_kept_and_what_is_old_is_forgotten(self, reader: User) -> None:
        write_all(MONDAY)
        send_due(MONDAY)
        sent = Digest.objects.get()
        assert (sent.sent_at, sent.text, sent.html) == (MONDAY, "", "")
        assert not Digest.objects.outlived(MONDAY + 17 * WEEK).exists()
        assert Digest.objects.outlived(MONDAY + 18 * WEEK).exists()

    def test_the_worker_does_it(self, reader: User, settings: Settings) -> None:
        now = datetime.now(ZoneInfo("Europe/Oslo"))
        settings.DIGEST_AT = (now.weekday(), now.hour)
        jobs.hourly()
        assert len(mail.outbox) == 1


class TestTheHour:
    @pytest.mark.parametrize(("late", "is_open"), [(-1, False), (0, True), (23, True), (24, False), (100, False)])
    def test_it_is_written_within_a_day_of_it(self, reader: User, late: int, is_open: bool) -> None:
        write_all(MONDAY + late * HOUR)
        assert Digest.objects.exists() == is_open

    def test_is_that_of_the_setting_summer_and_winter(self, settings: Settings) -> None:
        settings.DIGEST_AT = (6, 18)
        for month, day in ((1, 4), (7, 5)):
            there = datetime(2026, month, day, 18, 5, tzinfo=ZoneInfo("Europe/Oslo"))
            assert opening(there) == there - timedelta(minutes=5)
            assert opening(there - HOUR) is None

    def test_a_week_has_one_whatever_the_hour_is_changed_to(self, reader: User, settings: Settings) -> None:
        write_all(MONDAY)
        settings.DIGEST_AT = (2, 12)
        write_all(MONDAY + timedelta(days=2, hours=5))
        assert Digest.objects.count() == 1

    def test_can_be_read_or_says_why_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DIGEST_AT", " Friday 15 ")
        assert env.hour_of_week("DIGEST_AT", "monday 7") == (4, 15)
        for wrong in ("fredag 15", "friday", "friday 24", "friday x"):
            monkeypatch.setenv("DIGEST_AT", wrong)
            with pytest.raises(ImproperlyConfigured, match="such as “monday 7”"):
                env.hour_of_week("DIGEST_AT", "monday 7")

    def test_is_looked_for_every_hour(self) -> None:
        Schedule.objects.all().delete()
        import_module("partners.migrations.0005_plan").plan(apps, None)
        (planned,) = Schedule.objects.all()
        assert (planned.schedule_type, planned.next_run.minute) == (Schedule.HOURLY, 0)
        assert import_string(planned.func) is jobs.hourly


class TestUnsubscribing:
    @pytest.fixture
    def letter(self, reader: User) -> Any:
        write_all(MONDAY)
        send_due(MONDAY)
        return mail.outbox[0]

    def test_a_kind_by_its_link_without_logging_in(self, letter: Any, reader: User) -> None:
        of_news, _of_tips = links(letter)
        stranger = Client()
        assert "What is new" in stranger.get(of_news).content.decode()
        assert not DigestRefusal.objects.exists()
        stranger.cookies["language"] = "en"
        assert "This part comes no more" in stranger.post(of_news).content.decode()
        assert [refusal.kind for refusal in reader.digest_refusals.all()] == ["news"]
        write_all(MONDAY + WEEK)
        assert "What is new" not in Digest.objects.latest("week").text

    def test_all_of_it_by_the_button_of_the_mail_program(self, letter: Any, reader: User) -> None:
        """RFC 8058: a POST from anywhere, without cookies, answered at once and with no redirect."""
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        url = letter.extra_headers["List-Unsubscribe"].strip("<>")
        machine = Client(enforce_csrf_checks=True)
        for _time in range(2):
            assert machine.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
        write_all(MONDAY + WEEK)
        assert Digest.objects.latest("week").text == ""

    def test_what_was_waiting_is_not_sent_then(self, reader: User) -> None:
        write_all(MONDAY)
        digest.refuse(reader, None)
        send_due(MONDAY)
        assert mail.outbox == []

    def test_nobody_guesses_a_link(self, letter: Any) -> None:
        of_news = links(letter)[0]
        for wrong in ("/weekly/unsubscribe/nothing/", of_news.replace(":", "x:", 1), of_news[:-3] + "/"):
            assert Client().post(wrong).status_code == 404

    def test_nor_is_one_of_use_when_the_person_or_the_kind_is_gone(self, letter: Any, reader: User) -> None:
        of_news = links(letter)[0]
        Digest.objects.all().delete()
        reader.memberships.all().delete()
        reader.delete()
        assert Client().get(of_news).status_code == 404

    def test_on_ones_account_and_back_again(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        assert "/account/weekly/" in client.get("/account/").content.decode()
        client.post("/account/weekly/", {"kinds": ["tips"]})
        assert [kind.name for kind in digest.wanted(reader)] == ["tips"]
        digest.refuse(reader, None)
        assert digest.wanted(reader) == []
        client.post("/account/weekly/", {"kinds": ["news", "tips"]})
        assert [kind.name for kind in digest.wanted(reader)] == ["news", "tips"]

    def test_nobody_chooses_what_is_not_for_them(self, client: Client, reader: User, monkeypatch: Any) -> None:
        monkeypatch.setattr(Tips, "is_for", lambda self, user: False)
        client.force_login(reader)
        page = client.get("/account/weekly/").content.decode()
        assert "What is new" in page
        assert "Tips" not in page
        assert client.post("/account/weekly/", {"kinds": ["tips"]}).status_code == 200
        monkeypatch.setattr(News, "is_for", lambda self, user: False)
        assert "nothing to tell" in client.get("/account/weekly/").content.decode()
