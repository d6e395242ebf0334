"""Who takes part: people, organisations, memberships, places."""

from partners.models.digests import Digest, DigestRefusal
from partners.models.memberships import Invitation, Membership
from partners.models.organisations import Organisation
from partners.models.places import County, Distance, Municipality, Region
from partners.models.users import User

__all__ = [
    "County",
    "Digest",
    "DigestRefusal",
    "Distance",
    "Invitation",
    "Membership",
    "Municipality",
    "Organisation",
    "Region",
    "User",
]
