"""Typing a firm by its name: quick on a phone, also with hundreds of firms."""

from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from partners.models.organisations import OrganisationQuerySet

ALIKE = 0.7


def labels_of(firms: OrganisationQuerySet) -> dict[str, Organisation]:
    """Each firm by its name, with its place where several have the same. One query."""
    found = dict[str, Organisation]()
    for firm in firms.select_related("municipality").order_by("pk"):
        label = firm.name if firm.name not in found else f"{firm.name} ({firm.municipality or firm.pk})"
        found[label if label not in found else f"{firm.name} ({firm.pk})"] = firm
    return found


class FirmInput(forms.TextInput):
    """A text field that suggests firms."""

    template_name = "brokering/firm_input.html"
    firms: dict[str, Organisation]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        datalist = f"{context['widget']['attrs'].get('id', name)}-firms"
        context["widget"]["attrs"] |= {"list": datalist, "autocomplete": "off"}
        return context | {"datalist": datalist, "labels": list(self.firms)}


class FirmField(forms.CharField):
    """The firm, of those in `firms`, that a name stands for, whatever its capitals."""

    widget = FirmInput
    default_error_messages = {
        "unknown": _("We know no firm called “%(name)s”. Choose one from the list, or register it as a new firm."),
        "misspelt": _("We know no firm called “%(name)s”. Did you mean %(meant)s? Else register it as a new firm."),
    }
    firms: dict[str, Organisation]

    def choose_among(self, firms: OrganisationQuerySet) -> None:
        self.firms = self.widget.firms = labels_of(firms)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Organisation):
            value = value.pk
        by_key = {str(firm.pk): label for label, firm in self.firms.items()}
        return by_key.get(str(value), value)

    def clean(self, value: Any) -> Organisation | None:
        name = super().clean(value)
        return self._find(name) if name else None

    def _find(self, name: str) -> Organisation:
        spelt = {label.lower(): firm for label, firm in self.firms.items()}
        if firm := self.firms.get(name) or spelt.get(name.lower()):
            return firm
        alike = get_close_matches(name.lower(), spelt, n=1, cutoff=ALIKE)
        if alike:
            meant = {"name": name, "meant": spelt[alike[0]]}
            raise ValidationError(self.error_messages["misspelt"], "misspelt", meant)
        raise ValidationError(self.error_messages["unknown"], "unknown", {"name": name})
