"""What providers read names no firm: whose name stands in a text."""

import re
from collections.abc import Iterator

from partners.models import Organisation
from pooling.models import CourseRequest, PoolMember

FORMS = {"as", "asa", "sa", "ans", "da", "enk", "nuf", "ks", "iks", "kf", "sf", "ba"}
"""Kinds of company, as names end with them."""
SHORTEST = 3


def named(request: CourseRequest, text: str) -> list[str]:
    """Names of the request's firms that the text holds, whole, in whatever letters and without the kind of company.

    One query.
    """
    words = f" {' '.join(_words(text))} "
    return [firm.name for firm in _firms(request) if (bare := bare_name(firm.name)) and f" {bare} " in words]


def bare_name(name: str) -> str:
    """Empty for one that is too short to tell from other words.

    >>> bare_name("Ishavskaia Mek. AS"), bare_name("To AS"), bare_name("AS Sveis")
    ('ishavskaia mek', '', 'sveis')
    """
    bare = " ".join(word for word in _words(name) if word not in FORMS)
    return bare if len(bare) >= SHORTEST else ""


def _words(text: str) -> Iterator[str]:
    return (found.group() for found in re.finditer(r"\w+", text.casefold()))


def _firms(request: CourseRequest) -> list[Organisation]:
    if request.need:
        return [request.need.employer]
    members = PoolMember.objects.present().filter(pool=request.pool_id).select_related("need__employer")
    return list({member.need.employer: None for member in members.order_by("pk")})
