"""Who may do what with frames, schemes and delegations. An empty answer means yes; a sentence says why not."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from funding.models import FundingScheme
from partners.models import Organisation, User
from partners.models.organisations import Role
from partners.models.roles import MONEY_ROLES, MemberRole
from projects.permissions import Actions

# Who answers for what an organisation gives, and on what terms.
KEEPERS = (MemberRole.DECIDER, MemberRole.LEADER)
PAYING = {Role.FUNDER, Role.COUNTY}


def works_for(user: User) -> list[int]:
    """Organisations whose money the person works with."""
    return _where(user, MONEY_ROLES)


def frame_actions(user: User, owner_id: int) -> Actions:
    """People who work with its money see a frame; its deciders enter what there is in it."""
    sees = "" if user.holds(owner_id, *MONEY_ROLES) else _("Only those who work with its money see this.")
    decides = user.holds(owner_id, MemberRole.DECIDER)
    return {"see": sees, "enter": "" if decides else _("Only deciders of the one who hands it out can do this.")}


def scheme_actions(user: object, scheme: FundingScheme) -> Actions:
    """Deciders and leaders of whoever manages a scheme keep it and its calls; others who pay may hand out of it."""
    keeps = isinstance(user, User) and user.holds(scheme.manager_id, *KEEPERS)
    return {"edit": "" if keeps else _("Only deciders and leaders of the one who manages the scheme can do this.")}


def may_enter(user: User) -> str:
    """Whether this person may begin frames: "" or why not."""
    return "" if deciding(user) else _("Only deciders can do this.")


def may_keep(user: object) -> str:
    """Whether this person may begin schemes and write down who may decide what: "" or why not."""
    if isinstance(user, User) and kept_by(user):
        return ""
    return _("Only deciders and leaders of an organisation that pays can do this.")


def deciding(user: User) -> list[int]:
    return _where(user, [MemberRole.DECIDER])


def kept_by(user: User) -> list[int]:
    """Paying organisations whose terms the person keeps."""
    return _where(user, KEEPERS)


def houses(keys: Iterable[int]) -> "QuerySet[Organisation]":
    return Organisation.objects.filter(pk__in=list(keys))


def _where(user: User, roles: Iterable[str]) -> list[int]:
    found = {
        one.organisation_id for one in user.standings if one.role in roles and PAYING & set(one.organisation_roles)
    }
    return sorted(found)
