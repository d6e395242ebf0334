"""What Designsystemet's markup needs and templates cannot say."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


def control_class(field: BoundField) -> str:
    return f"ds-input {field.field.widget.attrs.get('class', '')}".strip()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with Designsystemet's class added to its own."""
    return field.as_widget(attrs={"class": control_class(field)})


@register.filter
def elided(page: "Page[Any]") -> Iterator[int | str]:
    """The page numbers to link to: the first, the last, those beside this one, and “…” for the rest."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def begins_with(address: str, beginnings: str) -> bool:
    """Whether an address lies below one of these, which have spaces between them."""
    return address.startswith(tuple(beginnings.split()))
