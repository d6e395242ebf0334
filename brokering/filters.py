"""Which offers a page shows: filters translate the query string, querysets decide."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from operator import methodcaller
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.core.cache import caches
from django.db.models import CharField, Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from brokering.matching import search
from brokering.models import Competence, CompetenceNeed, CourseOffer
from brokering.models.choices import Level, Mode
from brokering.models.needs import NeedState
from brokering.models.offers import CourseOfferQuerySet
from brokering.models.runs import CourseRunQuerySet
from brokering.names import competence_names
from partners.models import Municipality, Organisation
from partners.places import PlaceField, PlaceInput, label_of

DISTANCES = (0, 25, 50, 100, 200)
USUAL_DISTANCE = 50
HORIZONS = (30, 90, 180, 365)
LONGEST_FACET = 10
Kept = TypeVar("Kept")
Held = TypeVar("Held", CourseOfferQuerySet, CourseRunQuerySet)
Narrow = Callable[[Any], Any]


def distance_choices() -> list[tuple[str, str]]:
    return [
        (str(km), _("Within %(km)d km") % {"km": km} if km else _("In the municipality itself")) for km in DISTANCES
    ]


def horizon_choices() -> list[tuple[str, str]]:
    return [(str(days), ngettext("Within %(n)d day", "Within %(n)d days", days) % {"n": days}) for days in HORIZONS]


@dataclass(frozen=True)
class Choice:
    """One value of a facet as the page draws it: how many offers it would give, the other filters as they are."""

    value: str
    label: str
    count: int
    chosen: bool


class Facet(NamedTuple):
    name: str
    label: str
    choices: list[Choice]
    is_multiple: bool

    @property
    def is_open(self) -> bool:
        """Short facets lie open; a long one opens when something in it is chosen."""
        return self.name in {"mode", "level"} or any(choice.chosen for choice in self.choices)


class PlaceFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = PlaceField


class OfferFacets(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters that can each say what every one of its values would give (`facets`)."""

    mode = filters.MultipleChoiceFilter(label=gettext_lazy("How it is held"), choices=Mode.choices, method="held_as")
    level = filters.MultipleChoiceFilter(label=gettext_lazy("Level"), choices=Level.choices)
    place = PlaceFilter(label=gettext_lazy("Held near"), method="near", widget=PlaceInput(attrs={"form": "filter"}))
    km = filters.ChoiceFilter(label=gettext_lazy("Distance"), choices=distance_choices, method="leave")
    start = filters.ChoiceFilter(label=gettext_lazy("Starts"), choices=horizon_choices, method="starting")
    competence = filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Competence"), queryset=Competence.objects.all(), method="about"
    )
    provider = filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Provider"), queryset=Organisation.objects.providers()
    )

    counted: Q | None = None
    """Which of the offers a count counts; None is all."""

    def held_as(self, held: Held, _name: str, modes: list[str]) -> Held:
        return held.held_as(*modes)

    def near(self, held: Held, _name: str, place: Municipality) -> Held:
        return held.within(self._km, place.pk)

    def starting(self, held: Held, _name: str, days: str) -> Held:
        return held.starting_by(timezone.localdate() + timedelta(days=int(days)))

    def about(self, offers: CourseOfferQuerySet, _name: str, competences: Any) -> CourseOfferQuerySet:
        return offers.about(competences) if competences else offers

    def leave(self, offers: CourseOfferQuerySet, _name: str, _value: str) -> CourseOfferQuerySet:
        """The distance counts together with the place only."""
        return offers

    @property
    def _km(self) -> int:
        return int(self.form.cleaned_data.get("km") or USUAL_DISTANCE)

    @property
    def cleared(self) -> str:
        """The query string without the filters: what was searched for stays."""
        kept = {name: values for name, values in self.data.lists() if name not in self.filters or name == "q"}
        return urlencode(kept, doseq=True)

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return any(value for name in self.filters if name != "q" for value in self.data.getlist(name))

    @property
    def rest(self) -> list[tuple[str, str]]:
        """What else the query string says, such as the need that was typed, to be kept when the filters change."""
        others = {name: values for name, values in self.data.lists() if name not in self.filters and name != "page"}
        return [(name, value) for name, values in others.items() for value in values]

    @property
    def facets(self) -> list[Facet]:
        """Every facet with its counts, in one query; each count leaves its own facet out. What is chosen stays."""
        self.form.is_valid()
        counted = self._counts()
        labels: dict[str, Mapping[str, str]] = {
            "mode": {value: str(label) for value, label in Mode.choices},
            "level": {value: str(label) for value, label in Level.choices},
            "km": dict(distance_choices()),
            "start": dict(horizon_choices()),
            "competence": competence_names(),
            "provider": {
                **{str(one.pk): one.name for one in self.form.cleaned_data.get("provider", ())},
                **{number: name for number, name, _n in counted["provider"]},
            },
        }
        return [facet for name, of in labels.items() if (facet := self._facet(name, counted[name], of)).choices]

    def _facet(self, name: str, counted: list[tuple[str, str, int]], labels: Mapping[str, str]) -> Facet:
        counts: Counter[str] = Counter()
        for value, _label, count in counted:
            counts[value] += count
        chosen = self._chosen(name) & set(labels)
        in_order: Iterable[str] = labels if name in {"mode", "level", "km", "start"} else _most_first(counts, chosen)
        choices = [Choice(value, str(labels[value]), counts.get(value, 0), value in chosen) for value in in_order]
        shown = [choice for choice in choices if choice.value in counts or choice.chosen]
        return Facet(name, str(self.filters[name].label), shown, isinstance(self.form.fields[name], _MANY))

    def _chosen(self, name: str) -> set[str]:
        """What is in force: of distances the usual one, unless another was chosen, and none without a place."""
        if name == "km":
            return {str(self._km)} if self.form.cleaned_data.get("place") else set()
        return set(self.data.getlist(name))

    def _counts(self) -> dict[str, list[tuple[str, str, int]]]:
        first, *others = self._countings()
        rows: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for facet, value, label, count in first.union(*others, all=True):
            rows[facet].append((value, label, count))
        return rows

    def _countings(self) -> Iterator["QuerySet[Any, Any]"]:
        """Queries of the same four columns: facet, value, label, number of offers."""
        yield from self._by_mode()
        yield self._count("level", self._without("level").exclude(level=""), F("level"))
        stated = self._without("competence").filter(competences__isnull=False)
        yield self._count("competence", stated, F("competences"))
        found = self._without("competence").found_about()
        yield self._count("competence", found, F("found_competences__competence"))
        yield self._count("provider", self._without("provider"), F("provider"), F("provider__name"))
        place, today = self.form.cleaned_data.get("place"), timezone.localdate()
        for km in DISTANCES if place else ():
            yield self._count("km", self._without("place", methodcaller("within", km, place.pk)), Value(str(km)))
        for days in HORIZONS:
            soon = methodcaller("starting_by", today + timedelta(days=days))
            yield self._count("start", self._without("start", soon), Value(str(days)))

    def _by_mode(self) -> Iterator["QuerySet[Any, Any]"]:
        modes = self._without("mode").annotate(value=Func(F("modes"), function="unnest"))
        yield self._count("mode", modes, F("value"))

    def _count(self, facet: str, offers: CourseOfferQuerySet, value: Any, label: Any = None) -> "QuerySet[Any, Any]":
        named = offers.annotate(
            facet=Value(facet, CharField()), key=Cast(value, TextField()), label=Cast(label or Value(""), TextField())
        )
        return (
            named.values("facet", "key", "label")
            .annotate(n=Count("pk", distinct=True, filter=self.counted))
            .values_list("facet", "key", "label", "n")
        )

    def _without(self, name: str, instead: Narrow | None = None) -> CourseOfferQuerySet:
        """What the other filters leave; `instead` narrows it in the place of this one."""
        left: CourseOfferQuerySet = self._narrowed(self.queryset.all(), self.filters.keys() - {name}, instead)
        return left.order_by()

    def _narrowed(self, held: Held, names: Collection[str], also: Narrow | None = None) -> Held:
        for name, value in self.form.cleaned_data.items():
            if name in names:
                held = self.filters[name].filter(held, value)
        return cast(Held, also(held)) if also else held


