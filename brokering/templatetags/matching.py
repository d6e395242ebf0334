"""How a template asks a match why."""

from django import template

from brokering.matching.explain import Reason, all_said
from brokering.models import Match
from brokering.names import competence_names

register = template.Library()


@register.filter
def explained(match: Match) -> list[Reason]:
    """What stands in the way, then what speaks for and against."""
    return all_said(match.parts, match.gates, competence_names())
