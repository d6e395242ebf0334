"""What must not be of reports cannot be stored, whoever writes it: each rule that the database holds is broken once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection
from django.db.models import F

from partners.models import User
from projects.models import DueDateExtension, Report, ReportingRequirement, ReportReminder, ReportVersion
from projects.models.reports import ReportEvent
from tests.factories import ProjectFactory, UserFactory
from tests.projects.factories_reports import ReportingRequirementFactory, approved, begun, sent

pytestmark = pytest.mark.django_db
KINDS = (ReportingRequirement, DueDateExtension, ReportReminder, Report, ReportVersion, ReportEvent)
DAY = date(2026, 3, 1)


def two_final_reports() -> None:
    ReportingRequirementFactory.create_batch(2, project=ProjectFactory.create(), final=True)


def extended(**facts: object) -> DueDateExtension:
    given = {"step": "granted", "from_on": date(2026, 1, 31), "to_on": DAY, "reason": "Illness"} | facts
    extension: DueDateExtension = ReportingRequirementFactory.create().extensions.create(**given)
    return extension


def reminded_twice() -> None:
    requirement, user = ReportingRequirementFactory.create(), UserFactory.create()
    for _time in range(2):
        requirement.reminders.create(user=user, due=DAY, days=30)


def approved_by_the_sender() -> None:
    sent()
    Report.objects.update(approved_by=F("sent_by"))


def approved_by_nobody() -> None:
    sent()
    Report.objects.update(state="approved")


def same_number() -> None:
    report = begun()
    report.send(UserFactory.create())
    report.ask_for_changes(UserFactory.create(), "Look again.")
    version = report.versions.get()
    version.pk = None
    version.save()


BREAKS: dict[str, Callable[[], object]] = {
    "report_kind_is_known": lambda: ReportingRequirementFactory.create(kind="novel"),
    "report_period_does_not_end_before_it_starts": lambda: ReportingRequirementFactory.create(first_day=DAY),
    "report_is_due_after_its_period": lambda: ReportingRequirementFactory.create(due_on=date(2025, 12, 30)),
    "a_project_has_one_final_report": two_final_reports,
    "extension_step_is_known": lambda: extended(step="dreamt"),
    "more_time_is_a_later_day": lambda: extended(to_on=date(2026, 1, 31)),
    "extension_has_a_reason": lambda: extended(reason=""),
    "reminded_once": reminded_twice,
    "report_state_is_known": lambda: (begun(), Report.objects.update(state="lost")),
    "nobody_approves_what_they_sent": approved_by_the_sender,
    "approved_by_somebody": approved_by_nobody,
    "a_version_has_its_number": same_number,
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    assert {rule.name for model in KINDS for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


@pytest.mark.parametrize(("step", "to_on"), [("refused", DAY), ("granted", None), ("asked", None)])
def test_more_time_has_a_day_and_its_refusal_none(step: str, to_on: date | None) -> None:
    with pytest.raises(IntegrityError, match="more_time_is_a_later_day"):
        extended(step=step, to_on=to_on)


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def update(table: str, change: str) -> None:
    raw(" ".join(["UPDATE", table, "SET", change]))


class TestWhatWasApprovedStays:
    @pytest.fixture(autouse=True)
    def report(self) -> Report:
        return approved()

    @pytest.mark.parametrize(
        "change",
        [
            "state = 'changes'",
            "state = 'begun'",
            "state = 'approved'",
            "done = 'Something else'",
            "approved_by_id = sent_by_id",
            "requirement_id = requirement_id",
        ],
    )
    def test_the_report(self, change: str) -> None:
        with pytest.raises(Error, match="An approved report is never changed"):
            update("projects_report", change)

    def test_the_report_is_not_deleted(self) -> None:
        with pytest.raises(Error, match="An approved report is never changed"):
            raw("DELETE FROM projects_report")

    @pytest.mark.parametrize("change", ["first_day = '2020-01-01'", "title = 'Another'", "is_public = NOT is_public"])
    def test_what_it_answers(self, change: str) -> None:
        with pytest.raises(Error, match="nor what it answers"):
            update("projects_reportingrequirement", change)

    def test_what_it_answers_is_not_deleted(self) -> None:
        with pytest.raises(Error, match="nor what it answers"):
            raw("DELETE FROM projects_reportingrequirement")

    @pytest.mark.parametrize("table", ["reportversion", "reportevent"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET report_id = report_id", "DELETE FROM {}"])
    def test_its_versions_and_events(self, table: str, change: str) -> None:
        with pytest.raises(Error, match="Cannot update or delete rows"):
            raw(change.format(f"projects_{table}"))

    def test_nor_does_it_get_another_version(self) -> None:
        version = ReportVersion.objects.get()
        version.pk, version.number = None, 2
        with pytest.raises(Error, match="gets no other version"):
            version.save()

    def test_its_project_cannot_be_deleted(self, report: Report) -> None:
        with pytest.raises(Error):
            report.project.delete()


class TestWhatWasSent:
    @pytest.mark.parametrize("part", ["figures", "narrative", "goals", "adjustments", "heading"])
    def test_is_never_changed_also_before_it_is_approved(self, part: str) -> None:
        sent()
        with pytest.raises(Error, match="Cannot update or delete rows"):
            update("projects_reportversion", f"{part} = '[]'")

    def test_gets_no_version_beside_the_one_that_was_sent(self) -> None:
        version = sent().versions.get()
        version.pk, version.number = None, 2
        with pytest.raises(Error, match="gets no other version"):
            version.save()


class TestNothingIsApprovedThatWasNotSent:
    def test_by_an_update(self) -> None:
        begun()
        sender, other = UserFactory.create_batch(2)
        with pytest.raises(Error, match="Only a report that was sent can be approved"):
            Report.objects.update(state="approved", sent_by=sender, approved_by=other)

    def test_nor_in_the_name_of_another_sender(self) -> None:
        report, other = sent(), UserFactory.create()
        with pytest.raises(Error, match="Only a report that was sent can be approved"):
            Report.objects.update(state="approved", sent_by=other, approved_by=report.sent_by)

    def test_nor_from_the_start(self) -> None:
        requirement = ReportingRequirementFactory.create()
        requirement.report.delete()
        sender, other = UserFactory.create_batch(2)
        with pytest.raises(Error, match="Only a report that was sent can be approved"):
            Report.objects.create(requirement=requirement, state="approved", sent_by=sender, approved_by=other)


@pytest.mark.parametrize("change", ["UPDATE {} SET to_on = '2030-01-01'", "DELETE FROM {}"])
def test_an_extension_is_never_changed(change: str) -> None:
    extended()
    with pytest.raises(Error, match="Cannot update or delete rows"):
        raw(change.format("projects_duedateextension"))


def test_what_was_asked_is_kept_as_it_was() -> None:
    begun()
    history = apps.get_model("projects", "ReportingRequirementHistory")
    assert history.objects.count() > 0
    with pytest.raises(Error, match="Cannot update or delete rows"):
        history.objects.all().delete()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def together(self, act: Callable[[Report, User], object], report: Report) -> list[bool]:
        people, ready = UserFactory.create_batch(4), Barrier(4)

        def run(user: User) -> bool:
            ready.wait()
            try:
                act(Report.objects.get(pk=report.pk), user)
            except ValidationError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(run, people))

    def test_a_report_is_sent_once(self) -> None:
        report = begun()
        assert self.together(Report.send, report) == [False, False, False, True]
        assert report.versions.count() == 1

    def test_and_approved_once(self) -> None:
        report = sent()
        assert self.together(Report.approve, report) == [False, False, False, True]
        assert report.events.filter(act="approve").count() == 1
