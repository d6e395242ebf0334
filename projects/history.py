"""What has happened in a project, told from the events of everything in it and from the versions of its facts.

A new kind of thing is told of as soon as it has an event model (partners.acts.Event) or tracked versions (pghistory)
and a way of foreign keys to the project. What has a `visible_to` of its own is told only to those who see it. All is
fetched in two queries, and the names of what one page mentions in one more for each kind of thing it mentions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pghistory.models
from django.apps import apps
from django.db.models import F, ForeignKey, IntegerField, JSONField, Model, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject
from django.utils.text import capfirst

from partners.acts import Event
from partners.models import User
from projects.models import Project
from projects.wording import Change, changes, named, references

APPS = ("projects", "funding")
FURTHEST = 3


class Source(NamedTuple):
    """A table that tells of things of one kind. `path` leads from its rows to the project."""

    model: type[Model]
    thing: type[Model]
    key: str
    path: str

    @property
    def kind(self) -> str:
        return str(self.thing._meta.model_name)

    @property
    def name(self) -> str:
        return capfirst(str(self.thing._meta.verbose_name))


@dataclass
class Entry:
    """One thing that happened."""

    at: datetime
    pk: int
    """Of the event or version: later ones of the same moment are higher."""
    source: Source
    thing_pk: int
    by_pk: int | None
    act: dict[str, Any] = field(default_factory=dict)
    """Of an event: act, from_state, to_state, why."""
    label: str = ""
    """Of a version: insert, update or delete."""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    by: User | None = None
    thing: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.source.name

    @property
    def state(self) -> str:
        """Where an event led to, in the words of its own model."""
        return str(self.source.model(**self.act).label) if self.act else ""  # type: ignore[attr-defined]  # by convention


def way_to_project(model: type[Model], furthest: int = FURTHEST) -> str | None:
    """The foreign keys that lead from a model's rows to their project, as a lookup."""
    if model is Project:
        return "id"
    keys = [key for key in model._meta.concrete_fields if isinstance(key, ForeignKey) and key.name[:4] != "pgh_"]
    if direct := next((key.name for key in keys if key.related_model is Project), None):
        return direct
    others = [key for key in keys if key.related_model is not model and key.related_model._meta.app_label in APPS]
    ways = ((key.name, way_to_project(key.related_model, furthest - 1)) for key in others if furthest > 1)
    return next((f"{name}__{rest}" for name, rest in ways if rest), None)


@cache
def event_sources() -> list[Source]:
    """One for each kind of event."""
    models = [model for model in apps.get_models() if issubclass(model, Event)]
    return list(_sources((model, *_subject(model)) for model in models))


@cache
def version_sources() -> list[Source]:
    """One for each kind of thing whose versions are kept."""
    models = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    tracked: list[tuple[type[Model], Any]] = [(model, model.pgh_tracked_model) for model in models]
    return list(_sources((model, thing, "id") for model, thing in tracked if thing))


def _subject(event: type[Model]) -> tuple[type[Model], str]:
    """What an event is about is its first foreign key, beside that to the person."""
    keys = (key for key in event._meta.concrete_fields if isinstance(key, ForeignKey) and key.name != "by")
    key = next(keys)
    return key.related_model, key.attname


def _sources(tables: Iterable[tuple[type[Model], type[Model], str]]) -> Iterator[Source]:
    """Those tables whose rows belong to a project."""
    for model, thing, key in tables:
        path = way_to_project(model if issubclass(model, Event) else thing)
        if thing._meta.app_label in APPS and path:
            yield Source(model, thing, key, path)


def kinds() -> list[tuple[str, str]]:
    """What a history can be narrowed to: each kind of thing with its name."""
    sources = [*event_sources(), *version_sources()]
    return sorted({source.kind: source.name for source in sources}.items(), key=lambda pair: pair[1])


