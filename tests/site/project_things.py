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
    GuidanceEnquiry,
    Milestone,
    Programme,
    Project,
    ProjectPartner,
    ProjectState,
    Risk,
    UnitService,
)
from projects.models.enquiry_states import EnquiryState
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory, UserFactory, VisitFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory
from tests.projects.factories_activities import (
    ActivityFactory,
    CalendarKeyFactory,
    CommentFactory,
    MilestoneFactory,
)
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitFactory, UnitServiceFactory, fauske
from tests.projects.factories_pages import GoalFactory, RiskFactory

# What stands in which addresses: of which thing, in the words of ProjectThings, the key or the token.
ADDRESSES = {
    "pk=project": """project project-edit project-act project-partners partner-create project-goals goal-create
        risk-create project-history project-activities activity-create project-milestones milestone-create
        project-calendar calendar-renew calendar-revoke calendar-file project-comments comment-create comments-seen
        project-money commitment-create""",
    "pk=programme": "programme",
    "pk=partner": "partner-edit partner-remove",
    "pk=goal": "goal-edit goal-remove",
    "pk=risk": "risk-edit risk-close",
    "pk=activity": "activity activity-edit activity-ask activity-judge activity-act",
    "pk=milestone": "milestone milestone-edit milestone-act",
    "pk=comment": "comment-edit comment-delete",
    "token=calendar": "calendar-feed",
    "token=mail": "comment-unsubscribe",
    "pk=project commitment_pk=commitment": "commitment-edit condition-create commitment-act",
    "pk=project tranche_pk=tranche": "tranche-decide",
    "pk=project condition_pk=condition": "condition-assess",
    "pk=visit": "visit visit-edit",
    "pk=unit": "organisation-services service-create",
    "pk=service": "service-edit service-remove",
    "pk=enquiry": "enquiry enquiry-answer enquiry-call enquiry-refer enquiry-forward enquiry-act",
    "token=enquiry": "guidance-enquiry guidance-more guidance-export guidance-erase",
}
NAMED = {
    name: [part.split("=") for part in parts.split()] for parts, names in ADDRESSES.items() for name in names.split()
}


@dataclass
class ProjectThings:
    """What belongs to a project is made when it is asked for the first time."""

    project: Project
    runner: Organisation
    payer: Organisation
    helper: Organisation | None = None
    """Takes part without carrying the project out."""
    guiding: Organisation | None = None
    """A unit of that one, which guides people."""

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        """What stands in the address of that name, for such an act and for a thing in that state."""
        in_state = self.of_state(state)
        things = {"project": in_state} | {what: self.thing(what, state) for _key, what in NAMED.get(name, [])}
        found = {key: things[what].token if key == "token" else things[what].pk for key, what in NAMED.get(name, [])}
        return found | ({"act": act} if act else {})

    def thing(self, what: str, state: str) -> Any:
        """The thing of that word; in a state of its own, where it has any."""
        of_state = getattr(self, f"{what}_of", None)
        return of_state(state) if of_state else getattr(self, what)

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
    def unit(self) -> Organisation:
        """One that takes enquiries; another does too."""
        unit = self.guiding or UnitFactory.create()
        for each in (unit, UnitFactory.create(parent=unit.parent)):
            MembershipFactory.create(organisation=each, role=MemberRole.GUIDE)
            UnitServiceFactory.create(unit=each)
        return unit

    @cached_property
    def service(self) -> UnitService:
        return self.unit.services.get()

    @cached_property
    def enquiry(self) -> GuidanceEnquiry:
        return GuidanceEnquiryFactory.create(unit=self.unit, municipality=fauske())

    def enquiry_of(self, state: str) -> GuidanceEnquiry:
        """Received, when no state is named."""
        found = state if state in EnquiryState.values else EnquiryState.RECEIVED
        GuidanceEnquiry.objects.filter(pk=self.enquiry.pk).update(state=found)
        return self.enquiry

    @cached_property
    def visit(self) -> Visit:
        return VisitFactory.create(firm=OrganisationFactory.create(), handled_by=self.runner, project=self.project)
