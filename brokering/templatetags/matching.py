"""How a template asks a match why."""

from django import template
from django.core.cache import caches
from django.utils.translation import get_language

from brokering.matching import Matching
from brokering.matching.explain import Reason, bars, reasons
from brokering.models import Competence, Match

register = template.Library()

# The part that says the same as a gate.
ABOUT = {"reach": "place", "window": "time"}


def competence_names() -> dict[str, str]:
    """By slug, in the reader's language; kept for an hour, since every row of a list asks."""

    def ask() -> dict[str, str]:
        return {leaf.pk: str(leaf) for leaf in Competence.objects.all()}

    return caches["local"].get_or_set(f"competence-names-{get_language()}", ask, 3600) or {}


@register.filter
def explained(match: Match) -> list[Reason]:
    """What stands in the way, then what speaks for and against; one thing is not said twice."""
    barred = {ABOUT.get(bar["gate"], bar["gate"]) for bar in match.gates}
    spoken = [reason for reason in reasons(match.parts, competence_names()) if reason.kind not in barred]
    return [*bars(match.gates), *spoken]


@register.filter
def understood(matching: Matching) -> list[str]:
    """What the text is taken to be about: the competences it names, else its weightiest words."""
    names = competence_names()
    named = [names[found.slug] for found in matching.understood.competences if found.slug in names]
    return named or matching.understood.words[:5]
