"""How a template sums up money."""

from django import template

from projects import money

register = template.Library()
register.filter("nok", money.nok)
register.filter("grouped", money.grouped)
register.filter("by_year", money.by_year)
register.filter("by_source", money.by_source)


@register.filter
def strength_color(strength: str) -> str:
    return money.STRENGTH_COLORS[strength]
