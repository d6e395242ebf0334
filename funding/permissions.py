"""Who may do what with a project's money. An empty answer means yes; a sentence says why not.

Those who lead the project write down what they have been told; people of the organisation that pays confirm, assess
conditions and, if they are deciders, decide. Nobody does so for money to an organisation where they hold a role. The
database holds the last two as well (funding/models/limits.py: funder_answers).
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import Commitment, CommitmentState, Condition, Tranche
from funding.models.commitment_states import ACCEPT, CONFIRM, CURRENT
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Project
from projects.permissions import Actions, Participation, project_actions

_S = CommitmentState


@dataclass(frozen=True)
class Purse:
    """What a person is to a project's money. `of()` asks up to four queries, beside those of project_actions."""

    participation: Participation
    project_actions: Actions
    """What the person may do with the project itself."""
    staff_of: frozenset[int]
    """Organisations whose money the person works with."""
    funders: frozenset[int]
    """Those of them that pay for the project, whether they take part in it or not."""
    houses: frozenset[int]
    """The person's organisations, with those that they are units of."""
    running: frozenset[int]
    """Those who carry the project out, whom its money goes to in the end."""

    @classmethod
    def of(cls, user: User, project: Project) -> "Purse | None":
        participation = Participation.of(user, project)
        if participation is None:
            return None
        paying = set(project.commitments.order_by().values_list("funder", flat=True).distinct())
        standings = {one.organisation_id for one in user.standings}
        staff_of = frozenset(one.organisation_id for one in user.standings if one.role in COUNTY_ROLES)
        parents = Organisation.objects.filter(pk__in=standings).order_by("pk").values_list("parent", flat=True)
        runs = project.partners.filter(runs=True).order_by("pk").values_list("organisation", flat=True)
        return cls(
            participation,
            project_actions(participation),
            staff_of,
            funders=staff_of & paying,
            houses=frozenset(standings | {pk for pk in parents if pk is not None}),
            running=frozenset(runs),
        )

    @property
    def user(self) -> User:
        return self.participation.user

    def is_partial(self, commitment: Commitment) -> bool:
        """Whether the money goes to an organisation of the person's, or to a project that one carries out."""
        getting = {commitment.recipient_id} | (self.running - {commitment.funder_id})
        return bool(self.houses & getting)


def money_actions(purse: Purse) -> Actions:
    """For seeing the project's money from the inside, and for writing down a commitment: "" or why not."""
    participation = purse.participation
    inside = purse.project_actions
    staff = bool(purse.funders) or participation.oversees
    registers = "" if staff else inside["edit"]
    return {"see": "" if purse.funders else inside["see_inside"], "register": registers}


def commitment_actions(purse: Purse, commitment: Commitment) -> Actions:
    """For each act on a commitment: "" or why it is not possible now."""
    keeps = _keeps(purse, commitment)
    staff = _staff(purse, commitment)
    if not commitment.is_told:
        return _of_ours(commitment, staff)
    over = _("It is withdrawn.") if commitment.state == _S.WITHDRAWN else ""
    confirmed = "" if CONFIRM.possible_from(commitment.state) else _("It is confirmed already.")
    return {
        "edit": over or keeps,
        "add_condition": over or keeps,
        "confirm": over or staff or confirmed,
        "withdraw": over or keeps,
        "assess": over or staff,
    }


def _of_ours(commitment: Commitment, staff: str) -> Actions:
    """What is decided here changes by decisions; new conditions are part of what is decided."""
    decided = _("It is decided here, so it changes by a decision only.")
    open_ = commitment.state in (_S.DRAFT, _S.PROPOSED, _S.APPROVED)
    sent = "" if open_ else _("The letter is sent: a new condition takes a decision.")
    over = "" if open_ or commitment.state in CURRENT else _wrong(commitment)
    told = dict.fromkeys(("edit", "confirm", "withdraw"), decided)
    return {**told, "add_condition": staff or sent, "assess": staff or over}


def promise_actions(purse: Purse, commitment: Commitment) -> Actions:
    """For what the recipient does with a promise: "" or why not."""
    speaks = purse.user.holds(commitment.recipient_id, MemberRole.LEADER, MemberRole.DECIDER)
    only = "" if speaks else _("Only leaders and deciders of the organisation that gets the money accept it.")
    late = commitment.accept_by is not None and commitment.accept_by < timezone.localdate()
    passed = _("The last day to accept has passed.") if late else ""
    return {"accept": only or ("" if ACCEPT.possible_from(commitment.state) else _wrong(commitment)) or passed}


def tranche_actions(purse: Purse, tranche: Tranche, hindrances: list[str]) -> Actions:
    """For each act on the money of a year: "" or why not. What stands in the way is told to everybody."""
    commitment = tranche.commitment
    officer = purse.user.holds(commitment.funder_id, MemberRole.CASE_OFFICER)
    decider = purse.user.holds(commitment.funder_id, MemberRole.DECIDER)
    release = "" if officer else _("Only case officers of the organisation that pays can do this.")
    lapse = "" if decider else _("Only deciders of the organisation that pays can do this.")
    partial = _partial() if purse.is_partial(commitment) else ""
    failed = any(one.is_precondition and one.state == "not_met" for one in commitment.conditions_on(tranche))
    cause = "" if failed and tranche.may_lapse else _("Nothing that it hangs on is “Not met”.")
    return {"release": release or partial or " ".join(hindrances), "lapse": lapse or partial or cause}


def _wrong(commitment: Commitment) -> str:
    return _("Not possible while the commitment is “%(state)s”.") % {"state": commitment.get_state_display()}


def condition_actions(purse: Purse, condition: Condition) -> Actions:
    return {"assess": commitment_actions(purse, condition.commitment)["assess"]}


def _keeps(purse: Purse, commitment: Commitment) -> str:
    """Whoever leads the project keeps what it was told, until the funder has confirmed it."""
    if commitment.funder_id in purse.funders:
        return ""
    if why_not := purse.project_actions["edit"]:
        return why_not
    confirmed = commitment.state == _S.CONFIRMED
    return _("The funder has confirmed it, so only its people change it.") if confirmed else ""


def _staff(purse: Purse, commitment: Commitment) -> str:
    if commitment.funder_id not in purse.funders:
        return _("Only case officers, deciders and attesters of the organisation that pays can do this.")
    if purse.is_partial(commitment):
        return _partial()
    return ""


def _partial() -> str:
    return _("You have a role in the organisation that gets the money, so somebody else has to do this.")
