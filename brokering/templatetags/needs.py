"""How a page about a firm asks whether this person may write needs down for it."""

from django import template

from brokering.forms.needs import employers_for
from partners.models import Organisation, User

register = template.Library()


@register.filter
def writes_needs_for(user: User, organisation: Organisation) -> bool:
    return bool(employers_for(user).filter(pk=organisation.pk).exists())
