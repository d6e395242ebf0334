"""What must not be cannot be stored of activities, milestones and comments: each rule is broken once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Activity, CalendarKey, Comment, CommentMail, CommentSeen, Milestone
from projects.models.activities import START
from projects.models.milestones import REACH
from tests.factories import ProjectFactory, UserFactory
from tests.projects.factories_activities import ActivityFactory, CalendarKeyFactory, CommentFactory, MilestoneFactory
from tests.projects.factories_agreements import AgreementFactory
from tests.projects.factories_reports import ReportingRequirementFactory

pytestmark = pytest.mark.django_db
LATE, EARLY = date(2026, 5, 2), date(2026, 5, 1)


def about_two_things() -> None:
    project = ProjectFactory.create()
    activity, milestone = ActivityFactory.create(project=project), MilestoneFactory.create(project=project)
    CommentFactory.create(project=project, activity=activity, milestone=milestone)


def read_twice() -> None:
    comment, user = CommentFactory.create(), UserFactory.create()
    for _time in range(2):
        CommentSeen.objects.create(comment=comment, user=user)


def two_keys() -> None:
    key = CalendarKeyFactory.create()
    CalendarKeyFactory.create(project=key.project, user=key.user)


BREAKS: dict[str, Callable[[], object]] = {
    "activity_does_not_end_before_it_starts": lambda: ActivityFactory.create(starts_on=LATE, ends_on=EARLY),
    "activity_target_group_is_known": lambda: ActivityFactory.create(target_group="cats"),
    "activity_state_is_known": lambda: ActivityFactory.create(state="lost"),
    "activity_answer_is_known": lambda: ActivityFactory.create(answer="maybe"),
    "activity_judgement_is_known": lambda: ActivityFactory.create(
        judged="maybe", judged_why="x", judged_at=timezone.now()
    ),
    "activity_is_judged_with_a_reason": lambda: ActivityFactory.create(judged="new", judged_at=timezone.now()),
    "milestone_state_is_known": lambda: MilestoneFactory.create(state="lost"),
    "milestone_has_a_day_when_it_is_reached": lambda: MilestoneFactory.create(reached_on=EARLY),
    "one_calendar_key_a_person": two_keys,
    "comment_is_about_one_thing_at_most": about_two_things,
    "comment_says_something_until_it_is_deleted": lambda: CommentFactory.create(text=""),
    "a_comment_is_read_once_by_a_person": read_twice,
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = (Activity, Milestone, CalendarKey, Comment, CommentSeen, CommentMail)
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


def test_the_database_takes_one_day_and_half_a_period() -> None:
    for days in ({"starts_on": EARLY, "ends_on": EARLY}, {"starts_on": LATE}, {"ends_on": EARLY}):
        ActivityFactory.create(**days)
    assert Activity.objects.count() == 3


class TestOtherProjects:
    """Raw SQL: no road leads a thing into another project, or lets it point there."""

    @pytest.mark.parametrize("factory", [ActivityFactory, MilestoneFactory])
    def test_a_thing_stays_in_its_project(self, factory: type[ActivityFactory | MilestoneFactory]) -> None:
        thing, other = factory.create(), ProjectFactory.create()
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update rows"):
            cursor.execute(f"UPDATE {thing._meta.db_table} SET project_id = {other.pk}")  # noqa: S608

    @pytest.mark.parametrize("factory", [MilestoneFactory, CommentFactory])
    def test_nothing_is_about_an_activity_of_another(self, factory: type[MilestoneFactory | CommentFactory]) -> None:
        thing, activity = factory.create(), ActivityFactory.create()
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="its own project"):
            cursor.execute(f"UPDATE {thing._meta.db_table} SET activity_id = {activity.pk}")  # noqa: S608

    def test_no_comment_is_about_a_milestone_of_another(self) -> None:
        comment, milestone = CommentFactory.create(), MilestoneFactory.create()
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="its own project"):
            cursor.execute(f"UPDATE {comment._meta.db_table} SET milestone_id = {milestone.pk}")  # noqa: S608


class TestWhatHappenedStays:
    @pytest.fixture(autouse=True)
    def events(self) -> None:
        ActivityFactory.create().carry_out(START, None)
        MilestoneFactory.create().carry_out(REACH, None)

    @pytest.mark.parametrize("table", ["projects_activityevent", "projects_milestoneevent"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET why = 'another'", "DELETE FROM {}"])
    def test_an_event_is_never_changed_even_past_django(self, table: str, change: str) -> None:
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
            cursor.execute(change.format(table))

    @pytest.mark.parametrize("table", ["projects_activityhistory", "projects_milestonehistory"])
    def test_every_version_is_kept_as_it_was(self, table: str) -> None:
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


class TestCommentsOnMore:
    def test_an_agreement_and_a_report_of_the_project_can_be_spoken_of(self) -> None:
        project = ProjectFactory.create()
        asked = ReportingRequirementFactory.create(project=project)
        CommentFactory.create(project=project, agreement=AgreementFactory.create(project=project))
        CommentFactory.create(project=project, report=asked.report)
        assert Comment.objects.count() == 2

    def test_those_of_another_cannot(self) -> None:
        CommentFactory.create()
        for column, thing in (
            ("agreement_id", AgreementFactory.create()),
            ("report_id", ReportingRequirementFactory.create().report),
        ):
            change = f"UPDATE projects_comment SET {column} = {thing.pk}"  # noqa: S608
            with (
                connection.cursor() as cursor,
                pytest.raises(IntegrityError, match="its own project"),
                transaction.atomic(),
            ):
                cursor.execute(change)

    def test_two_at_once_cannot(self) -> None:
        project = ProjectFactory.create()
        things = {"agreement": AgreementFactory.create(project=project)}
        things["activity"] = ActivityFactory.create(project=project)
        with pytest.raises(IntegrityError, match="comment_is_about_one_thing_at_most"):
            CommentFactory.create(project=project, **things)
