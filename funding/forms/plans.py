"""The grid of a plan: a row a line, a column a year, in one form that keeps all that was typed whatever is pressed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.formats import get_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from funding.amounts import AmountField
from funding.comparing import compare
from funding.models import Contents, Cost, CostKind, Financing, FinancingKind, PlanVersion
from funding.plan_sources import LINKS, Sources

# So that all of it fits into one form (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MOST_LINES = 60
MOST_YEARS = 10
YEARS = range(2000, 2100)
MOST_HOURS = Decimal("9999999.99")


def typed(amount: Decimal) -> str:
    """As it would be typed: “1 400 000” or “1 400 000,50”, in groups that cannot be read in two ways."""
    kroner, part = f"{amount:,.2f}".replace(",", "\u00a0").split(".")
    return kroner if part == "00" else f"{kroner}{get_format('DECIMAL_SEPARATOR')}{part}"


class CellField(AmountField):
    """An amount or a number of hours; 0 is one, and nothing is none."""

    def prepare_value(self, value: Any) -> Any:
        return typed(value) if isinstance(value, Decimal) else value

    def validate(self, value: Any) -> None:
        forms.CharField.validate(self, value)


class RowForm(forms.Form):
    """A line. A row in which nothing is typed is no line."""

    use_required_attribute = False

    def __init__(self, *args: Any, key: UUID, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, self.years = key, years
        for year in years:
            self.fields[str(year)] = CellField(label=str(year))
        for name, field in self.fields.items():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "ds-input"
            field.widget.attrs["data-column"] = name
            field.widget.attrs["aria-label"] = f"{self.name}: {field.label}" if self.name else str(field.label)

    @property
    def name(self) -> str:
        return str(self["text"].value() or "")

    @property
    def is_empty(self) -> bool:
        names = ["text", *map(str, self.years), *(["rate"] if "rate" in self.fields else [])]
        return not any(str(self[name].value() or "").strip() for name in names)

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[str(year)] for year in self.years]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.is_empty and not answers.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say in words what this is."))
        return answers

    @property
    def values(self) -> dict[int, Decimal]:
        """What could be read of its cells."""
        found = {year: self.cleaned_data.get(str(year)) for year in self.years} if self.is_bound else {}
        return {year: value for year, value in found.items() if value is not None}


class CostForm(RowForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=CostKind.choices, required=False)
    text = forms.CharField(label=_("What"), max_length=200, required=False)
    rate = CellField(label=_("NOK an hour"))
    eligible = forms.BooleanField(label=_("Counts"), required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("rate") == 0:
            self.add_error("rate", _("A rate is more than 0."))
        if answers.get("rate"):
            for year in self.years:
                if (answers.get(str(year)) or 0) > MOST_HOURS:
                    self.add_error(str(year), _("That is more hours than anybody works."))
        return answers

    def line(self, before: Cost | None) -> Cost:
        self.is_valid()
        answers = self.cleaned_data
        return Cost(
            text=answers.get("text", ""),
            kind=answers.get("kind") or CostKind.OTHER,
            rate=answers.get("rate") or None,
            eligible=answers.get("eligible", False),
            note=before.note if before else "",
            years=self.values,
            key=self.key,
        )


class FinancingForm(RowForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=FinancingKind.choices, required=False)
    text = forms.CharField(label=_("What"), max_length=200, required=False)
    organisation = forms.ChoiceField(label=_("Who"), required=False)
    link = forms.ChoiceField(label=_("Builds on"), required=False)
    confirmed = forms.BooleanField(label=_("Confirmed"), required=False)

    def __init__(self, *args: Any, sources: Sources, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = sources.organisations  # type: ignore[attr-defined]
        self.fields["link"].choices = sources.links  # type: ignore[attr-defined]

    def line(self, _before: Financing | None) -> Financing:
        self.is_valid()
        answers = self.cleaned_data
        kind, _dash, pk = (answers.get("link") or "").partition("-")
        links = {name: int(pk) if name == kind else None for name in LINKS}
        return Financing(
            text=answers.get("text", ""),
            kind=answers.get("kind") or FinancingKind.GRANT,
            organisation=int(answers["organisation"]) if answers.get("organisation") else None,
            confirmed=answers.get("confirmed", False),
            years=self.values,
            key=self.key,
            **links,
        )


def _initial(line: Cost | Financing) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": line.kind,
        "text": line.text,
        **{str(year): line.years[year] for year in line.years},
    }
    if isinstance(line, Cost):
        return {**facts, "rate": line.rate, "eligible": line.eligible}
    link = next((f"{name}-{pk}" for name in LINKS if (pk := getattr(line, name))), "")
    return {**facts, "organisation": line.organisation or "", "link": link, "confirmed": line.confirmed}


class GridForm:
    """All rows of a plan. From what was posted, or else from what the plan holds."""

    def __init__(self, version: PlanVersion, data: QueryDict | None = None, contents: Contents | None = None) -> None:
        self.version, self.data = version, data
        self.stored = version.contents()
        self.shown = contents or self.stored
        self.sources = Sources.of(version)

    @cached_property
    def years(self) -> list[int]:
        if self.data is None:
            project = self.version.project
            return sorted({*self.shown.years, *range(project.first_year or 0, (project.last_year or -1) + 1)})
        posted = {int(year) for year in self.data.getlist("year") if year.isdecimal() and len(year) == 4}
        return sorted(year for year in posted if year in YEARS)[:MOST_YEARS]

    @cached_property
    def costs(self) -> list[CostForm]:
        return [CostForm(**options) for options in self._rows("c", "cost", self.shown.costs, {"eligible": True})]

    @cached_property
    def financing(self) -> list[FinancingForm]:
        rows = self._rows("f", "financing", self.shown.financing, {})
        return [FinancingForm(**options, sources=self.sources) for options in rows]

    def _rows(
        self, letter: str, name: str, lines: Sequence[Cost | Financing], blank: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        known = {line.key: _initial(line) for line in lines}
        keys = [*known, uuid4()] if self.data is None else _keys(self.data.getlist(name))
        for key in keys[:MOST_LINES]:
            bound = self.data if self.data is not None and f"{letter}-{key}-kind" in self.data else None
            initial = known.get(key, {**blank})
            yield {"data": bound, "prefix": f"{letter}-{key}", "initial": initial, "key": key, "years": self.years}

    @property
    def rows(self) -> list[CostForm | FinancingForm]:
        return [*self.costs, *self.financing]

    @cached_property
    def contents(self) -> Contents:
        """What was typed, as far as it can be read."""
        if self.data is None:
            return self.shown
        costs, financing = ({line.key: line for line in lines} for lines in (self.stored.costs, self.stored.financing))
        return Contents(
            [row.line(costs.get(row.key)) for row in self.costs if row.is_bound and not row.is_empty],  # type: ignore[arg-type]
            [row.line(financing.get(row.key)) for row in self.financing if row.is_bound and not row.is_empty],  # type: ignore[arg-type]
        )

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Id of the control and a sentence, for each thing that cannot be saved so."""
        return [
            (
                str(row[name].id_for_label),
                f"{row[name].value() if name == 'text' else row.name} ({row[name].label}): {told}",
            )
            for row in self.rows
            if row.is_bound and not row.is_empty
            for name, sentences in row.errors.items()
            for told in sentences
        ]

    def changed(self, act: str) -> "GridForm":
        """The same form after a row or a year is added or taken away, or what is not financed made a line."""
        if self.data is None or (act == "fill-gap" and self.errors):
            return self
        if act == "fill-gap":
            return GridForm(self.version, contents=self.contents.with_gap())
        data = self.data.copy()
        verb, _dash, what = act.partition("-")
        if verb == "add" and what in ("cost", "financing"):
            data.appendlist(what, str(uuid4()))
        elif act == "add-year":
            data.appendlist("year", str(self.years[-1] + 1 if self.years else self.version.plan.project.first_year))
        elif verb == "remove":
            for name in ("cost", "financing", "year"):
                data.setlist(name, [one for one in data.getlist(name) if one != what])
        return GridForm(self.version, data)

    def differences(self, stored: Contents) -> list[tuple[str, str, str]]:
        """What is stored now and what was typed, where these are not the same."""
        return [(change.label, change.before, change.after) for change in compare(stored, self.contents).changes]


def _keys(posted: Sequence[str]) -> list[UUID]:
    """Each once; what is no key is left out."""
    keys = list[UUID]()
    for one in dict.fromkeys(posted):
        try:
            keys.append(UUID(one))
        except ValueError:
            continue
    return keys
