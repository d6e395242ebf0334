"""How pages about organisations, which know nothing of projects, show what units do."""

from django import template
from django.db.models import Q

from partners.models import Organisation
from projects.enquiry_permissions import may_edit_services
from projects.houses import Unit, house_of
from projects.models import UnitService

register = template.Library()


@register.filter
def units_with_services(organisation: Organisation) -> list[Unit]:
    """The organisation and its units, each with what it does; only itself for a unit. Empty when nothing is stated."""
    if not states_services(organisation):
        return []
    units = house_of(organisation).units
    return [one for one in units if one.organisation == organisation] if organisation.parent_id else units


@register.filter
def states_services(organisation: Organisation) -> bool:
    """Whether it, or a unit of it, says what it does."""
    return UnitService.objects.filter(Q(unit=organisation) | Q(unit__parent=organisation)).exists()


@register.filter
def edits_services_of(user: object, organisation: Organisation) -> bool:
    return not may_edit_services(user, organisation)
