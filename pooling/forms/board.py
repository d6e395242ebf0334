"""Choosing among the cells of the demand board, and saying that one could run a course."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence
from partners.models import County, Organisation, User
from partners.models.roles import OFFER_KEEPERS
from pooling.board.cells import Cell
from pooling.board.digest import competences_of
from pooling.forms.requests import untagged
from pooling.models import CouldRun


class BoardFilter(forms.Form):
    """What a choice can be is what is on the board, so that no choice tells more than the board."""

    area = forms.ChoiceField(label=_("Subject area"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    season = forms.ChoiceField(label=_("Start"), required=False)
    mine = forms.BooleanField(label=_("Only what we teach"), required=False)

    def __init__(self, *args: Any, cells: list[Cell], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells, self.user = cells, user
        self.areas = dict(Competence.objects.order_by().values_list("pk", "area"))
        leaves = Competence.objects.select_related("area").filter(pk__in={cell.key.subject for cell in cells})
        counties = County.objects.filter(pk__in={cell.county for cell in cells})
        seasons = sorted({cell.key.season for cell in cells if cell.key.season})
        self._choose("area", {leaf.area_id: str(leaf.area) for leaf in leaves}.items())
        self._choose("county", [(county.pk, str(county)) for county in counties])
        self._choose("season", [(season.key, str(season)) for season in seasons])
        if not user.is_provider:
            del self.fields["mine"]

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("All")), *choices]

    @property
    def helper(self) -> FormHelper:
        helper = untagged()
        helper.form_method = "get"
        helper.mark_optional = False
        return helper

    def chosen(self) -> list[Cell]:
        """All, while something cannot be read."""
        if not self.is_valid():
            return self.cells
        area, county, season = (self.cleaned_data[name] for name in ("area", "county", "season"))
        given = competences_of(self.user) if self.cleaned_data.get("mine") else None
        return [
            cell
            for cell in self.cells
            if (not area or self.areas.get(cell.key.subject) == area)
            and (not county or cell.county == county)
            and (not season or (cell.key.season and cell.key.season.key == season))
            and (given is None or cell.key.subject in given)
        ]


class CouldRunForm(forms.ModelForm[CouldRun]):
    class Meta:
        model = CouldRun
        fields = ("provider", "note")
        labels = {"note": _("What could you offer?")}
        help_texts = {"note": _("For example when, where, or what you would need. Brokers read it.")}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, cell: Cell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, number = cell.key.place
        one = self.instance
        one.by, one.competence_id, one.pool_id = user, cell.key.subject, cell.key.pool
        one.municipality_id = number if kind == "m" else None
        one.county_id = number if kind == "c" else None
        field: Any = self.fields["provider"]
        field.queryset = Organisation.objects.with_role(user, *OFFER_KEEPERS).providers()
        field.empty_label = None

    @property
    def helper(self) -> FormHelper:
        return untagged()

    def clean(self) -> dict[str, Any]:
        """Django asks the rule only of what is in the form."""
        answers = super().clean() or self.cleaned_data
        about = ("competence", "pool", "municipality", "county")
        same = {name: getattr(self.instance, f"{name}_id") for name in about}
        standing = CouldRun.objects.standing().filter(provider=answers.get("provider"), **same)
        if answers.get("provider") and standing.exists():
            raise ValidationError(_("You have said so already."))
        return answers
