"""What a project is to have reached by which day: states, who may do what, and the time-line."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Milestone, MilestoneState, Project, ProjectState
from projects.models.milestones import REACH, REMOVE, REOPEN, RESTORE
from projects.waiting import milestones as waiting_milestones
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory, UserFactory
from tests.projects.factories_activities import ActivityFactory, MilestoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
TODAY = date(2026, 5, 4)


@pytest.fixture
def milestone(project: Project) -> Milestone:
    return MilestoneFactory.create(project=project, title="De ti første er påmeldt")


class TestStates:
    def test_it_is_reached_on_a_day_and_not_after_all(self, milestone: Milestone) -> None:
        milestone.carry_out(REACH, None, on=TODAY)
        assert (milestone.state, Milestone.objects.get().reached_on) == (MilestoneState.REACHED, TODAY)
        milestone.carry_out(REOPEN, None)
        assert Milestone.objects.get().reached_on is None

    def test_it_is_removed_and_put_back(self, milestone: Milestone) -> None:
        milestone.carry_out(REMOVE, None)
        assert not Milestone.objects.current().exists()
        milestone.carry_out(RESTORE, None)
        assert [event.label for event in milestone.events.all()] == ["Removed", "Not reached"]

    def test_what_is_reached_is_not_removed(self, milestone: Milestone) -> None:
        milestone.carry_out(REACH, None)
        with pytest.raises(ValidationError, match="not possible any more"):
            milestone.carry_out(REMOVE, None)

    @pytest.mark.parametrize(("due", "late"), [(TODAY, False), (TODAY - timedelta(days=1), True)])
    def test_it_is_late_from_the_day_after(self, due: date, late: bool) -> None:
        assert Milestone(due_on=due).is_late(TODAY) is late
        assert not Milestone(due_on=due, state="reached").is_late(TODAY)


class TestTimeline:
    def test_goes_by_day_and_says_what_is_late_in_words(
        self, client: Client, partner: User, milestone: Milestone
    ) -> None:
        MilestoneFactory.create(project=milestone.project, title="Avtalen er signert", due_on=date(2026, 1, 1))
        removed = MilestoneFactory.create(project=milestone.project, title="Noe annet")
        removed.carry_out(REMOVE, None)
        page = client.get(f"/projects/{milestone.project_id}/milestones/").content.decode()
        assert page.index("Avtalen er signert") < page.index(milestone.title) < page.index("1 removed milestone")
        assert page.count(">Late<") == 1

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, keeper: User, milestone: Milestone, queries: Queries
    ) -> None:
        url = f"/projects/{milestone.project_id}/milestones/"
        one = queries(url)
        for house in OrganisationFactory.create_batch(9):
            MilestoneFactory.create(project=milestone.project, organisation=house, person=UserFactory.create())
        assert queries(url) == one <= 13

    def test_the_page_asks_as_many_whatever_was_done(
        self, client: Client, keeper: User, milestone: Milestone, queries: Queries
    ) -> None:
        milestone.carry_out(REACH, keeper)
        one = queries(milestone.get_absolute_url())
        for act in (REOPEN, REMOVE, RESTORE, REACH):
            milestone.carry_out(act, keeper)
        assert queries(milestone.get_absolute_url()) == one <= 13


class TestWriting:
    typed = {"title": "De ti første er påmeldt", "due_on": "2026-09-01"}

    def test_a_keeper_adds_one_to_an_activity_of_the_project(
        self, client: Client, keeper: User, project: Project
    ) -> None:
        activity, foreign = ActivityFactory.create(project=project), ActivityFactory.create()
        url = f"/projects/{project.pk}/milestones/new/"
        assert "activity" in client.post(url, self.typed | {"activity": foreign.pk}).context["form"].errors
        client.post(url, self.typed | {"activity": activity.pk})
        assert Milestone.objects.get().activity == activity

    def test_two_who_change_it_at_once_see_both(self, client: Client, keeper: User, milestone: Milestone) -> None:
        url = f"{milestone.get_absolute_url()}edit/"
        version = client.get(url).context["version"]
        client.post(url, self.typed | {"version": version})
        answer = client.post(url, self.typed | {"title": "Noe annet", "version": version})
        assert answer.status_code == 409
        assert "Somebody else changed the milestone" in answer.content.decode()

    @pytest.mark.parametrize("path", ["edit/", "acts/remove/", "acts/reach/"])
    def test_a_partner_who_is_not_responsible_changes_nothing(
        self, client: Client, partner: User, milestone: Milestone, path: str
    ) -> None:
        assert client.post(f"{milestone.get_absolute_url()}{path}", self.typed).status_code == 403
        assert Milestone.objects.get().state == MilestoneState.AHEAD

    def test_whoever_is_responsible_says_that_it_is_reached_but_does_not_remove_it(
        self, client: Client, partner: User, milestone: Milestone
    ) -> None:
        Milestone.objects.update(person=partner)
        url = milestone.get_absolute_url()
        assert client.post(f"{url}acts/remove/").status_code == 403
        client.post(f"{url}acts/reach/", {"on": "2026-05-04"})
        assert Milestone.objects.get().reached_on == TODAY

    def test_a_broker_of_the_responsible_organisation_too(
        self, client: Client, member: Callable[..., User], milestone: Milestone
    ) -> None:
        house = OrganisationFactory.create()
        ProjectPartnerFactory.create(project=milestone.project, organisation=house)
        Milestone.objects.update(organisation=house)
        member(MemberRole.READER, house)
        assert client.post(f"{milestone.get_absolute_url()}acts/reach/").status_code == 403
        member(MemberRole.BROKER, house)
        assert client.post(f"{milestone.get_absolute_url()}acts/reach/").status_code == 302

    def test_a_day_that_is_none_is_today(self, client: Client, keeper: User, milestone: Milestone) -> None:
        client.post(f"{milestone.get_absolute_url()}acts/reach/", {"on": "i går"})
        assert Milestone.objects.get().reached_on == timezone.localdate()

    def test_nobody_outside_sees_it(self, client: Client, member: Callable[..., User], milestone: Milestone) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        member()
        for path in ("", "edit/"):
            assert client.get(f"{milestone.get_absolute_url()}{path}").status_code == 404


class TestWaiting:
    @pytest.fixture(autouse=True)
    def running(self, project: Project) -> None:
        Project.objects.update(state=ProjectState.RUNNING)

    def titles(self, user: User) -> list[str]:
        return [card.title for card in waiting_milestones.waiting(user, TODAY)]

    def test_late_and_soon_due_ones_wait_for_who_leads(self, project: Project, keeper: User, partner: User) -> None:
        for days, title in ((-1, "late"), (14, "soon"), (15, "later")):
            MilestoneFactory.create(project=project, title=title, due_on=TODAY + timedelta(days=days))
        MilestoneFactory.create(project=project, title="done", due_on=TODAY).carry_out(REACH, None)
        assert self.titles(keeper) == ["late", "soon"]
        assert self.titles(partner) == []

    def test_and_for_who_is_responsible(self, project: Project, partner: User) -> None:
        MilestoneFactory.create(project=project, title="mine", due_on=TODAY, person=partner)
        (card,) = waiting_milestones.waiting(partner, TODAY)
        assert (card.title, card.urgency, card.color) == ("mine", TODAY, "warning")

    def test_not_for_who_has_left(self, project: Project) -> None:
        MilestoneFactory.create(project=project, due_on=TODAY, person=UserFactory.create())
        assert self.titles(MembershipFactory.create().user) == []
        gone = Milestone.objects.get().person
        assert gone is not None
        assert self.titles(gone) == []

    def test_not_while_the_project_stands_still(self, project: Project, keeper: User) -> None:
        MilestoneFactory.create(project=project, due_on=TODAY)
        Project.objects.update(state=ProjectState.PAUSED)
        assert self.titles(keeper) == []
