"""From a gap to what closes it: the pool that is proposed to a broker for it, or one to begin."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from partners.models import User
from pooling.gaps.cells import Row
from pooling.gaps.geography import Geography
from pooling.models import PoolProposal
from pooling.permissions import may_start_pool

Asked = tuple[str, str, str]
"""Municipality, competence, area."""


def show_pools(rows: Iterable[Row], user: User, there: Geography) -> None:
    """Say in each row of people without a seat what the person can do about it, when they broker. One query.

    A proposal covers a row when needs of it are from there and it is about the same.
    """
    if may_start_pool(user):
        return
    proposed = _proposed(user)
    for row in rows:
        if not row.share.unmet:
            continue
        cell, inside = row.cell, set(there.inside(row.cell))
        found = [
            pk
            for (place, competence, area), pk in proposed.items()
            if place in inside and (competence == cell.competence if cell.competence else area == cell.area)
        ]
        if found:
            row.proposal = reverse("pool-proposal", args=[found[0]])
        elif cell.competence:
            place = {"place": cell.municipality} if cell.municipality else {}
            row.begin = f"{reverse('pool-create')}?{urlencode({'competence': cell.competence, **place})}"


def _proposed(user: User) -> dict[Asked, int]:
    """What is proposed to the person now, the newest among the same."""
    found = PoolProposal.objects.handled_for(user).open().exclude(competence=None).order_by("pk")
    parts = found.values_list("parts__need__municipality", "competence", "competence__area", "pk")
    return {(place, competence, area): pk for place, competence, area, pk in parts}
