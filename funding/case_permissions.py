"""Who may do what with applications and decisions. An empty answer means yes; a sentence says why not.

Those who lead the project write; leaders and brokers of the applicant send, answer and withdraw. The funder's case
officer takes the case, asks, drafts and puts forward; its decider decides or sends back, by a delegation. Nobody does
with a tie to who gets the money, nor both prepares and decides. The database holds the last (limits/people, cases).
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.impartiality import tie
from funding.meter import why_no_aid
from funding.models import Application, Commitment, Decision, DecisionState
from funding.models.applications import ANSWER, ASK, SUBMIT, TAKE, WITHDRAW
from funding.models.decision_states import DECIDE, DROP, PROPOSE, SEND_BACK
from partners.acts import Act
from partners.models import User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MemberRole
from projects.permissions import Actions, Participation

CASE_ACTS = ("take", "ask", "recuse", "draft")
DECISION_ACTS = ("edit", "propose", "send_back", "decide", "drop")


@dataclass(frozen=True)
class Desk:
    """What a person is to a case of some funder."""

    user: User
    officer: bool
    decider: bool
    sees: bool
    is_partial: bool

    @classmethod
    def of(cls, user: User, funder: int, *, is_partial: bool) -> "Desk":
        holds = user.holds
        roles = (holds(funder, MemberRole.CASE_OFFICER), holds(funder, MemberRole.DECIDER))
        return cls(user, *roles, sees=holds(funder, *COUNTY_ROLES), is_partial=is_partial)

    @classmethod
    def at(cls, user: User, about: Application | Commitment) -> "Desk":
        """One query."""
        recipient = "applicant" if isinstance(about, Application) else "recipient"
        rows = type(about)._default_manager.filter(pk=about.pk)
        partial = rows.filter(tie(user, recipient=recipient)).exists()
        return cls.of(user, about.funder_id, is_partial=partial)

    def why_not(self, role: str) -> str:
        """Why this person does not act as case officer or decider here."""
        if role == MemberRole.CASE_OFFICER and not self.officer:
            return _("Only case officers of the organisation that pays can do this.")
        if role == MemberRole.DECIDER and not self.decider:
            return _("Only deciders of the organisation that pays can do this.")
        return _partial() if self.is_partial else ""


def _partial() -> str:
    return _("You have a tie to those who get the money, so somebody else has to do this.")


def application_actions(participation: Participation | None, application: Application) -> Actions:
    """For those who apply."""
    names = ("edit", "submit", "answer", "withdraw")
    if participation is None or not participation.takes_part:
        return dict.fromkeys(names, _("Only those who apply can do this."))
    keeps = "" if participation.leads else _("Only those who carry the project out can do this.")
    fixed = "" if application.is_editable else _("It is sent, so its text is fixed.")
    speaks = participation.user.holds(application.applicant_id, *BROKERING_ROLES)
    signs = "" if speaks else _("Only leaders and brokers of the applicant can do this.")
    missing = " ".join(application.missing()) if application.state == "draft" else ""
    return {
        "edit": keeps or fixed,
        "submit": signs or _wrong(SUBMIT, application) or missing,
        "answer": signs or _wrong(ANSWER, application),
        "withdraw": signs or _wrong(WITHDRAW, application),
    }


def case_actions(desk: Desk, application: Application) -> Actions:
    """For the funder's people."""
    officer = desk.why_not(MemberRole.CASE_OFFICER)
    recused = _("You have a tie to those who get the money already, so you are out of the case.")
    first = _("Take the case first.") if application.state == "submitted" else _wrong(ASK, application)
    return {
        "take": officer or _wrong(TAKE, application),
        "ask": officer or _wrong(ASK, application),
        "draft": officer or first,
        "recuse": recused if desk.is_partial else "",
    }


def decision_actions(desk: Desk, decision: Decision) -> Actions:
    """What is missing is told on the acts that it keeps from being done. Two queries for a decider; more about aid."""
    officer, decider = desk.why_not(MemberRole.CASE_OFFICER), desk.why_not(MemberRole.DECIDER)
    draft = "" if decision.state == DecisionState.DRAFT else _wrong(PROPOSE, decision)
    missing = " ".join(decision.missing()) if decision.state == DecisionState.DRAFT else ""
    return {
        "edit": officer or draft,
        "propose": officer or draft or missing,
        "drop": officer or _wrong(DROP, decision),
        "send_back": decider or _wrong(SEND_BACK, decision),
        "decide": decider or _wrong(DECIDE, decision) or _prepared(desk, decision) or _not_now(desk, decision),
    }


def _prepared(desk: Desk, decision: Decision) -> str:
    mine = decision.prepared_by_id == desk.user.pk
    return _("You prepared this, so somebody else has to decide it.") if mine else ""


def _not_now(desk: Desk, decision: Decision) -> str:
    if decision.application and decision.application.state != "review":
        return _("The application is “%(state)s”.") % {"state": decision.application.get_state_display()}
    today = timezone.localdate()
    if decision.delegations(desk.user, today).exists():
        return why_no_aid(decision, today)
    told = _("No delegation lets you decide on this: %(amount)s NOK.")
    return told % {"amount": decision.amounts}


def further_actions(desk: Desk, commitment: Commitment) -> Actions:
    """For drafting a further decision of what has been promised: one for each kind."""
    officer = desk.why_not(MemberRole.CASE_OFFICER)
    ours = commitment.state in ("approved", "letter_sent", "accepted", "active")
    told = commitment.state == "confirmed"
    wrong = _("Not possible while the commitment is “%(state)s”.") % {"state": commitment.get_state_display()}
    weak = any(one.surer for one in commitment.tranches.all())
    none = "" if weak else _("No year’s money can become surer.")
    return {
        "strengthen": officer or ("" if ours or told else wrong) or none,
        "change": officer or ("" if ours else wrong),
        "annul": officer or ("" if ours else wrong),
        "recover": officer or ("" if commitment.state in ("active", "settled", "expired") else wrong),
    }


def _wrong(act: Act, thing: Application | Decision) -> str:
    if act.possible_from(thing.state):
        return ""
    state = thing.known_state.label if isinstance(thing, Application) else thing.get_state_display()
    return _("Not possible while it is “%(state)s”.") % {"state": state}
