"""The people who take part in a project: whom one can make responsible, and tell things to."""

from django.db.models import Q, QuerySet

from partners.models import Membership, Organisation, User
from partners.ordering import Norwegian
from projects.models import Project, ProjectState


def participants(project: Project) -> QuerySet[User]:
    """Those for whom projects.permissions.Participation.takes_part holds, in the order of their names."""
    parts = project.partners.order_by().values("organisation")
    members = Membership.objects.filter(Q(organisation__in=parts) | Q(organisation__parent__in=parts))
    named = Q(pk__in=members.order_by().values("user")) | Q(pk=project.leader_id)
    if project.state == ProjectState.IDEA:
        named |= Q(pk=project.created_by_id)
    people = User.objects.filter(named, is_active=True)
    return people.order_by(Norwegian("first_name"), Norwegian("last_name"), "pk")


def organisations(project: Project) -> QuerySet[Organisation]:
    """Those that take part, by name."""
    return Organisation.objects.filter(pk__in=project.partners.order_by().values("organisation"))
