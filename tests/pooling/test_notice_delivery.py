"""The worker dies, and the mail server says no: a notice arrives as one message, and its address is kept no longer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from pooling import notices
from pooling.asking.choosing import choose
from pooling.models import Notice
from pooling.models.notices import KEPT
from pooling.outcome_jobs import hourly
from tests.factories import UserFactory
from tests.partners.smtp import Server, mail_server
from tests.partners.test_digest_delivery import content, names, parsed, send_until_killed
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]
PROGRAM = (
    "import django; django.setup(); from django.utils import timezone; from pooling.notices import send_due; "
    "send_due(timezone.now())"
)


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        yield server


def waiting() -> Notice:
    facts = {
        "to": "kari@example.no",
        "reply_to": "megler@example.no",
        "subject": "Hei",
        "text": "Nytt æøå",
        "html": "<p>Nytt</p>",
    }
    return Notice.objects.create(name="follow-up-1-question", stop_url="https://example.no/stop/", **facts)


def test_killed_after_the_servers_yes_it_is_the_same_message_again(server: Server) -> None:
    written = waiting()
    send_until_killed(server, "QUIT", PROGRAM)
    for _time in range(2):
        notices.send_due(timezone.now())
    first, second = server.taken
    assert content(first) == content(second)
    assert names([first, second]) == [f"<{written.name}@kompetansebro>"] * 2
    assert parsed(first)["Reply-To"] == "megler@example.no"


def test_killed_before_the_servers_yes_it_is_sent_later(server: Server) -> None:
    waiting()
    send_until_killed(server, "DATA", PROGRAM)
    assert server.taken == []
    notices.send_due(timezone.now())
    assert len(server.taken) == 1


def test_delivered_its_address_and_text_are_gone(server: Server) -> None:
    waiting()
    notices.send_due(timezone.now())
    delivered = Notice.objects.get()
    assert delivered.sent_at
    kept = (delivered.to, delivered.reply_to, delivered.text, delivered.html, delivered.stop_url)
    assert kept == ("", "", "", "", "")


def test_refused_for_good_they_are_gone_too(server: Server) -> None:
    waiting()
    server.answers["RCPT"] = "550 nobody here"
    notices.send_due(timezone.now())
    refused = Notice.objects.get()
    assert refused.given_up_at
    assert "nobody here" in refused.error
    assert (refused.to, refused.text) == ("", "")


def test_forgotten_after_four_months(server: Server) -> None:
    waiting()
    assert not Notice.objects.outlived(timezone.now())
    assert Notice.objects.outlived(timezone.now() + KEPT + timedelta(days=1)).exists()


def test_of_many_that_a_choice_writes_each_arrives_when_the_worker_dies_among_them(server: Server) -> None:
    """Winner, loser and three firms: killed at the first, none is lost and none is told twice under another name."""
    asked = CourseRequestFactory.create()
    assert asked.pool
    gathered(asked.pool, 2, 3, 4)
    for member in asked.pool.members.select_related("need__employer"):
        member.need.employer.email = f"firma{member.pk}@firma.example"
        member.need.employer.save()
    winner, _loser = (BidFactory.create(request=asked, made=True) for _provider in range(2))
    choose(winner, UserFactory.create(), "Nærmest")
    assert (Notice.objects.waiting().count(), server.taken) == (5, [])
    send_until_killed(server, "QUIT", PROGRAM)
    assert len(server.taken) == 1
    for _time in range(2):
        notices.send_due(timezone.now())
    told = names(server.taken)
    assert (len(told), len(set(told))) == (6, 5)
    assert set(told) == {f"<{name}@kompetansebro>" for name in Notice.objects.values_list("name", flat=True)}
    assert not Notice.objects.waiting()


def test_not_taken_at_once_it_is_sent_by_the_hour(server: Server) -> None:
    written = waiting()
    server.answers["RCPT"] = "451 later"
    notices.send_due()
    server.answers.clear()
    written.refresh_from_db()
    assert written.attempts == 1
    hourly(written.next_attempt_at)
    assert names(server.taken) == [f"<{written.name}@kompetansebro>"]
