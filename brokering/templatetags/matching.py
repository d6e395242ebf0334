"""How a template asks a match why."""

from django import template
from django.utils.translation import gettext as _

from brokering.matching import Matching
from brokering.matching.explain import Reason, bars, reasons
from brokering.models import Match
from brokering.names import competence_names

register = template.Library()

# The part that says the same as a gate.
ABOUT = {"reach": "place", "window": "time"}


@register.filter
def explained(match: Match) -> list[Reason]:
    """What stands in the way, then what speaks for and against; one thing is not said twice."""
    barred = {ABOUT.get(bar["gate"], bar["gate"]) for bar in match.gates}
    spoken = [reason for reason in reasons(match.parts, competence_names()) if reason.kind not in barred]
    return [*bars(match.gates), *spoken]


@register.filter
def understood(matching: Matching) -> list[str]:
    """What the text is taken to be about: the competences it names, else its weightiest words; and where."""
    names = competence_names()
    named = [names[found.slug] for found in matching.understood.competences if found.slug in names]
    place = matching.understood.place_name
    return [*(named or matching.understood.words[:5]), *([_("near %(place)s") % {"place": place}] if place else [])]
