"""Who may decide on proposed pools. An empty answer means yes; a sentence says why not."""

from django.utils.translation import gettext as _

from brokering.permissions import may_broker
from partners.models import User
from pooling.models import PoolProposal
from pooling.models.proposals import ProposedState

DECISIONS = ("accept", "reject", "split", "merge")


def may_see_proposals(user: User) -> str:
    """Whether this person gathers firms in pools at all: "" or why not."""
    return "" if may_broker(user) else _("Only those who broker competence gather firms in pools.")


def proposal_actions(user: User, proposal: PoolProposal, needs: int, others: int) -> dict[str, str]:
    """For each decision: "" or why it is not possible now. `others`: open proposals it could be merged with."""
    state = _("Not possible while the proposal is “%(state)s”.") % {"state": proposal.get_state_display()}
    decided = "" if proposal.state == ProposedState.OPEN else state
    answers = dict.fromkeys(DECISIONS, may_see_proposals(user) or decided)
    if needs < 2:
        answers["split"] = answers["split"] or _("There is only one need.")
    if not others:
        answers["merge"] = answers["merge"] or _("There is no other proposal to merge it with.")
    return answers
