"""Who may ask what happens if money falls: those who work with cases. Finance pays, and asks nothing."""

from django.utils.translation import gettext as _

from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.permissions import Actions

ASKING = (MemberRole.CASE_OFFICER, MemberRole.DECIDER)


def scenario_actions(user: User) -> Actions:
    """For the scenarios of all organisations that the person works for: "" or why not. No queries."""
    reads = user.is_any(*COUNTY_ROLES)
    asks = user.is_any(*ASKING)
    return {
        "see": "" if reads else _("Only case officers, deciders and attesters of those who pay see scenarios."),
        "ask": "" if asks else _("Only case officers and deciders ask new questions."),
    }


def asks_for(user: User) -> list[Organisation]:
    """Whose money the person may ask about, by name. One query."""
    keys = [one.organisation_id for one in user.standings if one.role in ASKING]
    return list(Organisation.objects.filter(pk__in=keys))
