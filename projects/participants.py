"""The people who take part in a project: whom one can make responsible, and tell things to."""

from django.db.models import Q, QuerySet

from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from partners.ordering import Norwegian
from projects.models import Project, ProjectState


def participants(project: Project) -> QuerySet[User]:
    """Those for whom projects.permissions.Participation.takes_part holds, in the order of their names."""
    members = project.partners.lasting().members()
    named = Q(pk__in=members.values("user")) | Q(pk=project.leader_id)
    if project.state == ProjectState.IDEA:
        named |= Q(pk=project.created_by_id)
    people = User.objects.filter(named, is_active=True)
    return people.order_by(Norwegian("first_name"), Norwegian("last_name"), "pk")


def keepers(project: Project) -> QuerySet[User]:
    """Those for whom Participation.leads holds once the project is more than an idea."""
    members = project.partners.lasting().running().members().filter(role__in=BROKERING_ROLES)
    keeping = Q(pk__in=members.values("user")) | Q(pk=project.leader_id)
    return User.objects.filter(keeping, is_active=True).order_by("pk")


def organisations(project: Project) -> QuerySet[Organisation]:
    """Those that take part, by name."""
    return Organisation.objects.filter(pk__in=project.partners.lasting().order_by().values("organisation"))
