"""The e-mail of what is new: once a day at most, nothing that was read, and never to who does not want it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from partners.models import User
from projects import jobs
from projects.digest import send_all
from projects.models import Comment, CommentMail, Project
from tests.factories import UserFactory
from tests.projects.factories_activities import ActivityFactory, CommentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MORNING = datetime(2026, 5, 4, 6, 30, tzinfo=ZoneInfo("Europe/Oslo"))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def reader(partner: User) -> User:
    User.objects.update(language="en")
    partner.refresh_from_db()
    return partner


@pytest.fixture
def comment(project: Project) -> Comment:
    return said(project)


def said(project: Project, at: datetime = MORNING - timedelta(hours=12), **facts: object) -> Comment:
    return CommentFactory.create(project=project, created_at=at, **facts)


class TestDigest:
    def test_tells_who_said_what_where(self, project: Project, reader: User) -> None:
        activity = ActivityFactory.create(project=project, title="Sveising")
        comment = said(project, activity=activity, text="Skal vi <flytte> oppstarten?")
        comment.told.add(reader)
        send_all(MORNING)
        letter: Any = mail.outbox[0]
        assert letter.to == [reader.email]
        assert letter.subject == "1 new comment in your projects"
        for part in (letter.body, str(letter.alternatives[0][0])):
            for shown in (project.name, str(comment.author), "Sveising", comment.get_absolute_url(), "is for you"):
                assert shown in part
        assert "Skal vi <flytte> oppstarten?" in letter.body
        assert "Skal vi &lt;flytte&gt; oppstarten?" in str(letter.alternatives[0][0])

    def test_is_sent_once_also_when_the_job_runs_twice(self, comment: Comment) -> None:
        for _time in range(2):
            send_all(MORNING)
        assert len(mail.outbox) == 1

    def test_what_comes_later_in_the_day_waits_for_the_next(self, project: Project, comment: Comment) -> None:
        send_all(MORNING)
        later = said(project, at=MORNING + timedelta(hours=2), text="Noe nytt")
        send_all(MORNING + timedelta(hours=3))
        assert len(mail.outbox) == 1
        send_all(MORNING + DAY)
        assert later.text in mail.outbox[1].body
        assert comment.text not in mail.outbox[1].body
        assert mail.outbox[0].extra_headers["Message-ID"] != mail.outbox[1].extra_headers["Message-ID"]

    def test_nothing_is_sent_of_what_was_read(self, comment: Comment, reader: User) -> None:
        Comment.objects.all().see(reader)
        send_all(MORNING)
        assert mail.outbox == []

    def test_nor_of_ones_own_nor_of_what_was_deleted(self, project: Project, reader: User) -> None:
        said(project, author=reader)
        said(project).delete_text()
        send_all(MORNING)
        assert mail.outbox == []
        assert not CommentMail.objects.exists()

    def test_nor_to_who_has_left(self, comment: Comment, reader: User) -> None:
        reader.memberships.all().delete()
        send_all(MORNING)
        assert mail.outbox == []

    def test_nor_of_what_is_older_than_a_week(self, project: Project) -> None:
        said(project, at=MORNING - 8 * DAY)
        send_all(MORNING)
        assert mail.outbox == []

    def test_it_goes_to_everybody_who_takes_part_in_their_language(
        self, comment: Comment, keeper: User, reader: User
    ) -> None:
        User.objects.filter(pk=keeper.pk).update(language="nb")
        send_all(MORNING)
        assert {letter.to[0] for letter in mail.outbox} == {keeper.email, reader.email}

    def test_the_worker_does_it(self, project: Project) -> None:
        CommentFactory.create(project=project)
        jobs.comments()
        assert len(mail.outbox) == 1


class TestUnsubscribing:
    def test_by_the_link_of_the_mail_without_logging_in(self, comment: Comment, reader: User) -> None:
        send_all(MORNING)
        link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
        assert link in mail.outbox[0].body
        path = link.partition("//")[2].partition("/")[2]
        stranger = Client()
        assert stranger.get(f"/{path}").status_code == 200
        assert CommentMail.objects.get(user=reader).wanted
        stranger.post(f"/{path}")
        assert not CommentMail.objects.get(user=reader).wanted
        said(comment.project, at=MORNING + timedelta(hours=3))
        send_all(MORNING + DAY)
        assert len(mail.outbox) == 1

    def test_on_ones_account_and_back_again(self, client: Client, reader: User, comment: Comment) -> None:
        assert "/account/comments/" in client.get("/account/").content.decode()
        client.post("/account/comments/", {})
        assert not CommentMail.objects.get(user=reader).wanted
        send_all(MORNING)
        assert mail.outbox == []
        client.post("/account/comments/", {"wanted": "on"})
        send_all(MORNING)
        assert len(mail.outbox) == 1

    def test_nobody_guesses_the_link(self) -> None:
        assert Client().get("/comments/unsubscribe/nothing/").status_code == 404

    def test_one_persons_choice_is_not_anothers(self, client: Client, reader: User) -> None:
        other = CommentMail.objects.create(user=UserFactory.create())
        client.post("/account/comments/", {})
        other.refresh_from_db()
        assert other.wanted
