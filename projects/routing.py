"""Which unit gets a guidance enquiry: by place and subject, always the same for the same, and said to whoever asks."""

from math import inf
from typing import NamedTuple

from partners.models import Distance, Municipality, Organisation
from projects.models import Audience, ServiceKind, UnitService
from projects.models.enquiry_states import Asker, Route

FOR: dict[str, set[str]] = {
    Asker.PERSON: {Audience.PEOPLE, Audience.YOUNG, Audience.UNEMPLOYED},
    Asker.FIRM: {Audience.FIRMS, Audience.TRAINING_OFFICES},
}
# The better first. What is only near is offered, and sent there when the asker says so.
ORDER = [Route.HERE, Route.COVERS, Route.GUIDES, Route.NEAREST]


class Way(NamedTuple):
    """To a unit, and why. `km` in a straight line, None when it is not known where the unit is."""

    unit: Organisation
    why: Route
    km: float | None

    @property
    def covers(self) -> bool:
        return self.why != Route.NEAREST


def way_for(place: Municipality, subject: str, asker: str) -> Way | None:
    """To the unit that gives this help there; else one that guides there; else the nearest; None when there is none.

    Four queries, whatever the number of units.
    """
    services = UnitService.objects.reachable().filter(kind__in=[subject, ServiceKind.GUIDANCE]).for_listing()
    fitting = [one for one in services if not one.audiences or FOR[asker].intersection(one.audiences)]
    away = dict(Distance.objects.filter(origin=place).values_list("destination_id", "km"))
    ways = [(_way(one, place, subject, away), one.pk) for one in fitting]
    return min(ways, key=lambda found: (*_rank(found[0]), found[1]), default=(None, 0))[0]


def _way(service: UnitService, place: Municipality, subject: str, away: dict[str, float]) -> Way:
    home = service.unit.municipality_id
    km = 0.0 if home == place.pk else away.get(home or "")
    return Way(service.unit, _why(service, place, subject), km)


def _why(service: UnitService, place: Municipality, subject: str) -> Route:
    if not service.covers(place):
        return Route.NEAREST
    if service.kind != subject:
        return Route.GUIDES
    is_here = service.unit.municipality_id == place.pk or place in service.municipalities.all()
    return Route.HERE if is_here else Route.COVERS


def _rank(way: Way) -> tuple[int, float]:
    return ORDER.index(way.why), inf if way.km is None else way.km
