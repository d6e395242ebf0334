"""Who may do what with an agreement. An empty answer means yes; a sentence says why not."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Agreement, AgreementParty, AgreementState
from projects.models.agreement_guards import missing
from projects.models.agreements import ACTS, ANSWERABLE, PAPER, READY, REVISE, SEND, TERMINATE, WITHDRAW
from projects.permissions import Actions, Participation

# Who may bind an organisation here: its leaders, and those who decide for it.
SIGNATORIES = (MemberRole.LEADER, MemberRole.DECIDER)
# What those who keep the project do with a button.
KEEPERS_ACTS = (READY, SEND, WITHDRAW, TERMINATE)
FIXED = (AgreementState.SIGNED, AgreementState.TERMINATED)


def may_sign_for(user: User, party: AgreementParty) -> bool:
    """Leaders and deciders of the party's organisation; when it is a unit, those of the one it is a unit of too.

    Nobody else: neither other roles there, nor whoever leads the project on the party's behalf, nor the site's staff.
    """
    house = party.organisation
    if house is None:
        return False
    return any(user.holds(pk, *SIGNATORIES) for pk in (house.pk, house.parent_id) if pk is not None)


def to_answer(user: User, agreement: Agreement) -> list[AgreementParty]:
    """The parties for which the person may answer now: they have not answered the latest version. Three queries."""
    if agreement.state not in ANSWERABLE or agreement.latest is None:
        return []
    answered = set(agreement.latest.signatures.values_list("party", flat=True))
    return [party for party in agreement.parties.all() if party.pk not in answered and may_sign_for(user, party)]


def agreement_actions(participation: Participation, agreement: Agreement) -> Actions:
    """For each act on an agreement, for keeping it at all, and for writing, renewing and signing it: "" or why not."""
    return {**_keepers(participation, agreement), "sign": _signing(participation.user, agreement)}


def may_create(participation: Participation) -> str:
    return "" if participation.leads else _("Only those who carry the project out can do this.")


def _keepers(participation: Participation, agreement: Agreement) -> Actions:
    names = [*(act.name for act in KEEPERS_ACTS), "edit", "version", "paper", "renew", "keep"]
    if not participation.leads:
        return dict.fromkeys(names, _("Only those who carry the project out can do this."))
    state = agreement.state
    acts = {act.name: _hindrances(agreement, act.name) for act in KEEPERS_ACTS}
    changing = _fixed(agreement)
    draft = state in (AgreementState.DRAFT, AgreementState.READY)
    edit = "" if draft else _("The terms are fixed once it is sent. Take it back to draft first.")
    return acts | {
        "keep": "",
        "edit": changing or edit,
        "version": changing or _moves(agreement, REVISE.name),
        "paper": "" if state in ANSWERABLE else _hindrances(agreement, PAPER.name),
        "renew": "" if state in FIXED else _("Only an agreement that was signed can be renewed or replaced."),
    }


def _fixed(agreement: Agreement) -> str:
    return _("A signed agreement is not changed. Renew or replace it.") if agreement.state in FIXED else ""


def _hindrances(agreement: Agreement, name: str) -> str:
    return _moves(agreement, name) or " ".join(missing(agreement, ACTS[name]))


def _moves(agreement: Agreement, name: str) -> str:
    if ACTS[name].possible_from(agreement.state):
        return ""
    return _("Not possible while the agreement is “%(state)s”.") % {"state": agreement.get_state_display()}


def _signing(user: User, agreement: Agreement) -> str:
    own = [party for party in agreement.parties.all() if may_sign_for(user, party)]
    if not own:
        return _("Only leaders and deciders of a party sign for it.")
    if agreement.state not in ANSWERABLE:
        return _("Not possible while the agreement is “%(state)s”.") % {"state": agreement.get_state_display()}
    return "" if to_answer(user, agreement) else _("%(names)s has answered this version.") % {"names": _names(own)}


def _names(parties: Iterable[AgreementParty]) -> str:
    return ", ".join(str(party) for party in parties)
