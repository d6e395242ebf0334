"""A project with all that there is about it, and where each address finds it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from brokering.models import CourseRun, ScoreVersion, Visit
from brokering.models.learning import ScoreState
from brokering.models.needs import NeedState
from funding.models import Commitment, CommitmentState, Condition, Strength, Tranche
from funding.models.commitment_states import CONFIRM
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.models import Enrolment, FollowUp, Outcome, PoolProposal
from projects.models import (
    Activity,
    Agreement,
    CalendarKey,
    Comment,
    CommentMail,
    Document,
    Goal,
    GuidanceEnquiry,
    Milestone,
    Programme,
    Project,
    ProjectPartner,
    ProjectState,
    Report,
    Risk,
    UnitService,
)
from projects.models.enquiry_states import EnquiryState
from tests.factories import (
    CompetenceNeedFactory,
    CourseRunFactory,
    MembershipFactory,
    OrganisationFactory,
    ProjectPartnerFactory,
    ScoreVersionFactory,
    UserFactory,
    VisitFactory,
)
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory
from tests.pooling.factories import ReservationFactory
from tests.pooling.factories_outcomes import EnrolmentFactory, FollowUpFactory, OutcomeFactory
from tests.projects import factories_agreements as agreements
from tests.projects import factories_reports as reports
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
        project-money commitment-create project-agreements agreement-create project-reports report-require
        report-require-yearly project-effect""",
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
    "pk=project condition_pk=condition": "condition-assess",
    "pk=agreement": """agreement agreement-edit agreement-version agreement-sign agreement-decline agreement-paper
        agreement-act""",
    "pk=attached document=file": "agreement-document",
    "pk=report": "report report-edit report-changes report-more-time report-remove report-pdf report-act",
    "pk=visit": "visit visit-edit",
    "pk=pool_proposal": "pool-proposal pool-proposal-decide",
    "pk=score": "score-act",
    "pk=unit": "organisation-services service-create",
    "pk=service": "service-edit service-remove",
    "pk=enquiry": "enquiry enquiry-answer enquiry-call enquiry-refer enquiry-forward enquiry-act",
    "pk=run": "run-outcome",
    "token=outcome": "enrol",
    "token=enrolment": "enrolment enrolment-withdraw",
    "token=follow_up": "follow-up follow-up-stop",
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
    made: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Things that come into their state by acts only, by word and state."""

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        """What stands in the address of that name, for such an act and for a thing in that state."""
        in_state = self.of_state(state)
        things = {"project": in_state} | {what: self.thing(what, state) for _key, what in NAMED.get(name, [])}
        found = {key: things[what].token if key == "token" else things[what].pk for key, what in NAMED.get(name, [])}
        return found | ({"act": act} if act else {})

    def thing(self, what: str, state: str) -> Any:
        """The thing of that word; in a state of its own, where it has any."""
        of_state = getattr(self, f"{what}_of", None)
        if what not in ("agreement", "report", "commitment"):
            return of_state(state) if of_state else getattr(self, what)
        if (what, state) not in self.made:
            self.made[what, state] = getattr(self, f"{what}_of")(state)
        return self.made[what, state]

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

    def score_of(self, state: str) -> ScoreVersion:
        """A version of the score that passed its check, when no state is named."""
        return ScoreVersionFactory.create(state=state or ScoreState.LEARNT)

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
        return TrancheFactory.create(commitment=self.commitment, state=Strength.HELD_OUT)

    @cached_property
    def condition(self) -> Condition:
        return ConditionFactory.create(commitment=self.commitment)

    @cached_property
    def parties(self) -> list[Organisation]:
        return [self.runner, self.payer, *([self.helper] if self.helper else [])]

    def agreement_of(self, state: str) -> Agreement:
        """Between those who carry the project out, who pay for it and who help; sent, when no state is named."""
        match state:
            case "draft":
                return agreements.drafted(*self.parties, project=self.project)
            case "signed":
                return agreements.signed(*self.parties, project=self.project, by=self.writer)
        return agreements.sent(*self.parties, project=self.project)

    @cached_property
    def attached(self) -> Agreement:
        """One whose text is a file."""
        agreement: Agreement = agreements.AgreementFactory.create(project=self.project)
        agreements.AgreementVersionFactory.create(agreement=agreement, text="", document=self.file)
        return agreement

    @cached_property
    def file(self) -> Document:
        return agreements.document()

    def report_of(self, state: str) -> Report:
        """Sent by the leader when no state is named; published is approved, and asked for as a public one."""
        about: dict[str, Any] = {"project": self.project, "is_public": state == "published"}
        match state:
            case "planned":
                return reports.ReportingRequirementFactory.create(**about).report
            case "begun":
                return reports.begun(**about)
            case "approved" | "published":
                return reports.approved(**about)
        return reports.sent(self.writer, **about)

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
    def outcome(self) -> Outcome:
        """Of seats that a firm whose need the runner brokers has on a course that has begun."""
        need = CompetenceNeedFactory.create(handled_by=self.runner, project=self.project)
        run = CourseRunFactory.create(start=timezone.localdate(), end=None)
        seats = ReservationFactory.create(run=run, firm=need.employer, need=need)
        made: Outcome = OutcomeFactory.create(reservation=seats, project=self.project)
        return made

    @cached_property
    def run(self) -> CourseRun:
        assert self.outcome.run
        return self.outcome.run

    @cached_property
    def enrolment(self) -> Enrolment:
        return EnrolmentFactory.create(outcome=self.outcome)

    @cached_property
    def follow_up(self) -> FollowUp:
        return FollowUpFactory.create(outcome=self.outcome)

    @cached_property
    def pool_proposal(self) -> PoolProposal:
        """Of two needs that those who carry the project out broker."""
        proposal = PoolProposal.objects.create(handled_by=self.runner, sure=0.9)
        for need in CompetenceNeedFactory.create_batch(2, handled_by=self.runner, state=NeedState.OPEN):
            proposal.parts.create(need=need, seats=2)
        return proposal

    @cached_property
    def visit(self) -> Visit:
        return VisitFactory.create(firm=OrganisationFactory.create(), handled_by=self.runner, project=self.project)
