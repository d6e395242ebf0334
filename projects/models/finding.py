"""Which projects: those one may see, keeps or takes part in, and those that are where and about what."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from partners.models import Municipality, Organisation, User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES
from projects.models.states import ProjectState

if TYPE_CHECKING:
    from projects.models.partners import ProjectPartnerQuerySet
    from projects.models.projects import Project  # noqa: F401 - the type below names it


def _parts() -> "ProjectPartnerQuerySet":
    from projects.models.partners import ProjectPartner  # partners belong to projects, and come after them

    return ProjectPartner.objects.lasting()


class ProjectQuerySet(models.QuerySet["Project"]):
    def active(self) -> "ProjectQuerySet":
        """Those that somebody works on: planned, financed, running or being closed."""
        return self.filter(
            state__in=[ProjectState.PLANNED, ProjectState.FINANCED, ProjectState.RUNNING, ProjectState.CLOSING]
        )

    def public(self) -> "ProjectQuerySet":
        """Those that everybody may read about."""
        return self.filter(is_public=True).exclude(state=ProjectState.IDEA)

    def of(self, user: object) -> "ProjectQuerySet":
        """Those the person takes part in, as in projects.permissions.Participation.takes_part.

        County staff take part in the projects of their own organisation like everybody else.
        """
        if not isinstance(user, User):
            return self.none()
        return self._belonging_to(user, _parts().of(Organisation.objects.of(user)))

    def led_by(self, user: User) -> "ProjectQuerySet":
        """Those the person leads, as in projects.permissions.Participation.leads."""
        houses = Organisation.objects.with_role(user, *BROKERING_ROLES)
        return self._belonging_to(user, _parts().running().of(houses))

    def overseen_by(self, user: User) -> "ProjectQuerySet":
        """Those in which the person is county staff, as in projects.permissions.Participation.oversees."""
        parts = _parts().of(Organisation.objects.with_role(user, *COUNTY_ROLES))
        return self.filter(pk__in=parts.order_by().values("project"))

    def _belonging_to(self, user: User, parts: "ProjectPartnerQuerySet") -> "ProjectQuerySet":
        return self.filter(
            Q(pk__in=parts.order_by().values("project")) | Q(leader=user) | Q(created_by=user, state=ProjectState.IDEA)
        )

    def visible_to(self, user: object) -> "ProjectQuerySet":
        """The public ones, those one takes part in, and for county staff those that concern their county."""
        if not isinstance(user, User):
            return self.public()
        counties = Organisation.objects.with_role(user, *COUNTY_ROLES).values("county")
        here = Q(municipalities__county__in=counties) | Q(regions__county__in=counties)
        concerned = self.model._default_manager.filter(here).exclude(state=ProjectState.IDEA)
        known = Q(pk__in=self.model._default_manager.of(user)) | Q(pk__in=concerned)
        return self.filter(known | Q(pk__in=self.model._default_manager.public()))

    def matching(self, text: str) -> "ProjectQuerySet":
        return self.filter(Q(name__icontains=text) | Q(purpose__icontains=text))

    def in_county(self, number: str) -> "ProjectQuerySet":
        held = self.model._default_manager.filter(Q(municipalities__county=number) | Q(regions__county=number))
        return self.filter(pk__in=held.order_by().values("pk"))

    def in_region(self, slug: str) -> "ProjectQuerySet":
        held = self.model._default_manager.filter(Q(municipalities__regions=slug) | Q(regions=slug))
        return self.filter(pk__in=held.order_by().values("pk"))

    def for_rows(self) -> "ProjectQuerySet":
        """What a row of a list says: also who takes part."""
        return self.select_related("programme").prefetch_related("partners__organisation")

    def covering(self, place: Municipality | None) -> "ProjectQuerySet":
        """Those that are carried out there, by municipality or region; none for a place that is not known."""
        return (
            self.filter(Q(municipalities=place) | Q(regions__municipalities=place)).distinct() if place else self.none()
        )

    def for_listing(self) -> "ProjectQuerySet":
        about = self.select_related("programme__owner", "programme__manager", "leader")
        return about.prefetch_related("municipalities", "regions")
