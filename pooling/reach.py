"""Which firms of a pool can be asked by e-mail, and why the others cannot."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from partners.models import User
from pooling.models import NoticeRefusal, PoolMember
from pooling.models.notices import NoticeKind


class Reach(NamedTuple):
    possible: list[PoolMember]
    refused: list[PoolMember]
    """They have said that they do not want to be asked so."""
    silent: list[PoolMember]
    """No address is known."""


def reach(members: Sequence[PoolMember]) -> Reach:
    """Of firms at the addresses of their needs (contact_addresses). Two queries, however many there are."""
    stated = {member: member.need.contact_email or member.need.employer.email for member in members}
    silent = {member.need.employer_id for member, address in stated.items() if not address}
    people = defaultdict[int, list[str]](list)
    for firm, email in User.objects.filter(memberships__organisation__in=silent).values_list(
        "memberships__organisation", "email"
    ):
        people[firm].append(email)
    known = {one: [address] if address else people[one.need.employer_id] for one, address in stated.items()}
    wanted = set(NoticeRefusal.objects.wanted([one for found in known.values() for one in found], NoticeKind.POOLS))
    possible = [one for one, found in known.items() if wanted & set(found)]
    refused = [one for one, found in known.items() if found and one not in possible]
    return Reach(possible, refused, [one for one, found in known.items() if not found])
