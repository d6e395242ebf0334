"""A project with all that there is about it, and where each address finds it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from brokering.models import Visit
from funding.models import Commitment, CommitmentState, Condition, Strength, Tranche
from funding.models.commitments import CONFIRM
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import (
    Activity,
    CalendarKey,
    Comment,
    CommentMail,
    Goal,
    Milestone,
    Programme,
    Project,
    ProjectPartner,
    ProjectState,
    Risk,
)
from tests.factories import OrganisationFactory, ProjectPartnerFactory, UserFactory, VisitFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory
from tests.projects.factories_activities import (
    ActivityFactory,
    CalendarKeyFactory,
    CommentFactory,
    MilestoneFactory,
)
from tests.projects.factories_pages import GoalFactory, RiskFactory

# Addresses that stand under the project's own and name nothing else.
OF_THE_PROJECT = {
    *("project", "project-edit", "project-partners", "partner-create", "project-history", "project-goals"),
    *("goal-create", "risk-create", "project-activities", "activity-create", "project-milestones", "milestone-create"),
    *("project-calendar", "calendar-renew", "calendar-revoke", "calendar-file", "project-comments"),
    *("comment-create", "comments-seen", "project-money", "commitment-create"),
}


@dataclass
class ProjectThings:
    """What belongs to a project is made when it is asked for the first time."""

    project: Project
    runner: Organisation
    payer: Organisation
    helper: Organisation | None = None
    """Takes part without carrying the project out."""

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        """What stands in the address of that name, for such an act and for a thing in that state."""
        project = {"pk": self.of_state(state).pk}
        doing = {"act": act} if act else {}
        match name:
            case "partner-edit" | "partner-remove":
                return {"pk": self.partner.pk}
            case "goal-edit" | "goal-remove":
                return {"pk": self.goal.pk}
            case "risk-edit" | "risk-close":
                return {"pk": self.risk.pk}
            case "activity" | "activity-edit" | "activity-ask" | "activity-judge" | "activity-act":
                return {"pk": self.activity_of(state).pk} | doing
            case "milestone" | "milestone-edit" | "milestone-act":
                return {"pk": self.milestone.pk} | doing
            case "comment-edit" | "comment-delete":
                return {"pk": self.comment.pk}
            case "calendar-feed":
                return {"token": self.calendar.token}
            case "comment-unsubscribe":
                return {"token": self.mail.token}
            case "project-act":
                return project | {"act": act}
            case "programme":
                return {"pk": self.programme.pk}
            case "commitment-edit" | "condition-create":
                return project | {"commitment_pk": self.commitment_of(state).pk}
            case "commitment-act":
                return project | {"commitment_pk": self.commitment_of(state).pk, "act": act}
            case "tranche-decide":
                return project | {"tranche_pk": self.tranche.pk}
            case "condition-assess":
                return project | {"condition_pk": self.condition.pk}
            case "visit" | "visit-edit":
                return {"pk": self.visit.pk}
        return project if name in OF_THE_PROJECT else {}

    def of_state(self, state: str) -> Project:
        """The project, which then is in that state; running when the state is none of a project's."""
        if state == ProjectState.FINANCED:
            assert self.commitment
        found = state if state in ProjectState.values else ProjectState.RUNNING
        Project.objects.filter(pk=self.project.pk).update(state=found)
        return self.project

    @cached_property
    def programme(self) -> Programme:
        return Programme.objects.get_or_create(name="Kompetansepiloter")[0]

    @cached_property
    def partner(self) -> ProjectPartner:
        """One that does not carry the project out."""
        return ProjectPartnerFactory.create(project=self.project)

    @cached_property
    def goal(self) -> Goal:
        return GoalFactory.create(project=self.project)

    @cached_property
    def risk(self) -> Risk:
        return RiskFactory.create(project=self.project)

    @cached_property
    def activity(self) -> Activity:
        return ActivityFactory.create(project=self.project)

    def activity_of(self, state: str) -> Activity:
        """One for which another organisation is responsible, when that is asked for."""
        Activity.objects.filter(pk=self.activity.pk).update(organisation=self.helper if state == "helped" else None)
        return self.activity

    @cached_property
    def milestone(self) -> Milestone:
        return MilestoneFactory.create(project=self.project)

    @cached_property
    def comment(self) -> Comment:
        return CommentFactory.create(project=self.project, author=self.writer)

    @cached_property
    def calendar(self) -> CalendarKey:
        return CalendarKeyFactory.create(project=self.project, user=self.writer)

    @cached_property
    def mail(self) -> CommentMail:
        return CommentMail.objects.create(user=self.writer)

    @cached_property
    def writer(self) -> User:
        """Of a foreign project, somebody who does not take part any more."""
        return self.project.leader or UserFactory.create()

    @cached_property
    def commitment(self) -> Commitment:
        return CommitmentFactory.create(project=self.project, funder=self.payer, recipient=self.runner)

    def commitment_of(self, state: str) -> Commitment:
        """Registered by the project, when no state is named."""
        if state == CommitmentState.CONFIRMED:
            decider = User.objects.get(memberships__organisation=self.payer, memberships__role=MemberRole.DECIDER)
            commitment: Commitment = CommitmentFactory.create(project=self.project, funder=self.payer)
            commitment.carry_out(CONFIRM, decider)
            return commitment
        return self.commitment

    @cached_property
    def tranche(self) -> Tranche:
        return TrancheFactory.create(commitment=self.commitment, strength=Strength.HELD_OUT)

    @cached_property
    def condition(self) -> Condition:
        return ConditionFactory.create(commitment=self.commitment)

    @cached_property
    def visit(self) -> Visit:
        return VisitFactory.create(firm=OrganisationFactory.create(), handled_by=self.runner, project=self.project)
