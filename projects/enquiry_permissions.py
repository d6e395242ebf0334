"""Who may do what with services and guidance enquiries. An empty answer means yes; a sentence says why not."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import GuidanceEnquiry
from projects.models.enquiry_states import CALL, ENQUIRY_ACTS, FORWARD, EnquiryState
from projects.models.services import GUIDES

Actions = dict[str, str]


def may_edit_services(user: object, unit: Organisation) -> str:
    """The unit's leaders, and those of the organisation it is part of, say what it does."""
    houses = {unit.pk, unit.parent_id} - {None}
    if isinstance(user, User) and any(user.holds(house, MemberRole.LEADER) for house in houses):
        return ""
    return _("Only the unit’s leaders can do this.")


def enquiry_actions(user: User, enquiry: GuidanceEnquiry, *, others: bool) -> Actions:
    """For each act of the unit: "" or why not. `others`: whether another unit takes enquiries."""
    if not user.holds(enquiry.unit_id, *GUIDES):
        only = _("Only the guides and leaders of the unit that has the enquiry can do this.")
        return dict.fromkeys(ENQUIRY_ACTS, only)
    return {name: next(_hindrances(enquiry, name, others=others), "") for name in ENQUIRY_ACTS}


def _hindrances(enquiry: GuidanceEnquiry, name: str, *, others: bool) -> Iterator[str]:
    if not ENQUIRY_ACTS[name].possible_from(enquiry.state):
        if name == "take" and enquiry.state == EnquiryState.TAKEN:
            yield _("%(person)s has taken it.") % {"person": enquiry.taken_by or _("Somebody")}
        yield _("Not possible while the enquiry is “%(state)s”.") % {"state": enquiry.get_state_display()}
    if name == CALL.name and not enquiry.phone:
        yield _("No phone number was given.")
    if name == FORWARD.name and not others:
        yield _("No other unit takes enquiries.")
