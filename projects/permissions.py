"""Who may do what in projects. An empty answer means yes; a sentence says why not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from partners.acts import Act
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES
from projects.models import Project, ProjectState
from projects.models.guards import missing
from projects.models.states import ACTS

Actions = dict[str, str]


@dataclass(frozen=True)
class Participation:
    """What a person is in a project: all that decides what they may do there. `of()` asks two queries."""

    user: User
    project: Project
    organisations: frozenset[int]
    """Those of the person's organisations that take part (ProjectPartner.lasting), or are a unit of one that does."""
    runs: frozenset[int]
    """Those of them that carry the project out."""

    @classmethod
    def of(cls, user: object, project: Project) -> "Participation | None":
        """None for strangers."""
        if not isinstance(user, User):
            return None
        partners = dict[int, bool]()
        for organisation, runs in project.partners.lasting().values_list("organisation_id", "runs"):
            partners[organisation] = runs or partners.get(organisation, False)
        mine = Organisation.objects.filter(pk__in={one.organisation_id for one in user.standings})
        taking_part = mine.filter(Q(pk__in=partners) | Q(parent__in=partners)).values_list("pk", "parent_id")
        houses = list(taking_part.order_by("pk"))
        running = {pk for pk, parent in houses if partners.get(pk) or (parent is not None and partners.get(parent))}
        return cls(user, project, frozenset(pk for pk, _parent in houses), frozenset(running))

    @property
    def takes_part(self) -> bool:
        """Sees the project from the inside: its agreements, measures, milestones, reports and comments."""
        return bool(self.organisations) or self.leads

    @property
    def leads(self) -> bool:
        """Keeps the project: its leader, leaders and brokers of those that carry it out, and whoever wrote the idea."""
        author = self.project.state == ProjectState.IDEA and self.project.created_by_id == self.user.pk
        keeps = any(self.user.holds(pk, *BROKERING_ROLES) for pk in self.runs)
        return keeps or author or self.project.leader_id == self.user.pk

    @property
    def oversees(self) -> bool:
        """County staff whose organisation takes part (as a rule, pays)."""
        return any(self.user.holds(pk, *COUNTY_ROLES) for pk in self.organisations)


def project_actions(participation: Participation | None) -> Actions:
    """For each act on a project, for editing it, keeping it at all and seeing its inside: "" or why not."""
    only = _("Only those who carry the project out can do this.")
    inside = participation is not None and participation.takes_part
    if participation is None or not participation.leads:
        sees = "" if inside else _("Only those who take part in the project see this.")
        return {**dict.fromkeys(ACTS, only), "edit": only, "keep": only, "see_inside": sees}
    project = participation.project
    ended = _("The project has ended.") if project.has_ended else ""
    acts = {name: " ".join(hindrances(project, act)) for name, act in ACTS.items()}
    return {**acts, "edit": ended, "keep": "", "see_inside": ""}


def hindrances(project: Project, act: Act) -> Iterator[str]:
    """What stands in the way of the act, a sentence each. Who asks is not looked at."""
    if act.possible_from(project.state):
        yield from missing(project, act)
    else:
        yield _("Not possible while the project is “%(state)s”.") % {"state": project.get_state_display()}


def may_start_projects(user: User) -> str:
    """Whether this person may write down the idea of a project: "" or why not."""
    if user.is_broker or user.is_county_staff:
        return ""
    return _("Only those who broker competence and county staff start projects.")
