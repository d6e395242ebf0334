"""Pages of reports: who sees what, writes, sends, reviews and gives time."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project, Report, ReportingRequirement
from tests.factories import UserFactory
from tests.projects.counted import Counted
from tests.projects.factories_reports import ReportingRequirementFactory, approved, begun, sent

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


class TestList:
    def test_is_in_order_of_due_date_and_says_who_acts_next(
        self, client: Client, project: Project, leader: User
    ) -> None:
        late = ReportingRequirementFactory.create(project=project, title="Second", due_on=date(2026, 5, 1))
        sent(project=project, title="First")
        shown = page(client, reverse("project-reports", args=[project.pk]))
        assert shown.index("First") < shown.index("Second")
        for words in ("Overdue", "Due 1 May 2026", late.report.next_step, "approve it or ask for changes"):
            assert words in shown

    def test_is_seen_by_those_who_take_part_only(self, client: Client, member: Member, project: Project) -> None:
        member(MemberRole.LEADER)
        assert client.get(reverse("project-reports", args=[project.pk])).status_code == 403

    def test_an_empty_one_says_what_comes(self, client: Client, project: Project, leader: User) -> None:
        shown = page(client, reverse("project-reports", args=[project.pk]))
        assert "No report is asked for" in shown
        assert "Only county staff of an organisation that takes part" in shown

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, project: Project, leader: User, queries: Queries
    ) -> None:
        url = reverse("project-reports", args=[project.pk])
        ReportingRequirementFactory.create(project=project)
        one = queries(url)
        for requirement in ReportingRequirementFactory.create_batch(9, project=project):
            extend(requirement, "granted")
        assert queries(url) == one <= 13


def extend(requirement: ReportingRequirement, step: str, to_on: date | None = date(2026, 6, 1)) -> None:
    requirement.extensions.create(
        step=step, from_on=requirement.due_on, to_on=to_on, reason="Illness", by=UserFactory.create()
    )


class TestPage:
    def test_those_who_write_see_the_draft_with_figures_of_now(
        self, client: Client, project: Project, leader: User, counted: Counted
    ) -> None:
        report = begun(project=project)
        counted.happened["firms"].append(date(2025, 7, 1))
        answer = client.get(report.get_absolute_url())
        assert answer.context["content"].figures[0]["value"] == 3
        assert "This is a draft" in answer.content.decode()

    @pytest.mark.parametrize("role", [MemberRole.CASE_OFFICER, MemberRole.READER])
    def test_others_see_only_what_was_sent(
        self, client: Client, member: Member, project: Project, council: Organisation, role: MemberRole
    ) -> None:
        report = begun(project=project)
        member(role, council)
        shown = page(client, report.get_absolute_url())
        assert "The report is not sent yet" in shown
        assert report.done not in shown
        report.send(UserFactory.create())
        Report.objects.update(done="Changed afterwards")
        shown = page(client, report.get_absolute_url())
        assert "Vi besøkte 40 bedrifter." in shown
        assert "Changed afterwards" not in shown

    def test_the_projects_history_tells_nothing_of_a_draft(
        self, client: Client, project: Project, officer: User
    ) -> None:
        report = begun(project=project)
        Report.objects.update(done="Not yet for others")
        shown = page(client, reverse("project-history", args=[project.pk]))
        assert "Begun" in shown
        for text in ("Not yet for others", report.done):
            assert text not in shown

    def test_nobody_else_sees_it(self, client: Client, member: Member, project: Project) -> None:
        report = approved(project=project)
        assert client.get(report.get_absolute_url()).status_code == 404
        member(MemberRole.LEADER)
        assert client.get(report.get_absolute_url()).status_code == 404

    def test_who_once_wrote_the_idea_reads_no_reports(self, client: Client, member: Member, project: Project) -> None:
        Project.objects.update(created_by=member(MemberRole.LEADER))
        assert client.get(sent(project=project).get_absolute_url()).status_code == 404

    def test_a_public_one_is_read_by_everybody_once_approved(self, client: Client, project: Project) -> None:
        report = sent(project=project, is_public=True)
        assert client.get(report.get_absolute_url()).status_code == 404
        assert report.get_absolute_url() not in page(client, project.get_absolute_url())
        report.approve(UserFactory.create())
        shown = page(client, report.get_absolute_url())
        assert "Vi besøkte 40 bedrifter." in shown
        for inner in ("What now?", "History"):
            assert inner not in shown
        assert report.get_absolute_url() in page(client, project.get_absolute_url())
        Project.objects.update(is_public=False)
        assert client.get(report.get_absolute_url()).status_code == 404

    def test_the_public_reads_only_what_was_approved_of_it(
        self, client: Client, project: Project, officer: User
    ) -> None:
        """What was sent back is between those who take part."""
        leader = UserFactory.create()
        report = sent(leader, project=project, is_public=True)
        report.ask_for_changes(officer, "The figures are for another year.")
        report.send(leader)
        report.approve(officer)
        client.logout()
        url = report.get_absolute_url()
        assert client.get(f"{url}?version=2").status_code == 200
        for earlier in (f"{url}?version=1", f"{reverse('report-pdf', args=[report.pk])}?version=1"):
            assert client.get(earlier).status_code == 404
        assert "?version=1" not in page(client, url)

    def test_tells_what_another_version_changed(
        self, client: Client, project: Project, officer: User, counted: Counted
    ) -> None:
        report = sent(project=project)
        report.ask_for_changes(officer, "Look again.")
        counted.happened["firms"].append(date(2025, 7, 1))
        report.done = "Vi besøkte 41 bedrifter."
        report.save()
        report.send(UserFactory.create())
        shown = page(client, report.get_absolute_url())
        for told in (
            "Firms: 2 is now 3.",
            "<del>Vi besøkte 40 bedrifter.</del>",
            "<ins>Vi besøkte 41 bedrifter.</ins>",
        ):
            assert told in shown
        first = page(client, f"{report.get_absolute_url()}?version=1")
        assert "Vi besøkte 40 bedrifter." in first
        assert "<ins>" not in first
        assert client.get(f"{report.get_absolute_url()}?version=3").status_code == 404

    def test_tells_of_adjustments(self, client: Client, project: Project, leader: User, counted: Counted) -> None:
        approved(project=project)
        counted.happened["firms"].append(date(2025, 7, 1))
        later = begun(project=project, title="2026", first_day="2026-01-01", last_day="2026-06-30", due_on="2026-07-31")
        assert "Firms: 1 more than reported for the period 2025." in page(client, later.get_absolute_url())

    def test_asks_as_many_queries_whatever_has_happened(
        self, client: Client, project: Project, leader: User, queries: Queries
    ) -> None:
        report = sent(project=project)
        one = queries(report.get_absolute_url())
        for _time in range(4):
            report.ask_for_changes(UserFactory.create(), "Look again.")
            report.send(UserFactory.create())
        assert queries(report.get_absolute_url()) == one <= 18


class TestWriting:
    def test_begins_the_report_and_sends_nothing(self, client: Client, project: Project, leader: User) -> None:
        report: Report = ReportingRequirementFactory.create(project=project).report
        url = reverse("report-edit", args=[report.pk])
        version = client.get(url).context["version"]
        assert client.post(url, {**TEXTS, "version": version}).status_code == 302
        report.refresh_from_db()
        assert (report.state, report.done) == ("begun", "Visited forty firms.")
        assert report.versions.count() == 0

    def test_has_no_field_for_a_figure(self, client: Client, project: Project, leader: User) -> None:
        report = begun(project=project)
        url = reverse("report-edit", args=[report.pk])
        answer = client.get(url)
        assert set(answer.context["form"].fields) == set(TEXTS)
        typed = {**TEXTS, "version": answer.context["version"], "figures": "[]", "firms": "99", "state": "approved"}
        client.post(url, typed)
        act(client, report, "send")
        assert report.versions.get().figures[0]["value"] == 2

    def test_nothing_is_lost_when_somebody_else_saved(self, client: Client, project: Project, leader: User) -> None:
        report = begun(project=project)
        url = reverse("report-edit", args=[report.pk])
        version = client.get(url).context["version"]
        report.done = "What the other wrote"
        report.save()
        answer = client.post(url, {**TEXTS, "version": version})
        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "What the other wrote" in shown
        assert "Visited forty firms." in shown

    def test_a_sent_report_is_not_written_in(self, client: Client, project: Project, leader: User) -> None:
        report = sent(project=project)
        answer = client.post(reverse("report-edit", args=[report.pk]), TEXTS)
        assert answer.status_code == 403

    def test_only_by_those_who_carry_the_project_out(self, client: Client, project: Project, officer: User) -> None:
        report = begun(project=project)
        assert client.get(reverse("report-edit", args=[report.pk])).status_code == 403
        assert act(client, report, "send").status_code == 403
