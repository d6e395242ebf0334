"""Who may do what with the letter of a decision. An empty answer means yes; a sentence says why not."""

from django.utils.translation import gettext as _

from funding.case_permissions import Desk
from funding.letters import is_stale, is_told
from funding.models import Decision, DecisionKind, DecisionState
from funding.models.commitment_states import SEND_LETTER
from partners.models import User
from partners.models.roles import MemberRole
from projects.permissions import Actions


def letter_actions(user: User, decision: Decision) -> Actions:
    """For looking into its making, for making it, and for sending it: "" or why not."""
    desk = Desk.at(user, decision.about)
    writes = "" if desk.officer else _("Only case officers of the organisation that pays can do this.")
    told = _("The letter has been sent, and stays as it was.") if is_told(decision) else ""
    return {
        "see_making": "" if desk.sees else _("Only those who work with the case see this."),
        "make": writes or told,
        "send": desk.why_not(MemberRole.CASE_OFFICER) or told or _unready(decision),
    }


def _unready(decision: Decision) -> str:
    if decision.state != DecisionState.DECIDED:
        return _("Nothing is decided yet.")
    commitment = decision.commitment
    if decision.kind == DecisionKind.GRANT and commitment and not SEND_LETTER.possible_from(commitment.state):
        return _("The commitment is “%(state)s”.") % {"state": commitment.get_state_display()}
    return _("The letter does not say what is decided now. Make it anew first.") if is_stale(decision) else ""
