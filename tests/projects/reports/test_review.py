"""Sending a report, and what those do who review it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project, Report
from projects.report_mail import send_answer
from projects.waiting.reports import reviewed_by
from tests.factories import MembershipFactory, UserFactory
from tests.projects.factories_reports import begun, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
TEXTS = {"done": "Visited forty firms.", "reached": "Twelve courses.", "hindrances": "", "next_steps": "", "money": ""}


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, report: Report, name: str) -> Any:
    seen = client.get(report.get_absolute_url()).context["seen"]
    return client.post(reverse("report-act", args=[report.pk, name]), {"seen": seen})


class TestSending:
    def test_keeps_what_it_says_now(self, client: Client, project: Project, leader: User) -> None:
        report = begun(project=project)
        assert act(client, report, "send").status_code == 302
        version = report.versions.get()
        assert (version.number, version.sent_by, version.figures[0]["value"]) == (1, leader, 2)

    def test_waits_until_the_period_is_over(self, client: Client, project: Project, leader: User) -> None:
        day = timezone.localdate() + timedelta(days=1)
        report = begun(project=project, last_day=day, due_on=day)
        assert "its figures are not complete before" in page(client, report.get_absolute_url())
        assert act(client, report, "send").status_code == 403

    def test_says_what_is_not_written(self, client: Client, project: Project, leader: User) -> None:
        report = begun(project=project)
        Report.objects.update(reached="")
        assert "What was reached is not written." in page(client, report.get_absolute_url())
        assert act(client, report, "send").status_code == 403

    def test_is_refused_when_somebody_changed_it_meanwhile(
        self, client: Client, project: Project, leader: User
    ) -> None:
        report = begun(project=project)
        seen = client.get(report.get_absolute_url()).context["seen"]
        report.save()
        client.post(reverse("report-act", args=[report.pk, "send"]), {"seen": seen})
        report.refresh_from_db()
        assert report.state == "begun"

    def test_there_are_no_other_acts(self, client: Client, project: Project, leader: User) -> None:
        report = begun(project=project)
        assert client.post(reverse("report-act", args=[report.pk, "begin"])).status_code == 404


class TestReviewing:
    def test_approves(self, client: Client, project: Project, officer: User) -> None:
        report = sent(project=project)
        assert act(client, report, "approve").status_code == 302
        report.refresh_from_db()
        assert (report.state, report.approved_by) == ("approved", officer)
        assert "it is approved" in page(client, report.get_absolute_url())

    def test_asks_for_changes_and_says_which(self, client: Client, project: Project, officer: User) -> None:
        report = sent(project=project)
        url = reverse("report-changes", args=[report.pk])
        assert "This field is required" in client.post(url, {"why": ""}).content.decode()
        assert client.post(url, {"why": "Tell of the money."}).status_code == 302
        report.refresh_from_db()
        assert report.state == "changes"
        assert "Tell of the money." in page(client, report.get_absolute_url())

    def test_not_by_those_who_write(self, client: Client, project: Project, leader: User) -> None:
        report = sent(project=project)
        assert act(client, report, "approve").status_code == 403
        assert client.post(reverse("report-changes", args=[report.pk]), {"why": "x"}).status_code == 403

    def test_not_by_those_who_do_both(
        self, client: Client, project: Project, officer: User, agency: Organisation
    ) -> None:
        Project.objects.update(leader=officer)
        report = sent(project=project)
        assert "do not review its reports" in page(client, report.get_absolute_url())
        assert act(client, report, "approve").status_code == 403

    def test_not_by_a_county_that_carries_the_project_out(
        self, client: Client, project: Project, officer: User, council: Organisation
    ) -> None:
        """Whoever of its staff wrote it: nobody decides for an organisation of their own."""
        project.partners.filter(organisation=council).update(runs=True)
        report = sent(project=project)
        assert "do not review its reports" in page(client, report.get_absolute_url())
        assert act(client, report, "approve").status_code == 403
        assert client.get(reverse("report-require", args=[project.pk])).status_code == 403
        assert not reviewed_by(officer).exists()

    def test_not_by_the_sender(self, client: Client, project: Project, officer: User) -> None:
        report = sent(by=officer, project=project)
        assert "You sent it yourself." in page(client, report.get_absolute_url())
        assert act(client, report, "approve").status_code == 403

    def test_not_by_the_countys_readers(
        self, client: Client, member: Member, council: Organisation, project: Project
    ) -> None:
        report = sent(project=project)
        member(MemberRole.READER, council)
        assert act(client, report, "approve").status_code == 403


class TestMail:
    """To those who write the report, so that they need not look."""

    def test_tells_that_it_is_approved(
        self, client: Client, project: Project, officer: User, work: Callable[[], int], mailoutbox: list[Any]
    ) -> None:
        broker = MembershipFactory.create(organisation=project.partners.get(runs=True).organisation, role="broker")
        User.objects.filter(pk=broker.user_id).update(language="en")
        act(client, sent(project=project), "approve")
        assert work() == len(mailoutbox) == 1
        assert mailoutbox[0].to == [broker.user.email]
        assert mailoutbox[0].subject.startswith("Approved: ")
        assert "Nothing is left to do" in mailoutbox[0].body

    def test_tells_that_changes_are_asked_for_but_not_which(
        self, client: Client, project: Project, officer: User, work: Callable[[], int], mailoutbox: list[Any]
    ) -> None:
        Project.objects.update(leader=UserFactory.create(language="en"))
        client.post(reverse("report-changes", args=[sent(project=project).pk]), {"why": "Tell of the money."})
        assert work() == len(mailoutbox) == 1
        assert mailoutbox[0].subject.startswith("Changes asked for: ")
        assert "Tell of the money." not in mailoutbox[0].body + str(mailoutbox[0].alternatives[0])

    def test_comes_under_the_same_name_again_and_not_once_the_report_has_moved_on(
        self, project: Project, officer: User, leader: User, mailoutbox: list[Any]
    ) -> None:
        report = sent(project=project)
        report.ask_for_changes(officer, "Tell of the money.")
        event = report.events.get(act="ask_changes")
        send_answer(event.pk, leader.pk)
        send_answer(event.pk, leader.pk)
        assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 1
        mailoutbox.clear()
        send_answer(event.pk, officer.pk)
        report.send(leader)
        send_answer(event.pk, leader.pk)
        assert mailoutbox == []
