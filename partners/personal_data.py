"""All that the database holds about a person, found by following every reference to people, whatever the app."""

from collections import defaultdict
from typing import Any

from django.db.models import ForeignObjectRel, Model

from partners.models import Invitation, User

# Keys to doors, not facts about anybody.
SECRET = {"password", "token"}


def stored_about(user: User) -> dict[str, Any]:
    """Names of tables to rows, ready for JSON. A fixed number of queries: one for each reference to people."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found[User._meta.label].append(row(user))
    for relation in references():
        found[relation.related_model._meta.label].extend(rows(relation, user))
    found[Invitation._meta.label].extend(map(row, Invitation.objects.to(user.email)))
    return {label: unique(kind) for label, kind in sorted(found.items()) if kind}


def references() -> list[ForeignObjectRel]:
    """Every foreign key to people, except those of views on several tables at once."""
    relations = (one for one in User._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel))
    return [one for one in relations if is_table(one.related_model) and not one.many_to_many]


def is_table(model: type[Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def rows(relation: ForeignObjectRel, user: User) -> list[dict[str, Any]]:
    field = relation.remote_field
    return [row(thing) for thing in relation.related_model._base_manager.filter(**{field.name: user})]


def row(thing: Model) -> dict[str, Any]:
    """The stored values, references as keys; without what a model says is of others (`OF_OTHERS`)."""
    told_of = getattr(thing, "pgh_tracked_model", thing)  # a version in a history keeps what the thing itself keeps
    left_out = SECRET | getattr(told_of, "OF_OTHERS", frozenset())
    fields = [field for field in thing._meta.concrete_fields if field.name not in left_out]
    return {field.name: field.value_from_object(thing) for field in fields}


def unique(kind: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that refer to the person in two ways are there once."""
    return [one for place, one in enumerate(kind) if one not in kind[:place]]