class OfferFilter(OfferFacets):
    """All courses: found by words as well. What does not change until the catalogue does is counted once a process."""

    q = filters.CharFilter(label=gettext_lazy("Search"), method="find")
    _ids: list[int] | None = None

    @property
    def facets(self) -> list[Facet]:
        return self._kept("facets", lambda: super(OfferFilter, self).facets)

    @property
    def total(self) -> int:
        """How many offers the filters leave."""
        return self._kept("total", lambda: int(self.qs.count()))

    def _kept(self, what: str, count: Callable[[], Kept]) -> Kept:
        """Kept a minute at most: two changes at the same moment may bear the same version."""
        asked = sorted((name, sorted(values)) for name, values in self.data.lists() if name in self.filters)
        key = sha256(repr([what, get_language(), timezone.localdate(), self._version, asked]).encode()).hexdigest()
        return cast(Kept, caches["local"].get_or_set(key, count, 60))

    @cached_property
    def _version(self) -> tuple[int | None, int | None]:
        return CourseOffer.objects.version()

    def find(self, offers: CourseOfferQuerySet, _name: str, text: str) -> CourseOfferQuerySet:
        """Those the text finds, the best first; searched once, though every facet asks."""
        if self._ids is None:
            self._ids = search(text)
        order = Func(Value(self._ids), F("pk"), function="array_position")
        return offers.filter(pk__in=self._ids).order_by(order)

    @property
    def summary(self) -> str:
        """The search in a few words, to save it under."""
        place = self.form.cleaned_data.get("place")
        words = [self.form.cleaned_data.get("q", ""), label_of(place) if place else ""]
        return ", ".join(filter(None, words)) or _("All courses")


class NeedFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """What a broker looks through."""

    q = filters.CharFilter(label=gettext_lazy("Search in the text"), field_name="text", lookup_expr="icontains")
    state = filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=NeedState.choices)
    municipality = PlaceFilter(label=gettext_lazy("Municipality"))

    class Meta:
        model = CompetenceNeed
        fields: list[str] = []


_MANY = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


def _most_first(counts: Mapping[str, int], chosen: set[str]) -> list[str]:
    """The chosen values, then those with most offers, no more than a page can show."""
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return [*sorted(chosen), *[value for value in ranked if value not in chosen][: LONGEST_FACET - len(chosen)]]
