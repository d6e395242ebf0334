"""What of the gaps is looked at, and what is imagined to be different."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import County
from pooling.gaps.cells import Row
from pooling.gaps.geography import Geography
from pooling.gaps.what_if import Answer, Now
from pooling.models import Gap

LONG = ((4, _("4 weeks or more")), (13, _("13 weeks or more")), (26, _("26 weeks or more")), (52, _("A year or more")))
FARTHER = (25, 50, 100, 200)
Choices = list[tuple[Any, Any]]


def counties_field(counties: Sequence[County]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("County"), choices=[(one.pk, str(one)) for one in counties], required=False)


class GapFilter(forms.Form):
    """Chooses among the published rows; it never makes new ones. What it does not know is left out."""

    competence = forms.ChoiceField(label=_("Competence"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    weeks = forms.TypedChoiceField(
        label=_("Has waited"), choices=[("", _("However long")), *LONG], coerce=int, empty_value=None, required=False
    )

    def __init__(
        self, *args: Any, counties: Sequence[County], gaps: Iterable[Gap], there: Geography, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.there = there
        self.fields["competence"].choices = [("", _("All competences")), *competences(gaps, there)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("The whole county")), *self._places()]  # type: ignore[attr-defined]
        if len(counties) > 1:
            self.fields = {"county": counties_field(counties), **self.fields}

    def _places(self) -> Choices:
        regions = [(one.pk, str(one)) for one in self.there.regions.values()]
        return [*([(_("Regions"), regions)] if regions else []), (_("Municipalities"), municipalities(self.there))]

    @property
    def competence_slug(self) -> str:
        return self._chosen("competence") or ""

    def shown(self, rows: Iterable[Row]) -> list[Row]:
        """A region has its municipalities in it."""
        place, weeks = self._chosen("place"), self._chosen("weeks") or 0
        inside = {place, *self.there.members.get(place or "", ())}
        return [
            row
            for row in rows
            if self.competence_slug in ("", row.cell.competence)
            and (not place or row.cell.municipality in inside or row.cell.region == place)
            and row.weeks >= weeks
        ]

    def _chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)


class WhatIfForm(forms.Form):
    """One field or more of these, as the change needs."""

    competence = forms.ChoiceField(label=_("Competence"))
    origin = forms.ChoiceField(label=_("It is held today in"))
    place = forms.ChoiceField(label=_("It is held in"))
    km = forms.TypedChoiceField(
        label=_("Everybody travels farther than they said"), choices=[(km, f"{km} km") for km in FARTHER], coerce=int
    )

    def __init__(self, *args: Any, kind: str, now: Now, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.now = kind, now
        for name in set(self.fields) - FIELDS[kind]:
            del self.fields[name]
        first = ("", _("All competences")) if kind == "reach" else ("", _("Choose a competence"))
        self._offer("competence", [first, *competences(now.gaps, now.there)])
        self._offer("place", [("", _("Choose a municipality")), *municipalities(now.there)])
        self._offer("origin", [("", _("Choose a municipality")), *self._origins])
        if kind == "reach":
            self.fields["competence"].required = False

    def _offer(self, name: str, choices: Choices) -> None:
        if name in self.fields:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to change."""
        return self.kind != "move" or bool(self._origins)

    @cached_property
    def _origins(self) -> Choices:
        held = {gap.only_in_id for gap in self.now.gaps if gap.only_in_id}
        return [(pk, name) for pk, name in municipalities(self.now.there) if pk in held]

    @property
    def competence_slug(self) -> str:
        return str(self.cleaned_data.get("competence") or "")

    def answer(self) -> Answer:
        """Of a valid form."""
        asked, slug = self.cleaned_data, self.competence_slug
        if self.kind == "run":
            return self.now.run(slug, asked["place"])
        if self.kind == "online":
            return self.now.online(slug)
        if self.kind == "move":
            return self.now.move(slug, asked["origin"], asked["place"])
        return self.now.reach(asked["km"], slug)


FIELDS = {
    "run": {"competence", "place"},
    "online": {"competence"},
    "move": {"competence", "origin", "place"},
    "reach": {"km", "competence"},
}
KINDS = {
    "run": _("One more run"),
    "online": _("Held online"),
    "move": _("Held elsewhere"),
    "reach": _("Longer travel"),
}


def competences(gaps: Iterable[Gap], there: Geography) -> Choices:
    """Those of which something is shown, in alphabetical order under their areas."""
    shown = {gap.competence_id for gap in gaps}
    areas: dict[str, Choices] = {}
    for slug, leaf in there.competences.items():
        if slug in shown:
            areas.setdefault(str(leaf.area), []).append((slug, str(leaf)))
    return sorted(areas.items())


def municipalities(there: Geography) -> Choices:
    return [(pk, str(one)) for pk, one in there.municipalities.items()]
