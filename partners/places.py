"""Typing a place: any name of a municipality, or of a settlement in it, in whatever language it goes by."""

import re
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.models import Municipality
from partners.spelling import edits


def label_of(place: Municipality) -> str:
    """The name, with the county's where another municipality has the same."""
    return f"{place} ({place.county})" if place.name in SHARED_NAMES else str(place)


SHARED_NAMES = {"Herøy", "Våler"}


def all_labels() -> list[str]:
    """Each found again by PlaceField."""
    return [label_of(place) for place in Municipality.objects.select_related("county")]


def official_names(place: Municipality) -> list[str]:
    """In every language, and that of its centre."""
    own = [place.name, place.official_name, place.name_se, place.name_smj, place.name_sma, place.name_fkv]
    return [name for name in [*own, place.centre] if name]


def capitalised(name: str) -> str:
    """As one writes a name: "sør-varanger" is Sør-Varanger, "mo i rana" Mo i Rana."""
    if not name.islower() and not name.isupper():
        return name
    return re.sub(r"[^\W\d_]{2,}", lambda word: word[0].capitalize(), name.lower())


def meant(typed: str) -> str:
    """The known name that is most like what was typed; empty when none is much like it. 20 ms, only after an error."""
    known = caches["local"].get_or_set("spellings-of-places", _spellings, 3600) or {}
    alike = get_close_matches(typed.lower(), known, cutoff=ALIKE)
    return known[min(alike, key=lambda name: edits(typed.lower(), name))] if alike else ""


ALIKE = 0.8


def _spellings() -> dict[str, str]:
    """Every name in lower case → as it is written."""
    places = list(Municipality.objects.all())
    settlements = {name: capitalised(name) for place in places for name in place.settlements}
    return settlements | {name.lower(): name for place in places for name in official_names(place)}


def suggestions() -> SafeString:
    """What the browser may suggest, as options; the same for everybody, so kept for an hour a language."""

    def render() -> SafeString:
        return format_html_join("", '<option value="{}"></option>', ((label,) for label in all_labels()))

    return caches["local"].get_or_set(f"place-options-{get_language()}", render, 3600) or SafeString()


class PlaceInput(forms.TextInput):
    """A text field that suggests municipalities."""

    template_name = "partners/place_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        datalist = f"{context['widget']['attrs'].get('id', name)}-places"
        context["widget"]["attrs"] |= {"list": datalist, "autocomplete": "off"}
        return context | {"datalist": datalist, "options": suggestions()}


class PlaceField(forms.CharField):
    """The municipality that a name, or a number of four digits, stands for; an error when that is none or two."""

    widget = PlaceInput
    default_error_messages = {
        "unknown": _("We know no place called “%(name)s”. Write the name of a municipality or a town."),
        "misspelt": _("We know no place called “%(name)s”. Did you mean %(meant)s?"),
        "ambiguous": _("There is more than one “%(name)s”. Choose one of: %(choices)s."),
    }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d{4}", value):
            value = Municipality.objects.select_related("county").filter(pk=value).first() or value
        return label_of(value) if isinstance(value, Municipality) else value

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        return self.find(name) if name else None

    def find(self, text: str) -> Municipality:
        name, _bracket, county = text.removesuffix(")").partition(" (")
        found = Municipality.objects.select_related("county")
        places = list(found.filter(pk=name) if re.fullmatch(r"\d{4}", name) else found.named(name))
        places = [place for place in places if not county or county in {place.county.name, str(place.county)}]
        exact = [place for place in places if place.name.lower() == name.lower()]
        return self._only(exact or places, text)

    def _only(self, places: list[Municipality], text: str) -> Municipality:
        if not places and (name := meant(text)):
            raise ValidationError(self.error_messages["misspelt"], "misspelt", {"name": text, "meant": name})
        if not places:
            raise ValidationError(self.error_messages["unknown"], "unknown", {"name": text})
        if len(places) > 1:
            choices = ", ".join(f"{place} ({place.county})" for place in places)
            raise ValidationError(self.error_messages["ambiguous"], "ambiguous", {"name": text, "choices": choices})
        return places[0]


class SeveralPlacesInput(PlaceInput):
    """A few text fields of one name, with the same suggestions; empty ones at the end for more."""

    template_name = "partners/places_input.html"
    use_fieldset = True
    least = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        places = [place for place in value or [] if place]
        rows = places + [""] * max(1, self.least - len(places))
        return super().get_context(name, None, attrs) | {"values": rows}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [text for text in data.getlist(name) if text.strip()]


class SeveralPlacesField(PlaceField):
    """The municipalities that several names stand for."""

    widget = SeveralPlacesInput

    def prepare_value(self, value: Any) -> list[str]:
        return [label_of(one) if isinstance(one, Municipality) else str(one) for one in value or []]

    def clean(self, value: Any) -> list[Municipality]:
        places = [self.find(text.strip()[:100]) for text in value or []]
        return list({place.pk: place for place in places}.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {label_of(place) for place in initial or []} != set(data or [])
