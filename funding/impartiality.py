"""Who has a tie to those who get the money, and so leaves the case to others (I12).

The same in the database: funding/models/limits/people.py, is_partial.
"""

from django.db.models import Exists, OuterRef, Q

from funding.models import Recusal
from partners.models import Membership, Organisation, User
from projects.models import ProjectPartner


def tie(user: User, *, funder: str = "funder", recipient: str = "applicant", project: str = "project") -> Exists:
    """Whether the person is partial, to annotate a queryset with; the others name columns of its rows.

    A role at, or a recusal towards, the recipient, one that carries the project out, a unit of these or their parent;
    but the funder is nobody's parent here, since it may pay a school of its own.
    """
    mine = Membership.objects.filter(user=user).order_by().values("organisation")
    away = Recusal.objects.filter(user=user).order_by().values("organisation")
    own = Organisation.objects.filter(Q(pk__in=mine) | Q(pk__in=away)).order_by()
    runs = ProjectPartner.objects.filter(project=OuterRef(OuterRef(project)), runs=True).order_by()
    others = runs.exclude(organisation=OuterRef(OuterRef(funder))).values("organisation")
    getting = Organisation.objects.order_by().filter(Q(pk=OuterRef(recipient)) | Q(pk__in=others))
    near = Q(pk__in=own.values("pk")) | Q(pk__in=own.exclude(parent=None).values("parent"))
    above = Q(parent__in=own.values("pk")) & ~Q(parent=OuterRef(funder))
    return Exists(getting.filter(near | above))
