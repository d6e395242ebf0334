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
