"""Looking for an organisation among those one may see."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from partners.models.organisations import OrganisationQuerySet, Role


class OrganisationFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    q = django_filters.CharFilter(label=_("Name or organisation number"), method="find", max_length=200)
    role = django_filters.ChoiceFilter(
        label=_("Takes part as"), choices=Role.choices, field_name="roles", method="having", empty_label=_("Anything")
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def find(self, organisations: OrganisationQuerySet, _name: str, text: str) -> QuerySet[Organisation]:
        return organisations.matching(text)

    def having(self, organisations: OrganisationQuerySet, _name: str, role: str) -> QuerySet[Organisation]:
        return organisations.filter(roles__contains=[role])
