"""Who may do what with needs, matches and offers. An empty answer means yes; a sentence says why not."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from brokering.matching.score import OWN
from brokering.models import CompetenceNeed, CourseOffer, Proposal, ScoreVersion
from brokering.models.learning import SCORE_ACTS
from brokering.models.matches import PROPOSAL_ACTS
from brokering.models.needs import ACTS, WITHDRAW, NeedState
from partners.models import User
from partners.models.roles import BROKERING_ROLES, NEED_WRITERS, OFFER_KEEPERS

Actions = dict[str, str]
BROKERS_ACTS = ("agree", "complete", "miss")
OWN_ACTS = {"submit", "withdraw"}
CATALOGUES = {"utdanning.no"}
FINISHED = {NeedState.COVERED, NeedState.UNCOVERED, NeedState.WITHDRAWN, NeedState.EXPIRED}


def may_broker(user: User | AnonymousUser) -> bool:
    """Project leaders and brokers work with other firms' needs."""
    return isinstance(user, User) and user.is_broker


def may_visit(user: User) -> str:
    """Whether this person may log visits, and work with the pipeline of firms: "" or why not."""
    return "" if may_broker(user) else _("Only those who broker competence visit firms here.")


def handles(user: User, need: CompetenceNeed) -> bool:
    return user.holds(need.handled_by_id, *BROKERING_ROLES)


def owns(user: User, need: CompetenceNeed) -> bool:
    """The firm's own people but its readers, and whoever wrote the need down."""
    return user.holds(need.employer_id, *NEED_WRITERS) or need.created_by_id == user.pk


def need_actions(user: User, need: CompetenceNeed) -> Actions:
    """For each act on a need, and for editing, judging and proposing: "" or why it is not possible now.

    The firm edits, hands in and withdraws its own needs; its broker does everything else as well.
    """
    brokers, own = handles(user, need), owns(user, need)
    only_brokers = "" if brokers else _("Only the broker who handles the need can do this.")
    theirs = "" if brokers or own else _("Only the firm itself and its broker can do this.")
    answers = {name: theirs if name in OWN_ACTS else only_brokers for name in ACTS}
    for name, act in ACTS.items():
        if not answers[name] and not act.possible_from(need.state):
            answers[name] = _("Not possible while the need is “%(state)s”.") % {"state": need.get_state_display()}
    finished = _why_closed(need, brokers=brokers) if need.state in FINISHED else ""
    answers["expire"] = _("Happens by itself when the latest start has passed.")
    return answers | {"edit": theirs or finished, "judge": theirs or finished, "propose": only_brokers or finished}


def _why_closed(need: CompetenceNeed, *, brokers: bool) -> str:
    """With what this person can do about it."""
    if brokers:
        return _("The need is closed. Open it again first.")
    if need.handled_by:
        return _("The need is closed. Ask %(broker)s to open it again, or enter a new need.") % {
            "broker": need.handled_by
        }
    return _("The need is closed. Enter a new need instead.")


def sender_actions(need: CompetenceNeed) -> Actions:
    """What whoever sent the need without an account may do on its page."""
    wrong_state = _("Not possible while the need is “%(state)s”.") % {"state": need.get_state_display()}
    return {"withdraw": "" if WITHDRAW.possible_from(need.state) else wrong_state, "erase": ""}


def proposal_actions(user: User, proposal: Proposal) -> Actions:
    """What the broker may note of a proposal now."""
    only_brokers = "" if handles(user, proposal.need) else _("Only the broker who handles the need can do this.")
    wrong_state = _("Not possible while the proposal is “%(state)s”.") % {"state": proposal.get_state_display()}
    return {
        name: only_brokers or ("" if PROPOSAL_ACTS[name].possible_from(proposal.state) else wrong_state)
        for name in BROKERS_ACTS
    }


def offer_actions(user: User, offer: CourseOffer) -> Actions:
    """For each act on an offer: "" or why it is not possible.

    The provider's own people keep its offers. What comes from a national catalogue is changed and withdrawn there, or
    the next import would undo it; its dates and seats are the provider's to set here.
    """
    keeps = user.holds(offer.provider_id, *OFFER_KEEPERS)
    theirs = "" if keeps else _("Only the provider’s own people can do this.")
    elsewhere = (
        _("This course comes from %(source)s. Change it there.") % {"source": offer.source}
        if offer.source in CATALOGUES
        else ""
    )
    hidden = bool(offer.withdrawn_at) or not offer.is_published
    brokers_too = _("Only the provider’s own people, and those who broker competence, can see this.")
    return {
        "see_needs": "" if keeps or may_broker(user) else brokers_too,
        "edit": theirs or elsewhere,
        "runs": theirs,
        "withdraw": theirs or elsewhere or (_("It is not on the public list.") if hidden else ""),
        "publish": theirs or elsewhere or ("" if hidden else _("It is on the public list already.")),
        "refresh": theirs or ("" if offer.stale_on else _("It does not become stale.")),
    }


def may_offer(user: User) -> str:
    """Whether this person may enter courses: "" or why not."""
    if user.is_provider:
        return ""
    return _("Only those who work for a course provider can enter courses.")


def may_import_catalogue(user: User) -> str:
    """Whether this person may import offers of the national catalogue, of all providers: "" or why not."""
    if user.is_county_staff or user.is_broker:
        return ""
    return _("Only counties and those who broker competence can import the courses of others.")


def may_import(user: User) -> str:
    """Whether this person may import offers at all: "" or why not. Providers import their own."""
    if may_import_catalogue(user) and may_offer(user):
        return _("Only course providers, counties and those who broker competence can import courses.")
    return ""


def may_see_scores(user: User) -> str:
    """Whether this person, who answers or runs the site, may see what the matching has learnt: "" or why not."""
    if user.is_staff or user.is_broker or user.is_county_staff:
        return ""
    return _("Only those who broker competence, counties and those who run the site see this.")


def score_actions(user: User, version: ScoreVersion) -> Actions:
    """For each act on a version of the score: "" or why it is not possible now."""
    if not user.is_staff:
        return dict.fromkeys(SCORE_ACTS, _("Only those who run the site can do this."))
    state = version.get_state_display()
    wrong_state = _("Not possible while the version is “%(state)s”.") % {"state": state}
    answers = {name: "" if act.possible_from(version.state) else wrong_state for name, act in SCORE_ACTS.items()}
    if version.program != OWN.version:
        answers["use"] = _("It was learnt with the weights of another release of the program.")
    return answers
