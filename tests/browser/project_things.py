"""What of the demonstration's projects stands in the addresses, and what is added to them."""

from brokering.models import Visit
from funding.models import Commitment, Condition
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import (
    Activity,
    Agreement,
    Comment,
    CommentMail,
    GuidanceEnquiry,
    Milestone,
    Programme,
    Project,
    ProjectPartner,
    Report,
    Risk,
    UnitService,
)
from projects.models.enquiry_states import ANSWER
from tests.browser.things import GUIDE, LEADER
from tests.factories import MembershipFactory, ProjectFactory, ProjectPartnerFactory
from tests.projects.factories_activities import CommentFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitServiceFactory

RUNNING = "demo:kongekrabba"
IDEA = "Ideen om fisken"
PARTY = "prosjektleder.nordtroms@example.no"
DECIDER = "beslutter@example.no"
# Of the county that pays for the founding case.
TELLER = "saksbehandler.tromsogfinnmark@example.no"


def furnish() -> None:
    """What the demonstration has not: an idea of the leader's, comments, and enquiries to the guide's unit."""
    leader = User.objects.get(email=LEADER)
    idea = ProjectFactory.create(name=IDEA, purpose="", created_by=leader)
    house = Organisation.objects.get(memberships__user=leader)
    ProjectPartnerFactory.create(project=idea, organisation=house, running=True)
    CommentFactory.create(project=running(), author=leader)
    CommentMail.objects.create(user=leader)
    guide = User.objects.get(email=GUIDE)
    unit = Organisation.objects.get(memberships__user=guide)
    another = UnitServiceFactory.create(unit__name="Karriere Lofoten").unit
    MembershipFactory.create(organisation=another, role=MemberRole.GUIDE)
    GuidanceEnquiryFactory.create(unit=unit)
    GuidanceEnquiryFactory.create(unit=unit).answer(ANSWER, guide, "Kom innom på torsdag.")


def running() -> Project:
    return Project.objects.get(key=RUNNING)


def project() -> list[object]:
    return [running().pk]


def idea() -> list[object]:
    return [Project.objects.get(name=IDEA).pk]


def founding() -> list[object]:
    return [Project.objects.get(name="Kompetansepilot").pk]


def programme() -> list[object]:
    return [Programme.objects.get(name="Kompetansepiloter").pk]


def partner() -> list[object]:
    return [ProjectPartner.objects.filter(project=running(), role="partner")[0].pk]


def risk() -> list[object]:
    return [Risk.objects.filter(project=running())[0].pk]


def activity() -> list[object]:
    return [Activity.objects.filter(project=running(), state="running")[0].pk]


def milestone() -> list[object]:
    return [Milestone.objects.filter(project=running())[0].pk]


def comment() -> list[object]:
    return [Comment.objects.get(project=running()).pk]


def comment_mail() -> list[object]:
    return [CommentMail.objects.get(user__email=LEADER).token]


def agreement() -> list[object]:
    """The one that is sent."""
    return [Agreement.objects.get(project=running(), kind="cooperation").pk]


def draft() -> list[object]:
    return [Agreement.objects.get(project=running(), kind="intent").pk]


def signed_agreement() -> list[object]:
    return [Agreement.objects.filter(project__name="Kompetansepilot", state="signed")[0].pk]


def report() -> list[object]:
    """The one that is sent."""
    return [Report.objects.get(requirement__project=running(), state="sent").pk]


def report_to_write() -> list[object]:
    return [Report.objects.filter(requirement__project=running()).exclude(state="sent")[0].pk]


def commitment() -> list[object]:
    """One that was decided elsewhere, and so can be changed here."""
    told = Commitment.objects.get(project__name="Kompetansepilot", funder__memberships__user__email=TELLER)
    return [told.project_id, told.pk]


def condition() -> list[object]:
    return [*project(), Condition.objects.filter(commitment__project=running())[0].pk]


def visit() -> list[object]:
    return [Visit.objects.filter(handled_by__memberships__user__email=LEADER)[0].pk]


def enquiry() -> list[object]:
    return [GuidanceEnquiry.objects.get(state="received").pk]


def answered_enquiry() -> list[object]:
    return [GuidanceEnquiry.objects.get(state="answered").token]


def unit() -> list[object]:
    return [Organisation.objects.get(memberships__user__email=GUIDE).pk]


def service() -> list[object]:
    return [UnitService.objects.filter(unit__memberships__user__email=GUIDE)[0].pk]
