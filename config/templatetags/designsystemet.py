"""What Designsystemet's markup needs and templates cannot say."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with Designsystemet's class added to its own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"ds-input {own}".strip()})


@register.filter
def elided(page: Page) -> Iterator[int | str]:
    """The page numbers to link to: the first, the last, those beside this one, and “…” for the rest."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
