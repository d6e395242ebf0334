"""What templates/funding/acts_panel.html shows: acts that a thing's state lets happen, why not, and where they go."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse

from partners.acts import Act
from projects.permissions import Actions


class Offer(NamedTuple):
    name: str
    label: str
    url: str
    why_not: str
    with_reason: bool
    color: str


def offers(actions: Actions, acts: Iterable[Act], url: str, thing: Any) -> list[Offer]:
    """Those that can be done first."""
    found = [
        Offer(
            act.name,
            str(act.label),
            reverse(url, args=[thing.pk, act.name]),
            actions[act.name],
            act.with_reason,
            "danger" if act.name in ("withdraw", "drop") else "",
        )
        for act in acts
        if act.possible_from(thing.state)
    ]
    return sorted(found, key=lambda offer: bool(offer.why_not))
