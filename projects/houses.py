"""Organisations that guide, as the public sees them: the house, its units, and what each does."""

from collections import defaultdict
from typing import NamedTuple

from partners.models import Organisation
from projects.models import UnitService


class Unit(NamedTuple):
    """What is not stated about a unit is an empty list."""

    organisation: Organisation
    services: list[UnitService]

    @property
    def places(self) -> str:
        """The municipalities that all its services are for; empty where they differ, or none is stated."""
        lists = {one.places for one in self.services}
        return lists.pop() if len(lists) == 1 else ""

    @property
    def kinds(self) -> str:
        return ", ".join(service.get_kind_display() for service in self.services)


class House(NamedTuple):
    organisation: Organisation
    units: list[Unit]
    """The organisation itself first, where it does something itself or has no units."""


def houses() -> list[House]:
    """Those with a stated service somewhere under their roof. A fixed number of queries."""
    stated = UnitService.objects.values("unit")
    with_parents = Organisation.objects.filter(pk__in=stated).values("parent")
    roofs = Organisation.objects.filter(parent=None, pk__in=stated) | Organisation.objects.filter(pk__in=with_parents)
    return _fill(list(roofs.select_related("municipality__county").prefetch_related("units__municipality__county")))


def house_of(organisation: Organisation) -> House:
    """The one it is, or is a unit of."""
    roof = Organisation.objects.filter(pk=organisation.parent_id or organisation.pk)
    return _fill(list(roof.select_related("municipality__county").prefetch_related("units__municipality__county")))[0]


def _fill(roofs: list[Organisation]) -> list[House]:
    under = {one.pk for roof in roofs for one in (roof, *roof.units.all())}
    services = defaultdict[int, list[UnitService]](list)
    for service in UnitService.objects.filter(unit__in=under).for_listing():
        services[service.unit_id].append(service)
    return [House(roof, list(_units(roof, services))) for roof in roofs]


def _units(roof: Organisation, services: dict[int, list[UnitService]]) -> list[Unit]:
    units = [Unit(one, services.get(one.pk, [])) for one in roof.units.all()]
    itself = Unit(roof, services.get(roof.pk, []))
    return [itself, *units] if itself.services or not units else units
