"""How a template asks a match why."""

from django import template

from brokering.models import Match

register = template.Library()


@register.filter
def explained(match: Match) -> list[object]:
    """The reasons of a match as sentences, from the parts and gates that were stored with it."""
    from brokering.matching.explain import explain

    return list(explain(match.parts, match.gates))
