"""Who visits the demonstration, and what of it stands in the addresses."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db.models import Count

from brokering.matching import versions
from brokering.matching.score import OWN
from brokering.models import (
    CompetenceNeed,
    CourseOffer,
    ImportRun,
    Impression,
    Match,
    NeedRequest,
    Proposal,
)
from brokering.models.learning import ScoreState
from partners.digest import unsubscribe_url
from partners.models import Invitation, Membership, Organisation, User
from tests.factories import ScoreVersionFactory, UserFactory

STRANGER = ""
LEADER = "prosjektleder.ost@example.no"
EMPLOYER = "bedrift@example.no"
PROVIDER = "tilbyder@example.no"
COUNTY = "saksbehandler@example.no"
GUIDE = "rettleiar@example.no"
STAFF = "administrator@example.no"
"""Who runs the site; the demonstration has nobody who does."""
NOBODY = "ny@example.no"
"""Somebody who has just come and has no role."""


def need() -> list[int]:
    """One that the leader brokers, with courses that fit."""
    brokered = CompetenceNeed.objects.filter(handled_by__memberships__user__email=LEADER, state="open")
    found = brokered.filter(proposals=None).annotate(found=Count("matches")).order_by("-found", "pk")[0]
    return [found.pk]


def the_proposal() -> Proposal:
    """The one that waits for the employer's answer."""
    return Proposal.objects.filter(need__employer__memberships__user__email=EMPLOYER).waiting_for_answer()[0]


def need_proposed() -> list[object]:
    return [the_proposal().need_id]


def proposal() -> list[object]:
    return [the_proposal().token]


def request_asked() -> list[object]:
    """A need sent without an account, and not confirmed yet."""
    return [NeedRequest.objects.waiting().get().token]


def request_confirmed() -> list[object]:
    return [NeedRequest.objects.exclude(need=None).get().token]


def need_without_account() -> list[object]:
    return [CompetenceNeed.objects.exclude(request=None).get().pk]


def match() -> list[object]:
    pk = need()[0]
    return [pk, CompetenceNeed.objects.get(pk=pk).matches.best()[0].offer_id]


def offer() -> list[object]:
    """The one with most dates."""
    return [CourseOffer.objects.published().annotate(n=Count("runs")).order_by("-n", "pk")[0].pk]


def own_offer() -> list[object]:
    return [CourseOffer.objects.filter(provider__memberships__user__email=PROVIDER).order_by("pk")[0].pk]


def wanted_offer() -> list[object]:
    """One that fits needs which the leader brokers."""
    brokered = CompetenceNeed.objects.filter(handled_by__memberships__user__email=LEADER).open()
    fitting = CourseOffer.objects.published().filter(matches__need__in=brokered, matches__band="strong")
    return [fitting.annotate(n=Count("matches")).order_by("-n", "pk")[0].pk]


def wanted_own_offer() -> list[object]:
    """The provider's own that most is asked for of."""
    own = CourseOffer.objects.filter(provider__memberships__user__email=PROVIDER)
    return [own.annotate(n=Count("matches")).order_by("-n", "pk")[0].pk]


def digest_link() -> list[object]:
    return [unsubscribe_url(User.objects.get(email=COUNTY), "tasks").split("/")[-2]]


def provider() -> list[object]:
    return [Organisation.objects.providers().annotate(n=Count("offers")).order_by("-n", "pk")[0].pk]


def provider_without_courses() -> list[object]:
    return [Organisation.objects.get(name="Skole uten kurs").pk]


def broker() -> list[object]:
    return [Organisation.objects.get(memberships__user__email=LEADER).pk]


def firm() -> list[int]:
    return [Organisation.objects.get(memberships__user__email=EMPLOYER).pk]


def guides_house() -> list[object]:
    return [Organisation.objects.get(memberships__user__email=GUIDE).pk]


def colleague() -> list[object]:
    return [Membership.objects.get(user__email="megler@example.no").pk]


def myself() -> list[object]:
    return [Membership.objects.get(user__email=LEADER).pk]


def invitation() -> list[object]:
    return [Invitation.objects.get().token]


def import_run() -> list[object]:
    return [ImportRun.objects.get().pk]


def reset_key() -> list[object]:
    user = User.objects.get(email=EMPLOYER)
    return [user_pk_to_url_str(user), default_token_generator.make_token(user)]


def nothing() -> list[object]:
    return [987_654]


def nonsense() -> list[object]:
    return ["nonsense"]


def nonsense_key() -> list[object]:
    return ["a", "b-c"]


def judge() -> None:
    """Adds who runs the site, and three versions of the score: in use, to take into use, and one that did not pass."""
    UserFactory.create(email=STAFF, is_staff=True)
    after = {"loss": 0.7, "ranked": 0.7, "unsure": 0.05, "strong": 0, "strong_yes": 0.0}
    ScoreVersionFactory.create(state=ScoreState.REFUSED, after=after)
    ScoreVersionFactory.create(weights=OWN.as_json | {"parts": {**OWN.parts, "place": 0.5}})
    versions.use(ScoreVersionFactory.create(), None, "passed the check on held-out needs")
    Impression.objects.log(Match.objects.all())
