"""Who leaves a project is outside from the next day while it lives; whoever stayed to its end may go on reading."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Agreement, Project, ProjectState
from projects.models.states import CANCEL
from projects.participants import keepers, participants
from projects.permissions import Participation
from projects.waiting.reports import reviewed_by
from tests.factories import OrganisationFactory, ProjectPartnerFactory
from tests.projects.factories_agreements import AgreementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
TODAY = timezone.localdate
DAY = timedelta(1)


def is_inside(user: User, project: Project) -> bool:
    """By every road: permissions, the queryset and the list of people say the same."""
    participation = Participation.of(user, project)
    answers = {
        participation is not None and participation.takes_part,
        project in Project.objects.of(user),
        user in participants(project),
    }
    assert len(answers) == 1
    return answers.pop()


def keeps(user: User, project: Project) -> bool:
    participation = Participation.of(user, project)
    answers = {
        participation is not None and participation.leads,
        project in Project.objects.led_by(user),
        user in keepers(project),
    }
    assert len(answers) == 1
    return answers.pop()


def oversees(user: User, project: Project) -> bool:
    participation = Participation.of(user, project)
    answers = {participation is not None and participation.oversees, project in Project.objects.overseen_by(user)}
    assert len(answers) == 1
    return answers.pop()


def leave(project: Project, on: date, **partner: object) -> None:
    assert project.partners.filter(**partner).update(ends_on=on)


class TestWhileTheProjectLives:
    def test_a_partner_is_inside_to_its_last_day(self, partner: User, project: Project) -> None:
        leave(project, TODAY(), runs=False)
        assert is_inside(partner, project)
        leave(project, TODAY() - DAY, runs=False)
        assert not is_inside(partner, project)

    def test_the_pages_close(self, client: Client, partner: User, project: Project) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        leave(project, TODAY() - DAY, runs=False)
        assert client.get(f"/projects/{project.pk}/activities/").status_code == 403
        assert client.get(f"/projects/{project.pk}/comments/").status_code == 403

    def test_who_carried_it_out_does_not_keep_it(self, keeper: User, project: Project) -> None:
        ProjectPartnerFactory.create(project=project, runs=True)
        assert keeps(keeper, project)
        leave(project, TODAY() - DAY, role="owner")
        assert not keeps(keeper, project)
        assert not is_inside(keeper, project)

    def test_one_that_has_another_part_stays(self, keeper: User, project: Project, agency: Organisation) -> None:
        ProjectPartnerFactory.create(project=project, organisation=agency, role="observer")
        leave(project, TODAY() - DAY, role="owner")
        assert is_inside(keeper, project)
        assert not keeps(keeper, project)

    def test_a_county_that_left_oversees_nothing(self, member: Member, project: Project) -> None:
        council = OrganisationFactory.create(county_council=True)
        ProjectPartnerFactory.create(project=project, organisation=council, role="funder")
        officer = member(MemberRole.CASE_OFFICER, council)
        AgreementFactory.create(project=project)
        assert oversees(officer, project)
        assert Agreement.objects.visible_to(officer).exists()
        leave(project, TODAY() - DAY, role="funder")
        assert not oversees(officer, project)
        assert not Agreement.objects.visible_to(officer).exists()
        assert not reviewed_by(officer).exists()

    def test_the_last_day_of_the_project_closes_nobody_out(self, keeper: User, project: Project) -> None:
        """The final report is written after it."""
        Project.objects.update(state=ProjectState.CLOSING, first_year=2020, last_year=2021)
        leave(project, date(2021, 12, 31), role="owner")
        assert keeps(keeper, project)
        Project.objects.update(ends_on=date(2021, 11, 30))
        assert keeps(keeper, project)
        leave(project, date(2021, 11, 29), role="owner")
        assert not keeps(keeper, project)


class TestOnceItHasEnded:
    def test_whoever_was_there_reads_on(self, partner: User, project: Project) -> None:
        project.carry_out(CANCEL, None, "No money")
        leave(project, TODAY() + DAY, runs=False)
        events = project.events.all()
        assert [event.to_state for event in events] == ["cancelled"]
        later = TODAY() + 9 * DAY
        assert project.partners.lasting(later).filter(runs=False).exists()
        assert is_inside(partner, project)

    def test_whoever_had_left_does_not(self, partner: User, project: Project) -> None:
        leave(project, TODAY() - DAY, runs=False)
        project.carry_out(CANCEL, None, "No money")
        assert not is_inside(partner, project)


class TestTheLastThatCarriesItOut:
    @pytest.mark.parametrize("day", [-1, 1])
    def test_does_not_leave_before_the_end(self, client: Client, keeper: User, project: Project, day: int) -> None:
        """Not even on a later day: nobody could keep the project from then on."""
        part = project.partners.get()
        typed = {"role": "owner", "runs": "on", "ends_on": TODAY() + day * DAY}
        page = client.post(f"/projects/partners/{part.pk}/edit/", typed)
        assert "Nobody else carries the project out" in page.content.decode()
        assert project.partners.get().ends_on is None

    def test_stays_when_the_others_have_left(self, project: Project) -> None:
        ProjectPartnerFactory.create(project=project, runs=True, ends_on=TODAY() - DAY)
        assert project.partners.get(role="owner").is_last_to_run
