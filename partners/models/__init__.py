"""Who takes part: people, organisations, memberships, places."""

from partners.models.digests import Digest, DigestRefusal
from partners.models.memberships import Invitation, Membership
from partners.models.organisations import Organisation
from partners.models.places import Boundary, County, Distance, Municipality, Region
from partners.models.users import User

__all__ = [
    "Boundary",
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
