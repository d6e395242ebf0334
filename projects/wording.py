"""Versions of facts in words: which fields changed, from what to what."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, Field, ForeignKey, Model
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

LONGEST = 160
Known = Mapping[type[Model], Mapping[Any, Any]]


class Change(NamedTuple):
    """A field that changed, in words."""

    label: str
    before: str
    after: str


def changes(model: type[Model], before: Mapping[str, Any], after: Mapping[str, Any], known: Known) -> list[Change]:
    """What a person typed anew. `before` and `after` are column names to JSON; `known` names what they refer to."""
    return [
        Change(
            capfirst(str(field.verbose_name)),
            *(in_words(field, facts[field.attname], known) for facts in (before, after)),
        )
        for field in model._meta.concrete_fields
        if field.editable
        and field.name not in getattr(model, "FOR_KEEPERS", ())
        and field.attname in after
        and before.get(field.attname) != after[field.attname]
    ]


def in_words(field: "Field[Any, Any]", value: Any, known: Known) -> str:
    """A stored value as a page says it."""
    if value in (None, "", []):
        return _("not stated")
    if isinstance(field, ArrayField):
        return ", ".join(in_words(field.base_field, one, known) for one in value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, ForeignKey):
        return str(known.get(field.related_model, {}).get(value, value))
    return _plain(field, value)


def _plain(field: "Field[Any, Any]", value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, DateField):
        moment = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        return date_format(moment)
    return Truncator(str(value)).chars(LONGEST)


def references(model: type[Model], facts: Mapping[str, Any]) -> Iterator[tuple[type[Model], Any]]:
    """What the facts refer to: model and key."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and facts.get(field.attname) is not None:
            yield field.related_model, facts[field.attname]


def named(model: type[Model], facts: Mapping[str, Any], known: Known) -> Model:
    """The thing as it was then, with what it refers to: for its name, also when it is there no more."""
    thing = model(**facts)
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and (
            there := known.get(field.related_model, {}).get(facts.get(field.attname))
        ):
            setattr(thing, field.name, there)
    return thing
