"""A need that is only typed; everything about it stands in the address."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from brokering.forms.needs import HINTS, hinting
from brokering.matching import Wish
from brokering.matching.wish import known_keys
from brokering.names import competence_names
from partners.places import PlaceField
from partners.widgets import DateInput


class WishForm(forms.Form):
    """A need that is only typed: enough to see what would fit."""

    q = forms.CharField(
        label=_("What do your people need to learn?"),
        help_text=_("Write it in your own words."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3} | hinting()),
    )
    municipality = PlaceField(label=_("Where you are"), help_text=_("Municipality or town"), required=False)
    max_travel_km = forms.IntegerField(
        label=_("Longest travel in kilometres"), min_value=0, max_value=5000, required=False
    )
    headcount = forms.IntegerField(label=_("How many people"), min_value=1, max_value=10_000, required=False)
    latest_start = forms.DateField(label=_("Latest start"), required=False, widget=DateInput())

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.form_method = "get"
        helper.layout = Layout(
            Div("q", HTML(HINTS), css_class="stack stack--tight"),
            Div("municipality", "max_travel_km", css_class="row"),
            Div("headcount", "latest_start", css_class="row"),
        )
        return helper

    @property
    def about(self) -> list[str]:
        """The competences that were added, as slugs."""
        names = competence_names()
        return [slug for slug in dict.fromkeys(self._all("about")) if slug in names]

    @property
    def without(self) -> list[str]:
        """What was said not to be meant."""
        return known_keys(self._all("without"))

    def _all(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was put right, when the need is written anew; a fact that is typed then counts."""
        left = [("without", key) for key in self.without if not key.startswith("fact:")]
        return [*left, *(("about", slug) for slug in self.about)]

    def wish(self) -> Wish:
        """Of a form that is valid."""
        answers: dict[str, Any] = self.cleaned_data
        place = answers["municipality"]
        return Wish(
            text=answers["q"],
            municipality=place.pk if place else None,
            competences=tuple(self.about),
            max_travel_km=answers["max_travel_km"],
            headcount=answers["headcount"] or 1,
            latest_start=answers["latest_start"],
            without=frozenset(self.without),
        ).as_meant()
