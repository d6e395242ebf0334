"""Who may do what with activities, milestones and comments. An empty answer means yes; a sentence says why not."""

from django.utils.translation import gettext as _

from partners.acts import Act
from partners.models import User
from partners.models.roles import BROKERING_ROLES
from projects.models import Activity, Comment, Milestone
from projects.models.activities import ACTS as ACTIVITY_ACTS
from projects.models.milestones import ACTS as MILESTONE_ACTS
from projects.permissions import Actions, Participation


def plan_actions(participation: Participation | None) -> Actions:
    """Adding activities and milestones to a project."""
    return {"add": _keeping(participation)}


def activity_actions(participation: Participation | None, activity: Activity) -> Actions:
    """For each act, for editing, and for overruling the system on whether it is new to the place.

    Those who carry the project out do all of it; who is responsible edits it and moves it on.
    """
    answers_for = _answering(participation, activity)
    wrong_state = _("Not possible while the measure is “%(state)s”.") % {"state": activity.get_state_display()}
    acts = _acts(ACTIVITY_ACTS, activity.state, answers_for, wrong_state)
    return acts | {"edit": answers_for, "judge": _keeping(participation), "ask": answers_for}


def milestone_actions(participation: Participation | None, milestone: Milestone) -> Actions:
    """For each act and for editing. Who is responsible says that it is reached, or not after all."""
    keeps, answers_for = _keeping(participation), _answering(participation, milestone)
    wrong_state = _("Not possible while the milestone is “%(state)s”.") % {"state": milestone.get_state_display()}
    acts = _acts(MILESTONE_ACTS, milestone.state, keeps, wrong_state)
    own = {name: MILESTONE_ACTS[name] for name in ("reach", "reopen")}
    return acts | _acts(own, milestone.state, answers_for, wrong_state) | {"edit": keeps}


def comment_actions(user: User, comment: Comment) -> Actions:
    """One's own: changed for fifteen minutes, deleted at any time."""
    theirs = "" if comment.author_id == user.pk else _("Only the one who wrote it can do this.")
    gone = _("The comment is deleted.") if comment.deleted_at else ""
    late = "" if comment.may_be_changed() else _("A comment can be changed for fifteen minutes. Write another one.")
    return {"edit": theirs or gone or late, "delete": theirs or gone}


def _keeping(participation: Participation | None) -> str:
    if participation is None or not participation.leads:
        return _("Only those who carry the project out can do this.")
    return _ended(participation)


def _answering(participation: Participation | None, thing: Activity | Milestone) -> str:
    """Those who carry the project out, the person responsible, and brokers and leaders of the one responsible."""
    if participation is None or not (participation.leads or _is_responsible(participation.user, thing)):
        return _("Only those who carry the project out and whoever is responsible can do this.")
    return _ended(participation)


def _is_responsible(user: User, thing: Activity | Milestone) -> bool:
    named = thing.person_id == user.pk
    return named or (thing.organisation_id is not None and user.holds(thing.organisation_id, *BROKERING_ROLES))


def _ended(participation: Participation) -> str:
    return _("The project has ended.") if participation.project.has_ended else ""


def _acts(acts: dict[str, Act], state: str, who: str, wrong_state: str) -> Actions:
    return {name: who or ("" if act.possible_from(state) else wrong_state) for name, act in acts.items()}