def history(project: Project, user: User, kind: str = "") -> list[Entry]:
    """Everything that the person may know of, the newest first; names are filled in by `told`."""
    happened = [*_acts(project, user, kind), *_versions(project, user, kind)]
    return sorted(happened, key=lambda entry: (entry.at, entry.pk), reverse=True)


def _rows(source: Source, project: Project, user: User) -> "QuerySet[Any]":
    rows: QuerySet[Any] = source.model._base_manager.order_by().filter(**{source.path: project.pk})
    things = source.thing._default_manager.all()
    seen = getattr(things, "visible_to", None)
    if seen and source.thing is not Project:
        rows = rows.filter(**{f"{source.key}__in": seen(user).order_by().values("pk")})
    if known := getattr(source.model._default_manager.all(), "visible_to", None):
        rows = rows.filter(pk__in=known(user).order_by().values("pk"))
    return rows


def _union(queries: "Sequence[QuerySet[Any]]") -> "QuerySet[Any] | list[Any]":
    return queries[0].union(*queries[1:], all=True) if queries else []


def _acts(project: Project, user: User, kind: str) -> Iterator[Entry]:
    """In one query."""
    sources = [source for source in event_sources() if kind in {"", source.kind}]
    queries = [
        _rows(source, project, user)
        .annotate(from_source=Value(number, IntegerField()), thing=F(source.key))
        .values_list("from_source", "pk", "thing", "at", "by", "act", "from_state", "to_state", "why")
        for number, source in enumerate(sources)
    ]
    for number, pk, thing, at, by, act, from_state, to_state, why in _union(queries):
        told = {"act": act, "from_state": from_state, "to_state": to_state, "why": why}
        yield Entry(at, pk, sources[number], thing, by, act=told)


def _versions(project: Project, user: User, kind: str) -> Iterator[Entry]:
    """In one query. A version in which nothing changed that a person types (the state, say) is left out."""
    sources = [source for source in version_sources() if kind in {"", source.kind}]
    queries = [_facts(source, _rows(source, project, user), number) for number, source in enumerate(sources)]
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for number, pk, thing, at, label, by, facts in sorted(_union(queries), key=lambda row: row[:2]):
        before = last.get((number, thing), {})
        last[number, thing] = facts
        entry = Entry(at, pk, sources[number], thing, int(by) if by else None, label=label, before=before, after=facts)
        if label != "update" or (before and changes(sources[number].thing, before, facts, {})):
            yield entry


def _facts(source: Source, rows: "QuerySet[Any]", number: int) -> "QuerySet[Any]":
    fields = [one for one in source.model._meta.concrete_fields if not one.name.startswith("pgh_")]
    facts = JSONObject(**{one.attname: F(one.attname) for one in fields})
    versions: QuerySet[Any] = rows.annotate(
        from_source=Value(number, IntegerField()),
        told_by=Cast(KeyTextTransform("user", "pgh_context__metadata"), TextField()),
        as_json=Cast(facts, JSONField()),
    ).values_list("from_source", "pgh_id", "id", "pgh_created_at", "pgh_label", "told_by", "as_json")
    return versions


def told(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Fill in what a page says in words: people, things, and what changed from what to what."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for entry in entries:
        wanted[User].add(entry.by_pk)
        for facts in (entry.before, entry.after):
            for model, pk in references(entry.source.thing, facts):
                wanted[model].add(pk)
        if entry.act:
            wanted[entry.source.thing].add(entry.thing_pk)
    known = {model: model._base_manager.in_bulk([pk for pk in pks if pk is not None]) for model, pks in wanted.items()}
    for entry in entries:
        _fill_in(entry, known)
    return entries


def _fill_in(entry: Entry, known: dict[type[Model], dict[Any, Any]]) -> None:
    entry.by = known[User].get(entry.by_pk)
    if entry.act:
        entry.thing = str(known[entry.source.thing].get(entry.thing_pk, ""))
    else:
        entry.thing = str(named(entry.source.thing, entry.after, known))
        if entry.label == "update":
            entry.changes = changes(entry.source.thing, entry.before, entry.after, known)
