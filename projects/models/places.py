"""Where a project is carried out, as far as its history is concerned: places come and go in tables of their own."""

import pghistory
from django.utils.translation import gettext_lazy as _

from projects.models.projects import Project


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), model_name="ProjectMunicipalityHistory")
class ProjectMunicipality(Project.municipalities.through):  # type: ignore[name-defined,misc]  # made by Django
    class Meta:
        proxy = True
        verbose_name = _("municipality of the project")

    def __str__(self) -> str:
        return str(self.municipality)


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), model_name="ProjectRegionHistory")
class ProjectRegion(Project.regions.through):  # type: ignore[name-defined,misc]  # made by Django
    class Meta:
        proxy = True
        verbose_name = _("region of the project")

    def __str__(self) -> str:
        return str(self.region)
