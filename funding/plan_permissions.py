"""Who may do what with a project's plan and accounts. An empty answer means yes; a sentence says why not.

Those who lead the project write, submit and send; people of an organisation that pays for it, or is asked to, approve.
Nobody approves what they wrote or handed over, nor for those with whom they have a role. The database holds that too
(funding/models/limits/plans.py: payer_answers).
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from funding.models import Application, Commitment, CostStatement, PlanVersion, Recusal
from funding.models.limits.plans import APPROVES_PLANS, REVIEWS_ACCOUNTS
from funding.models.plans import APPROVE, SUBMIT, TAKE_BACK
from funding.models.statements import APPROVE as APPROVE_ACCOUNTS
from funding.models.statements import RETURN, SEND
from partners.models import Organisation, User
from projects.models import Project
from projects.permissions import Actions, Participation, project_actions


@dataclass(frozen=True)
class Hands:
    """What a person is to a project's plan and accounts. `of()` asks four queries, beside those of project_actions."""

    user: User
    project: Project
    project_actions: Actions
    approves: bool
    """Works, as case officer or decider, for an organisation that pays or is asked to."""
    reviews: bool
    """The same, as case officer."""
    is_partial: bool
    """Has a tie to those who carry the project out."""

    @classmethod
    def of(cls, user: User, project: Project) -> "Hands":
        payers = _payers(project)
        mine = {one.organisation_id for one in user.standings if one.organisation_id in payers}
        return cls(
            user,
            project,
            project_actions(Participation.of(user, project)),
            approves=any(user.holds(pk, *APPROVES_PLANS) for pk in mine),
            reviews=any(user.holds(pk, *REVIEWS_ACCOUNTS) for pk in mine),
            is_partial=_tied(user, project, mine),
        )


def _payers(project: Project) -> set[int]:
    asked = Application.objects.filter(project=project).exclude(state__in=["draft", "withdrawn"])
    paying = Commitment.objects.filter(project=project).exclude(state__in=["withdrawn", "annulled", "lapsed"])
    keys = paying.order_by().values_list("funder").union(asked.order_by().values_list("funder"))
    return {pk for (pk,) in keys}


def _tied(user: User, project: Project, payers: set[int]) -> bool:
    """As funding.models.limits.people.is_partial, of those who carry the project out."""
    recused = Recusal.objects.filter(user=user).order_by().values_list("organisation", flat=True)
    own = {one.organisation_id for one in user.standings} | set(recused)
    above = Organisation.objects.filter(pk__in=own).order_by().values_list("parent", flat=True)
    near = own | {pk for pk in above if pk}
    running = project.partners.filter(runs=True).exclude(organisation__in=payers).order_by()
    houses = running.values_list("organisation", "organisation__parent")
    return any(pk in near or parent in own - payers for pk, parent in houses)


def plans_actions(hands: Hands, draft: PlanVersion | None) -> Actions:
    """For what is done with the project's plans as a whole. `draft`: the one that is being written, if any."""
    keep = hands.project_actions["edit"]
    return {
        "begin": keep or (_("There is a draft already. Change that one.") if draft else ""),
        "import": keep,
        "claim": keep,
    }


def plan_actions(hands: Hands, version: PlanVersion) -> Actions:
    """For each act on a version. Asks two queries of a draft that the person keeps."""
    keep, state = hands.project_actions["edit"], version.get_state_display()
    wrong = _("Not possible while the plan is “%(state)s”.") % {"state": state}
    edit = keep or ("" if version.is_draft else _("Only a draft can be changed."))
    back = "" if TAKE_BACK.possible_from(version.state) else wrong
    approve = "" if APPROVE.possible_from(version.state) else wrong
    return {
        "edit": edit,
        SUBMIT.name: (keep or wrong) if edit else " ".join(version.hindrances()),
        TAKE_BACK.name: keep or back or _rested_on(version),
        APPROVE.name: _approving(hands) or approve or _own(hands, version),
    }


def statement_actions(hands: Hands, statement: CostStatement) -> Actions:
    keep, state = hands.project_actions["edit"], statement.get_state_display()
    wrong = _("Not possible while the accounts are “%(state)s”.") % {"state": state}
    edit = keep or ("" if statement.is_unsent else wrong)
    review = _reviewing(hands) or ("" if RETURN.possible_from(statement.state) else wrong) or _own(hands, statement)
    return {
        "edit": edit,
        SEND.name: edit or " ".join(statement.hindrances()),
        RETURN.name: review,
        APPROVE_ACCOUNTS.name: review,
    }


def _approving(hands: Hands) -> str:
    if not hands.approves:
        return _("Only case officers and deciders of an organisation that pays can do this.")
    return _partial(hands)


def _reviewing(hands: Hands) -> str:
    if not hands.reviews:
        return _("Only case officers of an organisation that pays can do this.")
    return _partial(hands)


def _partial(hands: Hands) -> str:
    told = _("You have a role in the organisation that gets the money, so somebody else has to do this.")
    return told if hands.is_partial else ""


def _own(hands: Hands, thing: PlanVersion | CostStatement) -> str:
    mine = thing.events.filter(Q(act__in=["begin", SUBMIT.name, SEND.name]), by=hands.user)
    told = _("You wrote it or handed it over yourself, so somebody else has to do this.")
    return told if mine.exists() else ""


def _rested_on(version: PlanVersion) -> str:
    rests = version.applications.filter(state__in=["submitted", "review", "granted", "partly"])
    return _("An application that is being considered rests on this plan.") if rests.exists() else ""
