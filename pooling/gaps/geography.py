"""A county's places and subjects as the pages about gaps name them, and how far it is between the places."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from brokering.models import Competence
from partners.models import Boundary, County, Distance, Municipality, Region
from pooling.gaps.grouping import Cell

Ring = Sequence[tuple[float, float]]
"""Longitudes and latitudes of a closed line."""


@dataclass(frozen=True)
class Geography:
    """`of()` asks six queries."""

    county: County
    municipalities: Mapping[str, Municipality]
    """In alphabetical order."""
    regions: Mapping[str, Region]
    members: Mapping[str, Sequence[str]]
    """Region → its municipalities."""
    km: Mapping[str, Mapping[str, float]]
    """From each municipality to each."""
    competences: Mapping[str, Competence]
    boundaries: Mapping[str, Sequence[Ring]]
    """Of the municipalities, where they have been loaded."""

    @classmethod
    def of(cls, county: County) -> "Geography":
        members, km = defaultdict[str, list[str]](list), defaultdict[str, dict[str, float]](dict)
        inside = Region.municipalities.through.objects.filter(region__county=county).order_by("pk")
        for region, place in inside.values_list("region", "municipality"):
            members[region].append(place)
        between = Distance.objects.filter(origin__county=county, destination__county=county).order_by()
        for origin, destination, away in between.values_list("origin", "destination", "km"):
            km[origin][destination] = away
        return cls(
            county=county,
            municipalities={place.pk: place for place in county.municipalities.filter(valid_to=None)},
            regions={region.pk: region for region in county.regions.all()},
            members=members,
            km=km,
            boundaries=dict(Boundary.objects.filter(municipality__county=county).values_list("municipality", "rings")),
            competences={leaf.pk: leaf for leaf in Competence.objects.select_related("area")},
        )

    @cached_property
    def area_names(self) -> dict[str, str]:
        return {leaf.area_id: str(leaf.area) for leaf in self.competences.values()}

    def inside(self, cell: Cell) -> Sequence[str]:
        """The municipalities that a group may be from."""
        if cell.municipality:
            return [cell.municipality]
        return self.members.get(cell.region, ()) if cell.region else list(self.municipalities)

    def distance(self, cell: Cell, place: str) -> float | None:
        """How far it is to a place for those of the group who have farthest; None where that is not known."""
        known = [self.km.get(origin, {}).get(place) for origin in self.inside(cell)]
        return None if not known or None in known else max(filter(None, known), default=0.0)

    def place_of(self, cell: Cell) -> str:
        if cell.municipality:
            return self.name(cell.municipality)
        if cell.region:
            return _("Elsewhere in %(place)s") % {"place": self.regions[cell.region]}
        return _("Elsewhere in %(place)s") % {"place": self.county}

    def name(self, municipality: str) -> str:
        return str(self.municipalities.get(municipality, municipality))

    def subject_of(self, cell: Cell) -> str:
        if cell.competence:
            return str(self.competences[cell.competence])
        if cell.area:
            return _("Other in %(area)s") % {"area": self.area_names[cell.area]}
        return _("Other subjects")
