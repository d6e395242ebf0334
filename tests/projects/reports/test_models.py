"""Reports: what they may become, what they hold, and that what was approved stays."""

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from projects.models import Goal, Project, Report, ReportState, ReportVersion
from projects.models.guards import missing
from projects.models.requirements import DueDateExtension, ReportingRequirement, Step
from projects.models.states import CLOSE
from tests.factories import ProjectFactory, UserFactory
from tests.projects.counted import Counted
from tests.projects.factories_reports import ReportingRequirementFactory, approved, begun, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
IN_2024, IN_2025 = date(2024, 5, 1), date(2025, 5, 1)
FOR_2024: dict[str, Any] = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31), "title": "Report of 2024"}


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Three firms reached in 2025, one in 2024."""
    counted = Counted()
    counted.happened = {"firms": [IN_2024, IN_2025, IN_2025, IN_2025], "needs": []}
    monkeypatch.setattr("projects.models.contents.knowledge", lambda: counted)
    return counted


@pytest.fixture
def project() -> Project:
    return ProjectFactory.create(first_year=2024, last_year=2026)


def last_of(report: Report) -> ReportVersion:
    return report.versions.order_by("number")[len(report.versions.all()) - 1]


class TestStates:
    def test_go_from_planned_to_approved_and_every_step_is_told(self) -> None:
        report: Report = ReportingRequirementFactory.create().report
        leader, officer = UserFactory.create(), UserFactory.create()
        report.begin(leader)
        report.begin(leader)
        Report.objects.update(done="Much", reached="More")
        report.send(leader)
        report.ask_for_changes(officer, "The money is not told of.")
        report.send(leader)
        report.approve(officer)
        states = list(report.events.values_list("from_state", "to_state", "by"))
        assert states == [
            ("planned", "begun", leader.pk),
            ("begun", "sent", leader.pk),
            ("sent", "changes", officer.pk),
            ("changes", "sent", leader.pk),
            ("sent", "approved", officer.pk),
        ]
        report.refresh_from_db()
        assert (report.state, report.sent_by, report.approved_by) == ("approved", leader, officer)
        assert [one.number for one in report.versions.all()] == [1, 2]

    def test_only_what_is_written_is_sent(self) -> None:
        report: Report = ReportingRequirementFactory.create().report
        report.begin(UserFactory.create())
        with pytest.raises(ValidationError, match="What was done is not written"):
            report.send(UserFactory.create())
        assert report.versions.count() == 0

    def test_it_is_sent_once(self) -> None:
        report = sent()
        with pytest.raises(ValidationError, match="sent already"):
            report.send(UserFactory.create())
        assert report.versions.count() == 1

    def test_nobody_approves_what_they_sent(self) -> None:
        sender = UserFactory.create()
        report = sent(by=sender)
        with pytest.raises(ValidationError, match="Nobody approves a report that they sent"):
            report.approve(sender)

    def test_only_what_was_sent_is_approved(self) -> None:
        for report in (begun(), approved()):
            with pytest.raises(ValidationError, match="Only a report that was sent"):
                report.approve(UserFactory.create())

    def test_who_asks_for_changes_says_which(self) -> None:
        report = sent()
        with pytest.raises(ValidationError, match="Say what is to be changed"):
            report.ask_for_changes(UserFactory.create(), " ")
        assert report.state == ReportState.SENT


class TestFigures:
    def test_are_counted_for_the_period_and_since_the_project_began(self, project: Project) -> None:
        report = begun(project=project)
        firms, needs = report.content().figures
        assert (firms["value"], firms["total"], needs["value"], needs["total"]) == (3, 4, 0, 0)
        assert firms["definition"] == "What firms means."

    def test_follow_the_data_until_the_report_is_sent_and_then_stay(self, counted: Counted) -> None:
        report = begun()
        counted.happened["firms"].append(IN_2025)
        report.send(UserFactory.create())
        counted.happened["firms"].append(IN_2025)
        assert last_of(report).figures[0]["value"] == 4

    def test_are_counted_anew_when_a_changed_report_is_sent(self, counted: Counted) -> None:
        report = sent()
        counted.happened["firms"].append(IN_2025)
        report.ask_for_changes(UserFactory.create(), "Look again.")
        report.send(UserFactory.create())
        assert [one.figures[0]["value"] for one in report.versions.all()] == [3, 4]

    def test_stand_beside_the_goal_they_belong_to(self, project: Project) -> None:
        for facts in ({"indicator": "firms", "target": 50}, {"counted": 7}, {"indicator": "people"}, {}):
            Goal.objects.create(project=project, text="A goal", **facts)
        goals = begun(project=project).content().goals
        assert [(one["target"], one["reached"]) for one in goals] == [(50, 4), (None, 7), (None, None), (None, None)]

    def test_the_fingerprint_is_that_of_what_is_stored(self) -> None:
        version = last_of(sent())
        stored = ReportVersion.objects.get(pk=version.pk).content
        plain = json.dumps(stored._asdict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert version.sha256 == hashlib.sha256(plain.encode()).hexdigest() == stored.sha256

    def test_a_version_is_in_the_language_it_was_sent_in(self) -> None:
        report = begun()
        with translation.override("nb"):
            report.send(UserFactory.create())
        assert last_of(report).language == "nb"


class TestAdjustments:
    def test_tell_what_an_approved_report_would_say_now(self, project: Project, counted: Counted) -> None:
        earlier = approved(project=project, **FOR_2024)
        counted.happened["firms"] += [IN_2024, IN_2024]
        (row,) = begun(project=project).content().adjustments
        assert (row["report"], row["reported"], row["now"]) == (earlier.pk, 1, 3)
        assert row["sentence"] == "2 more than reported for the period 2024."
        assert last_of(earlier).figures[0]["value"] == 1

    def test_may_be_fewer(self, project: Project, counted: Counted) -> None:
        approved(project=project, **FOR_2024)
        counted.happened["firms"].remove(IN_2024)
        (row,) = begun(project=project).content().adjustments
        assert row["sentence"] == "1 fewer than reported for the period 2024."

    def test_there_are_none_while_nothing_was_corrected(self, project: Project) -> None:
        approved(project=project, **FOR_2024)
        assert begun(project=project).content().adjustments == []

    def test_a_report_that_is_not_approved_has_none(self, project: Project, counted: Counted) -> None:
        sent(project=project, **FOR_2024)
        counted.happened["firms"].append(IN_2024)
        assert begun(project=project).content().adjustments == []

    def test_nor_has_one_of_a_later_period_or_another_project(self, project: Project, counted: Counted) -> None:
        approved(project=project)
        approved(**FOR_2024)
        counted.happened["firms"] += [IN_2024, IN_2025]
        assert begun(project=project, **FOR_2024).content().adjustments == []

    def test_are_told_once(self, project: Project, counted: Counted) -> None:
        approved(project=project, **FOR_2024)
        counted.happened["firms"].append(IN_2024)
        second = approved(project=project)
        counted.happened["firms"].append(IN_2024)
        third = begun(project=project, title="2026", first_day=IN_2025, last_day=date(2026, 1, 1), due_on="2026-02-01")
        assert [(row["reported"], row["now"]) for row in last_of(second).adjustments] == [(1, 2)]
        assert [(row["reported"], row["now"]) for row in third.content().adjustments] == [(2, 3)]

    def test_what_was_not_counted_then_is_not_adjusted(self, project: Project, counted: Counted) -> None:
        approved(project=project, **FOR_2024)
        counted.happened["people"] = [IN_2024]
        assert begun(project=project).content().adjustments == []


class TestDueDates:
    def later(self, requirement: ReportingRequirement, step: str, to_on: date | None) -> DueDateExtension:
        return requirement.extensions.create(
            step=step, from_on=requirement.due, to_on=to_on, reason="Illness", by=UserFactory.create()
        )

    def test_the_last_that_was_given_holds(self) -> None:
        requirement = ReportingRequirementFactory.create()
        self.later(requirement, "granted", date(2026, 2, 15))
        self.later(requirement, "granted", date(2026, 3, 1))
        self.later(requirement, "asked", date(2026, 5, 1))
        assert requirement.due == date(2026, 3, 1)
        assert requirement.wished
        assert requirement.wished.to_on == date(2026, 5, 1)
        self.later(requirement, "refused", None)
        assert requirement.due == date(2026, 3, 1)
        assert requirement.wished is None

    def test_what_is_said_of_them_is_told_among_the_events(self) -> None:
        requirement, user = ReportingRequirementFactory.create(), UserFactory.create()
        requirement.tell_time(Step.ASKED, user, "Illness", date(2026, 3, 1))
        requirement = ReportingRequirement.objects.get()
        requirement.tell_time(Step.REFUSED, user, "The money ends.")
        told = [(one.label, one.from_state, one.to_state, one.why) for one in requirement.report.events.all()]
        assert told == [
            ("More time asked for", "planned", "planned", "01.03.2026. Illness"),
            ("More time refused", "planned", "planned", "The money ends."),
        ]

    def test_overdue_is_what_is_not_sent_the_day_after(self) -> None:
        requirement = ReportingRequirementFactory.create()
        due, late = date(2026, 1, 31), date(2026, 2, 1)
        assert [requirement.is_overdue(due), requirement.is_overdue(late)] == [False, True]
        assert list(ReportingRequirement.objects.overdue(late)) == [requirement]
        self.later(requirement, "granted", late)
        assert list(ReportingRequirement.objects.overdue(late)) == []
        assert not requirement.is_overdue(late)

    def test_a_sent_report_is_not_overdue_one_that_is_to_be_changed_is(self) -> None:
        report, on = sent(), date(2026, 5, 1)
        assert not ReportingRequirement.objects.overdue(on).exists()
        report.ask_for_changes(UserFactory.create(), "Look again.")
        assert [one.is_overdue(on) for one in ReportingRequirement.objects.overdue(on)] == [True]

    def test_the_most_urgent_comes_first(self) -> None:
        first, second = ReportingRequirementFactory.create_batch(2)
        self.later(first, "granted", date(2026, 4, 1))
        assert list(ReportingRequirement.objects.by_due()) == [second, first]
        assert list(ReportingRequirement.objects.due_by(date(2026, 3, 31))) == [second]


class TestClosing:
    def test_a_project_is_closed_when_its_final_report_is_approved(self, project: Project) -> None:
        assert missing(project, CLOSE) == ["No final report is asked for."]
        report = sent(project=project, final=True)
        assert missing(project, CLOSE) == ["The final report is not approved."]
        report.approve(UserFactory.create())
        assert missing(project, CLOSE) == []
