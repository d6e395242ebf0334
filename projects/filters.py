"""Which projects a page shows: filters translate the query string, querysets decide."""

from typing import Any

import django_filters as filters
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import County, Region, User
from projects.models import Programme, Project, ProjectState, TargetGroup
from projects.models.finding import ProjectQuerySet

Choices = list[tuple[str | Promise, Any]]


def places() -> Choices:
    """Regions and counties as choices of one list; `region:` and `county:` say which."""
    regions = [(f"region:{region.pk}", str(region)) for region in Region.objects.all()]
    counties = [(f"county:{county.pk}", str(county)) for county in County.objects.all()]
    return [(_("Regions"), regions), (_("Counties"), counties)]


class ProjectFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    q = filters.CharFilter(label=_("Search in the projects"), method="find", max_length=200)
    state = filters.ChoiceFilter(label=_("State"), choices=ProjectState.choices, empty_label=_("Any"))
    programme = filters.ModelChoiceFilter(label=_("Programme"), queryset=Programme.objects.all(), empty_label=_("Any"))
    place = filters.ChoiceFilter(label=_("Where"), choices=places, method="held_in", empty_label=_("Anywhere"))
    group = filters.ChoiceFilter(
        label=_("Target group"), choices=TargetGroup.choices, method="meant_for", empty_label=_("Any")
    )
    mine = filters.BooleanFilter(label=_("Only those I take part in"), method="only_mine", widget=forms.CheckboxInput)

    class Meta:
        model = Project
        fields: list[str] = []

    def find(self, projects: ProjectQuerySet, _name: str, text: str) -> ProjectQuerySet:
        return projects.matching(text)

    def held_in(self, projects: ProjectQuerySet, _name: str, place: str) -> ProjectQuerySet:
        kind, _colon, key = place.partition(":")
        return projects.in_region(key) if kind == "region" else projects.in_county(key)

    def meant_for(self, projects: ProjectQuerySet, _name: str, group: str) -> ProjectQuerySet:
        return projects.filter(target_groups__contains=[group])

    def only_mine(self, projects: ProjectQuerySet, _name: str, mine: bool) -> ProjectQuerySet:  # noqa: FBT001 - django-filter's own call
        user = self.request.user
        return projects.of(user) if mine and isinstance(user, User) else projects
