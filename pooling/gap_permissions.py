"""Who sees where demand is larger than supply. An empty answer means yes; a sentence says why not."""

from django.db.models import Q
from django.utils.translation import gettext as _

from partners.models import County, Organisation, User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES


def may_see_gaps(user: User) -> str:
    if user.is_broker or user.is_county_staff:
        return ""
    return _("Only counties and those who broker competence see the gaps between demand and supply.")


def counties_of(user: User) -> list[County]:
    """Those the person works for, and those in which their organisation brokers competence. One query."""
    own = Organisation.objects.with_role(user, *COUNTY_ROLES).values("county")
    brokering = Organisation.objects.with_role(user, *BROKERING_ROLES).values("pk")
    served = Organisation.serves.through.objects.filter(organisation__in=brokering).values("municipality__county")
    return list(County.objects.filter(Q(pk__in=own) | Q(pk__in=served)))
