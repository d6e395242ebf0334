"""The mail server and the worker fail, hang and die: each digest arrives as one message, or staff see why not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_string
from email.message import Message
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from partners import digest
from partners.models import Digest, User
from partners.models.mails import FIRST_PAUSE, MOST_ATTEMPTS
from tests.factories import UserFactory
from tests.partners.smtp import Server, mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]
ROOT = Path(__file__).resolve().parent.parent.parent
SEND = "from django.utils import timezone; from partners.digest import send_due; send_due(timezone.now())"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        yield server


def waiting(**facts: Any) -> Digest:
    now = timezone.now()
    plain = {"week": now.date(), "until": now, "subject": "Hei", "text": "Nytt æøå", "html": "<p>Nytt</p>"}
    return Digest.objects.create(user=UserFactory.create(), **plain | facts)


def names(taken: list[str]) -> list[str]:
    return [str(parsed(one)["Message-ID"]) for one in taken]


def parsed(taken: str) -> Message:
    return message_from_string(taken)


def content(taken: str) -> list[Any]:
    """All but the lines between the parts, which are drawn anew each time."""
    letter = parsed(taken)
    headers = [(name, value) for name, value in letter.items() if name != "Content-Type"]
    return [headers, [part.get_payload() for part in letter.walk() if not part.is_multipart()]]


PROGRAM = f"import django; django.setup(); {SEND}"
PATIENCE = 300  # seconds, on a busy machine


def send_until_killed(server: Server, word: str, program: str = PROGRAM) -> None:
    """A worker of its own sends what waits, and is killed when it says this to the mail server."""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment(server)) as worker:  # noqa: S603
        server.on[word] = worker.kill
        assert worker.wait(PATIENCE) == -signal.SIGKILL
    del server.on[word]


class TestKilled:
    def test_between_the_servers_yes_and_ours_it_is_the_same_message_again(self, server: Server) -> None:
        """Its last word before it would note that the message is sent is QUIT."""
        written = waiting()
        send_until_killed(server, "QUIT")
        assert len(server.taken) == 1
        written.refresh_from_db()
        assert (written.sent_at, written.attempts) == (None, 0)

        for _time in range(2):
            digest.send_due(timezone.now())
        first, second = server.taken
        assert content(first) == content(second)
        assert names([first, second]) == [f"<{written.name}@kompetansebro>"] * 2
        written.refresh_from_db()
        assert written.sent_at

    def test_before_the_servers_yes_it_is_sent_later(self, server: Server) -> None:
        written = waiting()
        send_until_killed(server, "DATA")
        assert server.taken == []
        digest.send_due(timezone.now())
        assert names(server.taken) == [f"<{written.name}@kompetansebro>"]


def environment(server: Server) -> dict[str, str]:
    """Of a worker of its own on the database of the tests."""
    at = connection.settings_dict
    socket, port = quote(str(at["OPTIONS"].get("host") or at["HOST"]), safe=""), at["PORT"] or 5432
    url = f"postgresql://{quote(at['USER'])}:{quote(at['PASSWORD'])}@/{at['NAME']}?host={socket}&port={port}"
    return os.environ | {
        "DATABASE_URL": url,
        "EMAIL_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


class TestTheServer:
    def test_takes_each_once_however_many_workers_send(self, server: Server) -> None:
        written = [waiting() for _person in range(6)]
        ready = Barrier(4)

        def run(_number: int) -> None:
            ready.wait()
            try:
                digest.send_due(timezone.now())
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        assert sorted(names(server.taken)) == sorted(f"<{one.name}@kompetansebro>" for one in written)

    @pytest.mark.parametrize(
        ("word", "answer"),
        [
            ("RCPT", "451 later"),
            (".", "451 later"),
            ("DATA", "451 later"),
            ("MAIL", "530 who are you"),
            ("DATA", "silence"),
        ],
    )
    def test_that_says_not_now_is_asked_again_after_a_pause(self, server: Server, word: str, answer: str) -> None:
        written, now = waiting(), timezone.now()
        server.answers[word] = answer
        digest.send_due(now)
        written.refresh_from_db()
        assert (written.attempts, written.next_attempt_at, written.given_up_at) == (1, now + FIRST_PAUSE, None)
        server.answers.clear()
        digest.send_due(now + FIRST_PAUSE - timedelta(seconds=1))
        assert server.taken == []
        digest.send_due(now + FIRST_PAUSE)
        assert names(server.taken) == [f"<{written.name}@kompetansebro>"]

    def test_that_is_not_there_neither(self, settings: Settings) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
        written = waiting()
        digest.send_due(timezone.now())
        written.refresh_from_db()
        assert "refused" in written.error

    def test_that_keeps_saying_so_is_given_up_after_two_days(self, server: Server) -> None:
        written, at = waiting(), timezone.now()
        server.answers["RCPT"] = "451 later"
        pauses = []
        for _time in range(MOST_ATTEMPTS):
            digest.send_due(at)
            written.refresh_from_db()
            pauses.append(written.next_attempt_at - at)
            at = written.next_attempt_at
        assert pauses == sorted(pauses)
        assert written.given_up_at

    @pytest.mark.parametrize("word", ["RCPT", "."])
    def test_that_refuses_for_good_is_not_asked_again_and_staff_see_it(
        self, server: Server, client: Client, word: str
    ) -> None:
        written = waiting()
        server.answers[word] = "550 no such person"
        digest.send_due(timezone.now())
        server.answers.clear()
        digest.send_due(timezone.now() + timedelta(days=30))
        written.refresh_from_db()
        assert (server.taken, bool(written.given_up_at), written.attempts) == ([], True, 1)
        client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
        for query, shown in {"?delivery=given_up": True, "?delivery=sent": False, "?delivery=failing": False}.items():
            page = client.get(f"/admin/partners/digest/{query}").content.decode()
            assert ("no such person" in page and written.user.email in page) == shown

    def test_one_that_fails_does_not_stop_the_others(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        User.objects.filter(pk=waiting().user_id).update(email="no address\nat all")
        fine = waiting()
        digest.send_due(timezone.now())
        assert names(server.taken) == [f"<{fine.name}@kompetansebro>"]
