"""What a project does: its activities, who may do what with them, and their pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Activity, ActivityState, Project, ProjectState
from projects.models.activities import COMPLETE, DROP, RESUME, START
from projects.participants import participants
from projects.permissions import Participation
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory, UserFactory
from tests.projects.factories_activities import ActivityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]


@pytest.fixture
def activity(project: Project) -> Activity:
    return ActivityFactory.create(project=project, title="Sveising i aluminium")


class TestStates:
    def test_it_is_planned_carried_out_and_completed(self, activity: Activity) -> None:
        for act in (START, COMPLETE):
            activity.carry_out(act, None)
        assert [event.label for event in activity.events.all()] == ["Running", "Completed"]

    def test_it_is_dropped_with_a_reason_only(self, activity: Activity) -> None:
        with pytest.raises(ValidationError, match="Say why"):
            activity.carry_out(DROP, None, why="  ")
        activity.carry_out(DROP, None, why="The provider went bankrupt.")
        assert Activity.objects.get().state == ActivityState.DROPPED

    def test_what_was_dropped_is_taken_up_again(self, activity: Activity) -> None:
        activity.carry_out(DROP, None, why="No money.")
        activity.carry_out(RESUME, None)
        assert Activity.objects.get().state == ActivityState.PLANNED

    def test_it_is_not_completed_before_it_has_begun(self, activity: Activity) -> None:
        with pytest.raises(ValidationError, match="not possible any more"):
            activity.carry_out(COMPLETE, None)

    @pytest.mark.parametrize(
        ("first", "last", "shown"),
        [
            (date(2026, 1, 5), date(2026, 2, 6), "Jan. 5, 2026–Feb. 6, 2026"),
            (date(2026, 1, 5), date(2026, 1, 5), "Jan. 5, 2026"),
            (date(2026, 1, 5), None, "from Jan. 5, 2026"),
            (None, date(2026, 1, 5), "until Jan. 5, 2026"),
            (None, None, ""),
        ],
    )
    def test_its_period_is_told_as_far_as_it_is_known(self, first: date | None, last: date | None, shown: str) -> None:
        found = Activity(starts_on=first, ends_on=last).period
        assert found.replace("5 January 2026", "Jan. 5, 2026").replace("6 February 2026", "Feb. 6, 2026") == shown


class TestList:
    def test_shows_state_target_group_period_people_and_newness(
        self, client: Client, partner: User, activity: Activity
    ) -> None:
        Activity.objects.update(target_group="unemployed", planned_participants=12, actual_participants=9)
        page = client.get(f"/projects/{activity.project_id}/activities/").content.decode()
        for shown in (activity.title, "Planned", "Unemployed people", "9 took part of 12 planned", "Not known whether"):
            assert shown in page
        assert "period not stated" in page

    def test_a_partner_is_not_offered_to_add_one_and_reads_why(
        self, client: Client, partner: User, project: Project
    ) -> None:
        page = client.get(f"/projects/{project.pk}/activities/").content.decode()
        assert "Only those who carry the project out can do this." in page
        assert "activities/new/" not in page

    def test_strangers_log_in_and_others_read_why_not(
        self, client: Client, member: Callable[..., User], project: Project
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        url = f"/projects/{project.pk}/activities/"
        assert client.get(url)["Location"].startswith("/account/login/")
        member()
        refused = client.get(url)
        assert refused.status_code == 403
        assert "Only those who take part in the project see this." in refused.content.decode()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, keeper: User, activity: Activity, queries: Queries
    ) -> None:
        url = f"/projects/{activity.project_id}/activities/"
        one = queries(url)
        houses = OrganisationFactory.create_batch(9)
        for house in houses:
            ActivityFactory.create(project=activity.project, organisation=house, person=UserFactory.create())
        assert queries(url) == one <= 14


class TestPage:
    def test_says_what_is_known_and_what_is_not_stated(self, client: Client, partner: User, activity: Activity) -> None:
        activity.collaborators.add(OrganisationFactory.create(name="NAV Sør-Varanger"))
        page = client.get(activity.get_absolute_url()).content.decode()
        for shown in (activity.title, "NAV Sør-Varanger", "Sør-Varanger", "not stated", "Does it exist here today?"):
            assert shown in page

    def test_nobody_outside_the_project_sees_it_though_the_project_is_public(
        self, client: Client, member: Callable[..., User], activity: Activity
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        member()
        assert client.get(f"/projects/{activity.project_id}/").status_code == 200
        for path in ("", "edit/", "judge/"):
            assert client.get(f"{activity.get_absolute_url()}{path}").status_code == 404

    def test_asks_as_many_queries_whatever_there_is_to_show(
        self, client: Client, keeper: User, activity: Activity, queries: Queries
    ) -> None:
        activity.carry_out(START, keeper)
        activity.collaborators.add(OrganisationFactory.create())
        one = queries(activity.get_absolute_url())
        activity.carry_out(COMPLETE, keeper)
        activity.collaborators.add(*OrganisationFactory.create_batch(9))
        assert queries(activity.get_absolute_url()) == one <= 19


class TestWriting:
    typed = {"title": "Sveising for nybegynnere", "text": "", "planned_participants": "10"}

    def test_a_keeper_writes_one_down(self, client: Client, keeper: User, project: Project) -> None:
        answer = client.post(f"/projects/{project.pk}/activities/new/", self.typed)
        activity = Activity.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, activity.get_absolute_url())
        assert (activity.project, activity.planned_participants, activity.answer) == (project, 10, "new")

    def test_the_last_day_is_not_before_the_first(self, client: Client, keeper: User, project: Project) -> None:
        wrong = self.typed | {"starts_on": "2026-05-02", "ends_on": "2026-05-01"}
        answer = client.post(f"/projects/{project.pk}/activities/new/", wrong)
        assert "The last day cannot be before the first." in answer.content.decode()
        assert not Activity.objects.exists()

    def test_a_partner_may_not(self, client: Client, partner: User, project: Project) -> None:
        answer = client.post(f"/projects/{project.pk}/activities/new/", self.typed)
        assert answer.status_code == 403
        assert not Activity.objects.exists()

    def test_whoever_is_responsible_changes_it_and_moves_it_on(
        self, client: Client, partner: User, activity: Activity
    ) -> None:
        Activity.objects.update(person=partner)
        url = activity.get_absolute_url()
        assert client.get(f"{url}edit/").status_code == 200
        client.post(f"{url}acts/start/")
        assert Activity.objects.get().state == ActivityState.RUNNING
        assert client.get(f"{url}judge/").status_code == 403

    def test_two_who_change_it_at_once_see_both(self, client: Client, keeper: User, activity: Activity) -> None:
        url = f"{activity.get_absolute_url()}edit/"
        version = client.get(url).context["version"]
        client.post(url, self.typed | {"version": version})
        answer = client.post(url, {"title": "Noe annet", "version": version})
        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "Somebody else changed the measure" in shown
        assert "Sveising for nybegynnere" in shown
        assert "Noe annet" in shown
        assert Activity.objects.get().title == "Sveising for nybegynnere"

    def test_saving_does_not_undo_an_act(self, client: Client, keeper: User, activity: Activity) -> None:
        url = f"{activity.get_absolute_url()}edit/"
        version = client.get(url).context["version"]
        activity.carry_out(START, keeper)
        client.post(url, self.typed | {"version": version})
        assert Activity.objects.get().state == ActivityState.RUNNING

    def test_dropping_without_a_reason_is_refused_in_words(
        self, client: Client, keeper: User, activity: Activity
    ) -> None:
        answer = client.post(f"{activity.get_absolute_url()}acts/drop/", follow=True)
        assert "Say why." in answer.content.decode()
        assert Activity.objects.get().state == ActivityState.PLANNED

    def test_acts_that_are_not_there(self, client: Client, keeper: User, activity: Activity) -> None:
        assert client.post(f"{activity.get_absolute_url()}acts/explode/").status_code == 404
        assert client.post(f"{activity.get_absolute_url()}acts/complete/").status_code == 403

    def test_nothing_changes_once_the_project_has_ended(self, client: Client, keeper: User, activity: Activity) -> None:
        Project.objects.update(state=ProjectState.CLOSED)
        answer = client.get(f"{activity.get_absolute_url()}edit/")
        assert answer.status_code == 403
        assert "The project has ended." in answer.content.decode()

    def test_only_those_who_take_part_can_be_responsible(self, client: Client, keeper: User, project: Project) -> None:
        outsider, house = UserFactory.create(), OrganisationFactory.create()
        wrong = self.typed | {"person": outsider.pk, "organisation": house.pk}
        answer = client.post(f"/projects/{project.pk}/activities/new/", wrong)
        assert set(answer.context["form"].errors) == {"person", "organisation"}


def test_who_can_be_told_is_who_takes_part(project: Project, keeper: User, partner: User) -> None:
    house = OrganisationFactory.create()
    unit = OrganisationFactory.create(parent=house)
    ProjectPartnerFactory.create(project=project, organisation=house)
    in_a_unit = MembershipFactory.create(organisation=unit, role=MemberRole.READER).user
    leader, author, outsider = UserFactory.create_batch(3)
    project.leader, project.created_by = leader, author
    project.save()
    people = {keeper, partner, in_a_unit, leader, author, outsider, ProjectFactory.create().created_by or outsider}
    for state in (ProjectState.IDEA, ProjectState.RUNNING):
        project.state = state
        project.save()
        inside = {one for one in people if (part := Participation.of(one, project)) and part.takes_part}
        assert set(participants(project)) == inside
        assert {one for one in people if project in Project.objects.of(one)} == inside
    assert inside == {keeper, partner, in_a_unit, leader}
